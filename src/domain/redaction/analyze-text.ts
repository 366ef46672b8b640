import { plainText } from './plain-text.ts'
import type { Candidate, Recogniser } from './recogniser.ts'
import { type NamedCandidate, resolveOverlaps } from './resolve-overlaps.ts'

/** One recogniser's work on one text; between two of them others may run. */
export type AnalysisStep = () => void

export interface Analysis {
  steps: AnalysisStep[]
  /** After all steps, with what others found in the text: disjoint, ordered. */
  results(others?: readonly NamedCandidate[]): NamedCandidate[]
}

/**
 * Looks at a text as it is, and where something in it is hidden also at what it hides. What is not wanted is left out
 * before overlaps are resolved, so that it never takes the place of what is.
 */
export function analyzeText(
  text: string,
  recognisers: readonly Recogniser[],
  language: string,
  isWanted: (candidate: Candidate) => boolean = () => true,
): Analysis {
  const found: NamedCandidate[] = []
  const plain = plainText(text)
  const steps = recognisers.map((recogniser) => () => {
    for (const candidate of recogniser.find(text, language)) found.push({ ...candidate, recognizer: recogniser.name })
  })
  if (plain !== null) {
    for (const recogniser of recognisers) {
      steps.push(() => {
        for (const candidate of recogniser.find(plain.text, language)) {
          const start = plain.starts[candidate.start] ?? 0
          const end = plain.ends[candidate.end - 1] ?? text.length
          found.push({ ...candidate, start, end, recognizer: recogniser.name })
        }
      })
    }
  }
  return { steps, results: (others = []) => resolveOverlaps([...found, ...others].filter(isWanted)) }
}
