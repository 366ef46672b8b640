import type { Sql } from '../../sql.ts'
import type { Log } from '../log.ts'

/** An entry of the tenant that has no leaf. */
export interface LooseEntry {
  id: string
  logId: Buffer
  writerEpoch: string
  writerSeq: number
  /** What the sequencer's work list holds of it; null: it does not wait for a leaf. */
  waiting: { logId: Buffer; writerEpoch: string; writerSeq: number; leaf: Buffer } | null
}

/** What a log is at one moment; everything below it is append only and can be read later. */
export interface LogSnapshot {
  leafCount: number
  /** Newest batch by writer epoch. */
  lastBatches: Map<string, number>
  loose: LooseEntry[]
  /** Entries that the work list names and that do not exist. */
  pendingWithoutEntry: string[]
}

/** Reads it in one transaction with one view of the data. */
export async function takeSnapshot(sql: Sql, log: Log): Promise<LogSnapshot> {
  return sql.begin(async (transaction) => {
    await transaction`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`
    const [leaf] = await transaction`
      SELECT leaf_index::float8 + 1 AS count FROM ledger_leaf
      WHERE log_id = ${log.logId} ORDER BY leaf_index DESC LIMIT 1`
    const batches = await transaction`
      SELECT writer_epoch, max(batch_no)::float8 AS last FROM ledger_batch
      WHERE log_id = ${log.logId} GROUP BY writer_epoch`
    const loose = await transaction`
      SELECT e.id, e.log_id, e.writer_epoch, e.writer_seq::float8 AS writer_seq, p.entry_id AS waits,
             p.log_id AS pending_log, p.writer_epoch AS pending_epoch, p.writer_seq::float8 AS pending_seq, p.leaf
      FROM ledger_entry e
      LEFT JOIN ledger_leaf l ON l.entry_id = e.id
      LEFT JOIN ledger_pending p ON p.entry_id = e.id
      WHERE e.tenant_id = ${log.tenantId} AND l.entry_id IS NULL`
    const missing = await transaction`
      SELECT p.entry_id FROM ledger_pending p LEFT JOIN ledger_entry e ON e.id = p.entry_id
      WHERE p.log_id = ${log.logId} AND e.id IS NULL`
    return {
      leafCount: leaf?.count ?? 0,
      lastBatches: new Map(batches.map((row) => [row.writer_epoch, row.last])),
      loose: loose.map((row) => ({
        id: row.id,
        logId: row.log_id,
        writerEpoch: row.writer_epoch,
        writerSeq: row.writer_seq,
        waiting:
          row.waits === null
            ? null
            : { logId: row.pending_log, writerEpoch: row.pending_epoch, writerSeq: row.pending_seq, leaf: row.leaf },
      })),
      pendingWithoutEntry: missing.map((row) => row.entry_id),
    }
  })
}
