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
  for (const layer of hiddenLayers(text, plain)) {
    for (const recogniser of recognisers) steps.push(() => found.push(...findInLayer(layer, recogniser, language)))
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

/** What a text hides behind another spelling. */
interface Layer {
  text: string
  /** Where in the text itself a part of the layer is hidden: the whole of a token; null where no token holds it. */
  placeOf(start: number, end: number): Span | null
}

/**
 * What stands behind escape sequences that are escaped themselves and behind base64 and hex, two deep, in any mixture.
 * `plain` is the text without its escape sequences, which is looked at anyway.
 */
function hiddenLayers(text: string, plain: PlainText | null): Layer[] {
  const layers: Layer[] = []
  const add = (layer: Layer): Layer => {
    layers.push(layer)
    return layer
  }
  const whole: Layer = { text, placeOf: (start, end) => ({ start, end }) }
  let outer = plain === null ? whole : unescapedOnce(unescaped(whole, plain), add)
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const tokens = encodedText(outer.text)
    if (tokens === null) break
    const { placeOf } = outer
    const decoded = add({
      text: tokens.text,
      placeOf(start, end) {
        const token = tokens.tokenOf(start, end)
        return token === null ? null : placeOf(token.start, token.end)
      },
    })
    outer = unescapedOnce(unescapedOnce(decoded, add), add)
  }
  return layers
}

/** The layer without its escape sequences, added to the others; itself where it has none. */
function unescapedOnce(layer: Layer, add: (layer: Layer) => Layer): Layer {
  const plain = plainText(layer.text)
  return plain === null ? layer : add(unescaped(layer, plain))
}

function unescaped({ placeOf }: Layer, plain: PlainText): Layer {
  return {
    text: plain.text,
    placeOf(start, end) {
      const place = placeIn(plain, start, end)
      return placeOf(place.start, place.end)
    },
  }
}

/** The whole of each hidden place that holds something personal. */
function findInLayer(layer: Layer, recogniser: Recogniser, language: string): NamedCandidate[] {
  return recogniser.find(layer.text, language).flatMap((candidate) => {
    const place = layer.placeOf(candidate.start, candidate.end)
    return place === null ? [] : [{ ...candidate, ...place, recognizer: recogniser.name }]
  })
}
