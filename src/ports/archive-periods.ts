import type { PeriodKey } from '../domain/retention/manifest.ts'
import type { ArchivePart } from '../domain/retention/object-name.ts'

export interface ArchivedPeriod extends PeriodKey {
  /** Of the entry of kind archive, noted before that is appended. */
  id: string
  generation: number
  entries: number
  isRecorded: boolean
  isAnchored: boolean
  isExpired: boolean
}

export type ObjectState = 'writing' | 'stored' | 'superseded' | 'removed'

export interface CatalogueObject {
  name: string
  part: ArchivePart
  generation: number
  state: ObjectState
  bytes: number
  sha256: Uint8Array
  entries: number
}

/** What is on a sealed day: a tenant's entries of one retention class, and how far their archive is. */
export interface DayPeriod {
  tenantId: string
  retentionClass: string
  /** Null: nothing was begun. */
  period: ArchivedPeriod | null
}

/** Where an entry's leaf is. */
export interface EntryLeaf {
  entry: string
  origin: string
  leafIndex: number
}

/** One line of `palimpsest archive status`. */
export interface PeriodSummary extends ArchivedPeriod {
  objects: readonly Omit<CatalogueObject, 'entries'>[]
}

/** The catalogue of periods and their objects. Duties: every change is durable when it resolves. Safe for concurrent use. */
export interface ArchivePeriods {
  /** Days that are sealed and not dropped, in order; and the database's own time in milliseconds since the Unix epoch. */
  sealedDays(after: string | null): Promise<{ days: string[]; nowMs: number }>
  /** In order of tenant and class. */
  ofDay(day: string): Promise<DayPeriod[]>
  find(id: string): Promise<ArchivedPeriod | undefined>
  /**
   * The period's row, made where there is none. Where its id was noted a day ago or longer and no entry has it, `newId` takes
   * its place: an entry belongs to a day that is not sealed.
   */
  open(key: PeriodKey, newId: string): Promise<ArchivedPeriod>
  objects(id: string): Promise<CatalogueObject[]>
  /** The next generation whose names were never used, in this period or in one that had its place. */
  freeGeneration(key: PeriodKey): Promise<number>
  /** Notes objects as `writing`, before a byte of them leaves. */
  announce(id: string, objects: readonly Omit<CatalogueObject, 'state'>[]): Promise<void>
  mark(names: readonly string[], state: 'removed' | 'superseded'): Promise<void>
  /** What changes when content of the period is deleted or cut. */
  contentMark(key: PeriodKey): Promise<string>
  /** Notes which subjects are in it. */
  notePeople(id: string): Promise<void>
  /**
   * Objects of a generation are `stored` from now on, all or none.
   * @throws PalimpsestError `archive_interfered` where they are not all `writing` any more.
   */
  finish(id: string, generation: number, entries: number): Promise<void>
  /** Its entry stands in the ledger. */
  recorded(id: string): Promise<void>
  anchored(ids: readonly string[]): Promise<void>
  /** Those of the entries that have a leaf. */
  leaves(entries: readonly string[]): Promise<EntryLeaf[]>
  /** Runs `work` while nobody else does for the same period; `busy`: somebody does. */
  exclusively<T>(id: string, work: () => Promise<T>): Promise<T | 'busy'>
  /** Periods of a tenant by their first day, newest first; `below` is a day, null: from the newest. A day is given whole, whatever the limit. */
  page(tenantId: string, below: string | null, limit: number): Promise<PeriodSummary[]>
}
