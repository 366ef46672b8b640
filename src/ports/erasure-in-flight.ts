import type { StartFacts } from './request-starter.ts'

/** A request of a person who is erased that has not ended. */
export interface RequestLeft {
  requestId: string
  /** True: it was taken back, and its row goes by itself. */
  withdrawn: boolean
  /** True: nobody holds a call of it. Its workflow may wait, or may never have been started. */
  unheld: boolean
  facts: Pick<StartFacts, 'tenantId' | 'tool'>
}

/** Requests in flight of the subjects of a case. */
export interface ErasureInFlight {
  left(caseId: string, limit: number): Promise<RequestLeft[]>
  /** Entries of requests that ended because of this erasure. */
  ended(caseId: string): Promise<number>
}
