import type { HoldScope } from '../domain/erasure/hold.ts'

export interface LegalHold {
  /** Of the entry that placed it. */
  id: string
  tenantId: string
  scope: HoldScope
  /** As the placing entry's content has it. */
  sealedReason: Uint8Array
  /** API key ids; milliseconds since the Unix epoch. */
  placedBy: string
  placedAt: number
  released: { by: string; at: number } | null
}

/**
 * Legal holds, as entries of kind `hold` have placed and released them: an entry and its effect are one transaction. Safe for
 * concurrent use.
 */
export interface LegalHolds {
  /** Newest first; `before` is a hold's id. */
  list(tenantId: string, options: { inForce: boolean; before: string | null; limit: number }): Promise<LegalHold[]>
  find(tenantId: string, id: string): Promise<LegalHold | undefined>
  /**
   * Ids of holds in force that an erasure would break: on one of its subjects that is not erased yet, on the whole tenant, on a
   * period in which such a subject has entries or requests in flight; or on an entry of somebody else from which it would take a
   * detected value. None, where the case is announced and its subjects are erased: they came too late.
   */
  forbidding(caseId: string): Promise<string[]>
  /** Which of these entries of one tenant lie under a hold in force: nothing may be taken out of them. */
  covering(tenantId: string, entryIds: readonly string[]): Promise<Set<string>>
  /** Cases that are announced and under way although this hold covers them: it came too late for them. */
  tooLateFor(holdId: string): Promise<string[]>
}
