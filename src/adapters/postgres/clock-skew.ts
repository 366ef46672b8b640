import pg from 'pg'
import { PalimpsestError } from '../../errors.ts'

/** The id of a request or an entry is by the gateway's clock; days are sealed by the database's. */
export function clockSkew(cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'clock_skew',
    status: 503,
    message: "This machine's clock is far from the database's, and nothing was recorded: set the clock.",
    cause,
  })
}

/** Where PostgreSQL looks for the partition of a row. */
const NO_PARTITION = 'ExecFindPartition'

/**
 * What the database refuses because of an entry's time, in words: `clock_skew` where its id is ahead of the database's clock or of a
 * day that has no partition, which are made by that clock; `day_sealed` where its day is sealed. Anything else is given back as it is.
 */
export function toTimeError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  if (error.code === '23514' && (error.constraint === 'ledger_entry_not_ahead' || error.routine === NO_PARTITION)) {
    return clockSkew(error)
  }
  if (error.code !== 'PA002') return error
  return new PalimpsestError({
    code: 'day_sealed',
    status: 503,
    message: 'The day of this entry is sealed, and nothing was recorded: set the clock, or start again with a new id.',
    cause: error,
  })
}
