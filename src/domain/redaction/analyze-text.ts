import { encodedTexts } from './encoded-text.ts'
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
          const start = view.starts[candidate.start] ?? 0
          const end = view.ends[candidate.end - 1] ?? text.length
          const named = { ...candidate, start, end, recognizer: recogniser.name }
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
  steps.push(() => found.push(...findEncoded(plain?.text ?? text, plain, recognisers, language, MAX_DEPTH)))
  return { steps, results: (others = []) => resolveOverlaps([...found, ...others].filter(isWanted)) }
}

/** Of what is split over lines only what check digits or the shape of an address make sure. */
function isJoined(text: string, { entityType, evidence, start, end }: NamedCandidate): boolean {
  return (evidence === 'checksum' || entityType === 'EMAIL_ADDRESS') && text.slice(start, end).includes('\n')
}

/** A view of a view, as one of the text itself. */
function through(upper: PlainText, lower: PlainText): PlainText {
  return {
    text: upper.text,
    starts: upper.starts.map((start) => lower.starts[start] ?? 0),
    ends: upper.ends.map((end) => lower.ends[end - 1] ?? 0),
  }
}

/** The whole of a token in base64 or hex that holds something personal. */
function findEncoded(
  text: string,
  view: PlainText | null,
  recognisers: readonly Recogniser[],
  language: string,
  depth: number,
): NamedCandidate[] {
  const found: NamedCandidate[] = []
  for (const token of encodedTexts(text)) {
    const inside: NamedCandidate[] = recognisers.flatMap((recogniser) =>
      recogniser.find(token.text, language).map((one) => ({ ...one, recognizer: recogniser.name })),
    )
    if (depth > 1) inside.push(...findEncoded(token.text, null, recognisers, language, depth - 1))
    const start = view?.starts[token.start] ?? token.start
    const end = view?.ends[token.end - 1] ?? token.end
    for (const one of inside) found.push({ ...one, start, end })
  }
  return found
}
