import type { StartFacts } from './request-starter.ts'

/** A request of a person who is erased that has not ended. */
export interface RequestLeft {
  requestId: string
  /** True: nobody holds a call of it. Its workflow may wait, or may never have been started. */
  unheld: boolean
  facts: Pick<StartFacts, 'tenantId' | 'tool'>
}

/** Requests in flight of the subjects of a case. */
export interface ErasureInFlight {
  /**
   * Takes the person out of requests that were taken back: such a row stays for a minute, to keep a start out that may still be
   * under way, and says no more than that it is there.
   */
  clearWithdrawn(caseId: string): Promise<void>
  /** Those that were not taken back. */
  left(caseId: string, limit: number): Promise<RequestLeft[]>
  /** Entries of requests that ended because of this erasure. */
  ended(caseId: string): Promise<number>
}
