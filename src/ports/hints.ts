import type { Hint } from '../domain/hints/types.ts'

export interface FoundHints {
  /** Milliseconds since the Unix epoch: hints of this time are told; what they were judged by begins earlier. */
  from: number
  to: number
  hints: readonly Hint[]
}

/** Hints of a tenant. Safe for concurrent use. */
export interface Hints {
  /**
   * Hints that were going on within the last `days` days, as of some moment of the last minute.
   * @throws RestorePending where archived objects have to be fetched from a deeper class first.
   */
  of(tenantId: string, days: number): Promise<FoundHints>
}
