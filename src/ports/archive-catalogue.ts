import type { ClassOfTenant } from '../domain/retention/due.ts'

export interface ArchiveDay {
  /** `YYYY-MM-DD`, UTC, by the UUIDv7 of its entries. */
  day: string
  isSealed: boolean
  isDropped: boolean
}

/** Why a day is left as it is: a stable code, in snake case; see docs/archive.md. */
export interface Refused {
  refused: string
}

/** The entry that says of a tenant that a day leaves the database. */
export interface DropReceipt {
  tenantId: string
  entryId: string
  /** By which people call it; one numbering with the receipts of erasures. */
  number: number
}

/** What a tenant has on a day. */
export interface TenantDay {
  /** Entries that leave the database, and those that stay. */
  entries: number
  kept: number
  /** Ids of the entries that say where they are archived, in order of their class. */
  archives: string[]
}

/**
 * Days of the database. Duties: what the database itself enforces, by its own clock, holds whoever asks: in a sealed day nothing
 * appears, and no day is dropped that is not archived, anchored and receipted, or that is younger than the longest hot window of
 * its entries. All changes are durable when they resolve, and may be repeated. Safe for concurrent use.
 */
export interface ArchiveCatalogue {
  /** In order; and the database's own time in milliseconds since the Unix epoch. */
  days(): Promise<{ days: ArchiveDay[]; nowMs: number }>
  /** Tenants and classes with entries in the database on a day, proofs aside. */
  classesOf(day: string): Promise<ClassOfTenant[]>
  /**
   * From then on no entry, content or value can appear in the day. Waits out, for half a second, who writes in it just now.
   * Refused: `not_over`, `no_partition`, `requests_in_flight`, `leaves_pending`, `export_open`, `erasure_open`, `busy`.
   */
  seal(day: string): Promise<'sealed' | 'already' | Refused>
  /** What keeps a day in the database, the first that is found; null: nothing. */
  obstacle(day: string): Promise<string | null>
  /** Tenants with entries that leave with the day. */
  leaving(day: string): Promise<string[]>
  /**
   * The receipt of a tenant's day, noted with its number where there is none. An id that was noted a day ago or longer and has no
   * entry is replaced by `newEntryId`: its own day may be sealed.
   */
  openReceipt(day: string, tenantId: string, newEntryId: string): Promise<DropReceipt>
  tenantDay(day: string, tenantId: string): Promise<TenantDay>
  /** Where the leaves of a day's receipts are, those that have one. */
  receiptLeaves(day: string): Promise<{ entry: string; origin: string; leafIndex: number }[]>
  /** Their leaves are under an anchor. */
  receiptsAnchored(entries: readonly string[]): Promise<void>
  /**
   * The day leaves the database; what explains other entries stays. Refused: `not_sealed`, what `obstacle` says, `holds_changed`,
   * `busy`.
   */
  drop(day: string): Promise<'dropped' | 'already' | Refused>
  /**
   * Deletes detected values of a tenant's day that are past the hot window of their entries and under no hold, at most `atOnce`.
   * Gives how many.
   */
  expireValues(tenantId: string, day: string, atOnce: number): Promise<number>
}
