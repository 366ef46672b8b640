import type { Opening } from '../domain/ledger/commitment.ts'
import type { SealedGroup } from '../domain/ledger/entry-proof.ts'
import type { StoredEntry } from './ledger-reader.ts'

export type Openings = Partial<Record<SealedGroup, Opening>>

/** Gives the openings that may be shown, by entry id. */
export type OpenContent = (entries: readonly StoredEntry[]) => Promise<ReadonlyMap<string, Openings>>

export interface PackOptions {
  /**
   * Leaves of the newest generation to show: from the last checkpoint not above `from` to the first not below `to`. Null:
   * all leaves of all generations.
   */
  range: { from: number; to: number } | null
  /** Null: no text is shown. */
  open: OpenContent | null
  /** Looks for rows that belong to no tenant, too: for the operator's own checks. */
  wholeStore: boolean
}

/** The evidence of a tenant's logs. */
export interface EvidencePacker {
  /**
   * A pack as a zip file, made while it is read: nothing of it is kept in memory. Reading stops when the reader does. It
   * shows what was there when it began.
   */
  pack(tenantId: string, options: PackOptions): AsyncGenerator<Uint8Array>
}
