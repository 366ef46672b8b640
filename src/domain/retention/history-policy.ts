import { createHash } from 'node:crypto'

/** Whose requests' histories are kept when Temporal forgets them. */
export const HISTORY_POLICIES = ['all', 'high-risk', 'sampled', 'none'] as const
export type HistoryPolicy = (typeof HISTORY_POLICIES)[number]

/** The policy of a tenant that states none. */
export const DEFAULT_HISTORY_POLICY: HistoryPolicy = 'high-risk'

/** One request in so many is in the sample. */
export const SAMPLED_OF = 100

/** Milliseconds that Temporal has to keep ended runs at least: rounds that fail for a long weekend then lose nothing. */
export const HISTORIES_NEED_MS = 3 * 86_400_000

/**
 * Whether a request's history is kept.
 * @param isHighRisk whether its tool is of high risk by the configuration in force.
 */
export function keepsHistory(policy: HistoryPolicy, requestId: string, isHighRisk: boolean): boolean {
  switch (policy) {
    case 'all':
      return true
    case 'high-risk':
      return isHighRisk
    case 'sampled':
      return isSampled(requestId)
    case 'none':
      return false
  }
}

/** In the sample is who stands at a multiple of 100 by the first four bytes of SHA-256 of the id as text: nobody chooses. */
export function isSampled(requestId: string): boolean {
  return createHash('sha256').update(requestId, 'utf8').digest().readUInt32BE(0) % SAMPLED_OF === 0
}
