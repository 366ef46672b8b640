import type { Explained } from '../domain/erasure/tombstone-receipts.ts'
import type { Tombstone } from '../domain/erasure/types.ts'

/**
 * Carries erasures out again in one database. Duties: every method may be repeated after a crash at any point and by several
 * processes at once, and is durable when it returns; each transaction is short.
 */
export interface TombstoneKeeper {
  /** The newest tombstone that this database has carried out; a restored one has a lower number than before. */
  applied(): Promise<number>
  /** Whatever it names is gone afterwards, as if it had been there at the erasure. */
  carryOut(tombstone: Tombstone): Promise<void>
  /** Notes that it is done. False: the one before it is not, because another database stands here than a moment ago. */
  raise(number: number): Promise<boolean>
}

/** The ledger's database, which knows the cases. */
export interface LedgerTombstones extends TombstoneKeeper {
  /** What a case's erasure will take away. @throws Error where the case is unknown. */
  tombstoneOf(caseId: string, at: number): Promise<Tombstone>
  /** The key under which the case keeps whom it is about. */
  tombstoneOfCaseKey(caseId: string, at: number): Promise<Tombstone>
  /** Milliseconds since the Unix epoch at which the case was opened. */
  openedAt(caseId: string): Promise<number>
  /** Whether the case is one that its workflow still works on, as far as this database knows. */
  isUnderWay(caseId: string): Promise<boolean>
  /** The newest tombstone for which the ledger explains what is gone. */
  receipted(): Promise<number>
  raiseReceipted(number: number): Promise<void>
  /** What of a tombstone is gone here, and what receipts of its case say. */
  explained(tombstone: Tombstone): Promise<{ gone: Explained; written: Partial<Explained>[] }>
}

/** Signs tombstones and knows whose signatures count. */
export interface TombstoneSigner {
  /** A C2SP signed note by the key of the tenant's log. */
  sign(tenantId: string, text: string): Promise<string>
  /** False: no key that the tenant ever had signed it. */
  isSigned(tenantId: string, note: string): Promise<boolean>
}

/** Whether what was erased is gone from the databases as they stand at this moment. */
export interface ErasureGate {
  /**
   * Asks both databases: a restore may have changed them since they were last looked at. To be called before stored text is opened.
   * @throws PalimpsestError `erasures_not_replayed` and its like, 503
   */
  requireReplayed(): Promise<void>
}
