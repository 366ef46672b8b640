import { encodedText, type Span } from './encoded-text.ts'
import { latinText, unbrokenTexts } from './joined-text.ts'
import { type PlainText, plainText } from './plain-text.ts'
import type { Candidate, Recogniser } from './recogniser.ts'
import { type NamedCandidate, resolveOverlaps } from './resolve-overlaps.ts'

/** One recogniser's work on one text; between two of them others may run. */
export type AnalysisStep = () => void

export interface Analysis {
  steps: AnalysisStep[]
  /** After all steps, with what others found in the text: disjoint, ordered. */
  results(others?: readonly NamedCandidate[]): NamedCandidate[]
}

/** How deep base64 and hex in each other are read. */
const MAX_DEPTH = 2

/**
 * Looks at a text as it is, and where something in it is hidden also at what it hides: escape sequences, look-alike
 * letters, digits that stand apart, values split over lines, base64 and hex. What is not wanted is left out before
 * overlaps are resolved, so that it never takes the place of what is.
 */
export function analyzeText(
  text: string,
  recognisers: readonly Recogniser[],
  language: string,
  isWanted: (candidate: Candidate) => boolean = () => true,
): Analysis {
  const found: NamedCandidate[] = []
  const steps: AnalysisStep[] = []
  const look = (
    view: PlainText,
    some: readonly Recogniser[] = recognisers,
    keep: (candidate: NamedCandidate) => boolean = () => true,
  ): void => {
    for (const recogniser of some) {
      steps.push(() => {
        for (const candidate of recogniser.find(view.text, language)) {
          const named = { ...candidate, ...placeIn(view, candidate.start, candidate.end), recognizer: recogniser.name }
          if (keep(named)) found.push(named)
        }
      })
    }
  }
  for (const recogniser of recognisers) {
    steps.push(() => {
      for (const candidate of recogniser.find(text, language)) found.push({ ...candidate, recognizer: recogniser.name })
    })
  }
  const plain = plainText(text)
  if (plain !== null) look(plain)
  const latin = latinText(plain?.text ?? text)
  if (latin !== null) look(plain === null ? latin : through(latin, plain))
  const overLines = recognisers.filter((recogniser) => recogniser.overLines === true)
  for (const part of unbrokenTexts(text)) look(part, overLines, (candidate) => isJoined(text, candidate))
  for (const layer of encodedLayers(text, plain)) {
    for (const recogniser of recognisers) steps.push(() => found.push(...findEncoded(layer, recogniser, language)))
  }
  return { steps, results: (others = []) => resolveOverlaps([...found, ...others].filter(isWanted)) }
}

/** Of what is split over lines only what check digits or the shape of an address make sure. */
function isJoined(text: string, { entityType, evidence, start, end }: NamedCandidate): boolean {
  return (evidence === 'checksum' || entityType === 'EMAIL_ADDRESS') && text.slice(start, end).includes('\n')
}

/** Where a part of a view stands in the text. */
function placeIn(view: PlainText, start: number, end: number): Span {
  return { start: view.starts[start] ?? 0, end: view.ends[end - 1] ?? view.ends.at(-1) ?? 0 }
}

/** A view of a view, as one of the text itself. */
function through(upper: PlainText, lower: PlainText): PlainText {
  return {
    text: upper.text,
    starts: upper.starts.map((start) => lower.starts[start] ?? 0),
    ends: upper.ends.map((end) => lower.ends[end - 1] ?? 0),
  }
}

/** What tokens stand for, or tokens in such tokens. */
interface EncodedLayer {
  text: string
  /** The whole token, in the text itself, that hides a part of the layer; null where no token does. */
  placeOf(start: number, end: number): Span | null
}

function encodedLayers(text: string, plain: PlainText | null): EncodedLayer[] {
  const layers: EncodedLayer[] = []
  let outer: EncodedLayer = {
    text: plain?.text ?? text,
    placeOf: (start, end) => (plain === null ? { start, end } : placeIn(plain, start, end)),
  }
  while (layers.length < MAX_DEPTH) {
    const encoded = encodedText(outer.text)
    if (encoded === null) break
    const { placeOf } = outer
    outer = {
      text: encoded.text,
      placeOf(start, end) {
        const token = encoded.tokenOf(start, end)
        return token === null ? null : placeOf(token.start, token.end)
      },
    }
    layers.push(outer)
  }
  return layers
}

/** The whole of each token that holds something personal. */
function findEncoded(layer: EncodedLayer, recogniser: Recogniser, language: string): NamedCandidate[] {
  return recogniser.find(layer.text, language).flatMap((candidate) => {
    const place = layer.placeOf(candidate.start, candidate.end)
    return place === null ? [] : [{ ...candidate, ...place, recognizer: recogniser.name }]
  })
}
