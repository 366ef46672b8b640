/**
 * Steps of archiving, each of which may be repeated after a crash at any point, in another process too. Inputs and results stand
 * in the history: ids, names of tenants and classes, days, counts and codes only.
 */
export interface DuePeriod {
  tenant: string
  retentionClass: string
  /** `YYYY-MM-DD`, UTC. */
  day: string
  /** The period's id where its entry stands in the ledger already, and only its anchor is waited for. */
  recorded: string | null
}

/** The place behind which a search goes on. */
export interface DueCursor {
  day: string
  tenant: string
  retentionClass: string
}

export interface PeriodRef {
  period: string
}

export type Exported = { entries: number; bytes: number } | 'busy'

export interface ArchiveActivities {
  /** Periods of sealed days past their hot window that are not anchored yet. `next` null: these were the last. */
  findDue(input: { after: DueCursor | null }): Promise<{ periods: DuePeriod[]; next: DueCursor | null }>
  /** Notes the period and its entry's id; removes what a run that died has left in the store. */
  preparePeriod(input: DuePeriod): Promise<PeriodRef>
  /**
   * Makes the objects, stores them, fetches them back, compares them with the database, and stores the manifest that says so.
   * `busy`: another run does just that. Fails for good with type `archive_mismatch`, `archive_leaf_missing`,
   * `archive_conflict` or `archive_store_unfit`; nothing of the period is recorded then.
   */
  exportPeriod(input: PeriodRef): Promise<Exported>
  /** Appends the entry of kind archive that names the manifest. */
  recordPeriod(input: PeriodRef): Promise<void>
  /** Waits until all these entries have their leaves under an anchor; notes it of those that are periods'. */
  awaitAnchored(input: { entries: string[] }): Promise<void>
}
