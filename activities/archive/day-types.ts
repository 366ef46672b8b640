/**
 * Steps of sealing and dropping days, each of which may be repeated after a crash at any point. Days are `YYYY-MM-DD` in UTC. A
 * day that is refused is left as it is, with a stable code that says why; the next run looks again. Inputs and results stand in the
 * history: days, names of tenants, ids, counts and codes only.
 */
export interface DayActivities {
  /** Days in the database that are over since 48 hours and not sealed, in order. */
  findDaysToSeal(): Promise<{ days: string[] }>
  /** From then on nothing can appear in the day, so that it can be archived. */
  sealDay(input: { day: string }): Promise<DayOutcome>
  /** Sealed days on which nothing is within a hot window any more, in order. */
  findDaysToDrop(): Promise<{ days: string[] }>
  /**
   * Appends, for each tenant, the entry that says that the day leaves the database, with its receipt. Not before all of the day is
   * archived and anchored: then `code` says what is missing, and there are no entries. Their leaves have to be under an anchor
   * before the day can be dropped.
   */
  announceDrop(input: { day: string }): Promise<{ entries: string[]; code: string | null }>
  /** The day leaves the database. */
  dropDay(input: { day: string }): Promise<DayOutcome>
  /** Whose detected values are past their hot window, by days that are still in the database. */
  findValuesToExpire(): Promise<{ values: TenantDay[] }>
  /** Deletes them; those under a hold stay. */
  expireValues(input: TenantDay): Promise<{ values: number }>
}

export interface TenantDay {
  tenant: string
  day: string
}

export interface DayOutcome {
  outcome: 'done' | 'already' | 'refused'
  /** Of a refusal. */
  code: string | null
}
