import { type VerifiedEpoch, verifyEpochOpening } from '../../../domain/ledger/epoch.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'
import type { Log } from './log.ts'

const MOST_KNOWN = 10_000

/** The public keys of writers, each from the entry that opened its epoch and vouched for by a key of the log. */
export class EpochKeys {
  private readonly known = new Map<string, VerifiedEpoch>()

  /** Null: no key of the log let this writer in. */
  async of(sql: Sql | TransactionSql, log: Log, epoch: string): Promise<VerifiedEpoch | null> {
    const known = this.known.get(epoch)
    if (known) return known
    const rows = await sql`
      SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.writer_epoch = ${epoch} AND e.writer_seq = 0`
    for (const row of rows) {
      const found = verifiedOpening(row, log)
      if (found === null) continue
      if (this.known.size >= MOST_KNOWN) this.known.clear()
      this.known.set(epoch, found)
      return found
    }
    return null
  }
}

/** The epoch that a row of `ENTRY_COLUMNS` opens; null where no key of the log vouches for it. */
export function verifiedOpening(row: Record<string, unknown>, log: Pick<Log, 'logId' | 'keys'>): VerifiedEpoch | null {
  try {
    const { envelope } = entryOf(row)
    return Buffer.from(envelope.log_id).equals(log.logId) ? verifyEpochOpening(envelope, log.keys) : null
  } catch (error) {
    // An entry that claims to open an epoch and does not: somebody else's.
    if (error instanceof PalimpsestError) return null
    throw error
  }
}
