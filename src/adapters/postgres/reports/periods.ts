import pg from 'pg'

/** A period that is in the archive: its manifest is anchored. */
export interface AnchoredPeriod {
  retentionClass: string
  /** `YYYY-MM-DD`. */
  fromDay: string
  belowDay: string
  entries: number
  expired: boolean
  /** Its rows may still be in the database. */
  standsInDatabase: boolean
}

/** Entries of a period, as a condition on `ledger_entry e`. */
export function withinPeriod({ retentionClass, fromDay, belowDay }: AnchoredPeriod): string {
  const text = pg.escapeLiteral
  return `(e.retention_class = ${text(retentionClass)} AND e.id >= ledger_day_bound(${text(fromDay)})
    AND e.id < ledger_day_bound(${text(belowDay)}))`
}
