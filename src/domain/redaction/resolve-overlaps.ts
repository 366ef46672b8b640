import type { Candidate, Evidence } from './recogniser.ts'

/** A candidate with the name of the recogniser that found it. */
export interface NamedCandidate extends Candidate {
  recognizer: string
}

const RANK: Readonly<Record<Evidence, number>> = { checksum: 5, 'deny-list': 4, format: 3, context: 2, model: 1 }

/**
 * Makes candidates disjoint and ordered. Candidates that overlap become one that covers them all. It is named after
 * the one that holds all the others, if there is one; else after the one with the best evidence, then score, length.
 */
export function resolveOverlaps(candidates: readonly NamedCandidate[]): NamedCandidate[] {
  const sorted = [...candidates].sort((a, b) => a.start - b.start || b.end - a.end)
  const resolved: NamedCandidate[] = []
  let best: NamedCandidate | null = null
  let start = 0
  let end = -1
  for (const candidate of sorted) {
    if (best !== null && candidate.start < end) {
      if (isBetter(candidate, best, start, Math.max(end, candidate.end))) best = candidate
      end = Math.max(end, candidate.end)
      continue
    }
    if (best !== null) resolved.push({ ...best, start, end })
    best = candidate
    start = candidate.start
    end = candidate.end
  }
  if (best !== null) resolved.push({ ...best, start, end })
  return resolved
}

function isBetter(a: NamedCandidate, b: NamedCandidate, start: number, end: number): boolean {
  const coversA = a.start === start && a.end === end
  const coversB = b.start === start && b.end === end
  if (coversA !== coversB) return coversA
  const rank = RANK[a.evidence] - RANK[b.evidence]
  if (rank !== 0) return rank > 0
  if (a.score !== b.score) return a.score > b.score
  return a.end - a.start > b.end - b.start
}
