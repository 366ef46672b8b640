import type { TransactionSql } from '../sql.ts'
import { binaryArray } from './binary-array.ts'
import { BATCH_ENTRIES } from './writer.ts'

/** Entries of one round at most, so that its transaction does not last long. */
const ROUND_LEAVES = 4 * BATCH_ENTRIES
/** What one log is sure to get in its turn: the largest batch that a writer makes, with the entry that opens its epoch. */
export const LEAST_SHARE = BATCH_ENTRIES + 1

export interface PendingRow {
  entry_id: string
  log_id: Buffer
  writer_epoch: string
  writer_seq: number
  leaf: Buffer
}

/** What waits in one log, in the order of its writers' numbers. */
export interface Waiting {
  rows: PendingRow[]
  /** More may wait: the last batch may be incomplete. */
  cut: boolean
}

/**
 * What waits for a leaf, log by log. A log that has much of it gets at most its share of a round, and the next round begins
 * with the log behind the last one served: what a log waits for is at most one share of every other log.
 */
export class WorkList {
  /** Log ids in hex, from which the next round begins. */
  private from = ''

  /** Entries in `skipped` are left where they are. */
  async next(transaction: TransactionSql, skipped: ReadonlySet<string>): Promise<Waiting[]> {
    const logs = this.turns(await waitingLogs(transaction))
    if (logs.length === 0) return []
    const share = Math.max(LEAST_SHARE, Math.floor(ROUND_LEAVES / logs.length))
    const rows = await transaction<PendingRow[]>`
      SELECT p.entry_id, p.log_id, p.writer_epoch, p.writer_seq::float8 AS writer_seq, p.leaf
      FROM unnest(${binaryArray('bytes', logs)}::bytea[]) AS l(log_id)
      CROSS JOIN LATERAL (
        SELECT * FROM ledger_pending
        WHERE log_id = l.log_id AND entry_id <> ALL(${[...skipped]}::uuid[])
        ORDER BY log_id, writer_epoch, writer_seq LIMIT ${share}) p
      LIMIT ${ROUND_LEAVES}`
    const full = rows.length === ROUND_LEAVES
    const byLog = Map.groupBy(rows, (row) => row.log_id.toString('hex'))
    const [last, lastRows] = [...byLog].at(-1) ?? ['', []]
    // A log that the round's end cut off before it had its share comes first in the next one.
    this.from = full && lastRows.length < share ? last : `${last}0`
    return [...byLog.values()].map((own) => ({ rows: own, cut: full || own.length === share }))
  }

  /** The logs that wait, in the order of their turns. */
  private turns(logs: readonly Buffer[]): Buffer[] {
    const first = logs.findIndex((log) => log.toString('hex') >= this.from)
    return first < 0 ? [...logs] : [...logs.slice(first), ...logs.slice(0, first)]
  }
}

/** The logs with pending entries: one look into the index for each, however many entries wait. */
async function waitingLogs(transaction: TransactionSql): Promise<Buffer[]> {
  const rows = await transaction`
    WITH RECURSIVE waiting AS (
      (SELECT log_id FROM ledger_pending ORDER BY log_id LIMIT 1)
      UNION ALL
      SELECT (SELECT p.log_id FROM ledger_pending p WHERE p.log_id > w.log_id ORDER BY p.log_id LIMIT 1)
      FROM waiting w WHERE w.log_id IS NOT NULL)
    SELECT log_id FROM waiting WHERE log_id IS NOT NULL`
  return rows.map((row) => row.log_id)
}
