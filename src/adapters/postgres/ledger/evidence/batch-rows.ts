import type { Batch } from '../../../../domain/ledger/batch.ts'
import type { Row, Sql } from '../../sql.ts'

const PAGE = 500

export const BATCH_COLUMNS = `log_id, writer_epoch, batch_no::float8 AS batch_no, first_seq::float8 AS first_seq, entry_count,
  entries_digest, previous_batch_hash, signature`

/** The batches of one writer in the order of their numbers, read as they are needed. */
export class BatchRows {
  private readonly sql: Sql
  private readonly epoch: string
  private readonly last: number
  private rows: Batch[] = []
  private after = -1
  private expected: number | null = null
  private done = false

  /** @param last the newest batch that counts. */
  constructor(sql: Sql, epoch: string, last: number) {
    this.sql = sql
    this.epoch = epoch
    this.last = last
  }

  /** The first entry of interest: the batches before its own are left out. */
  async startAt(seq: number): Promise<void> {
    this.expected = seq
    if (seq === 0) return
    const [row] = await this.sql`
      SELECT batch_no::float8 AS batch_no FROM ledger_batch
      WHERE writer_epoch = ${this.epoch} AND first_seq <= ${seq} ORDER BY first_seq DESC LIMIT 1`
    this.after = (row?.batch_no ?? 0) - 1
  }

  /**
   * The batches that begin at an entry: the next one where the one before it ends here, whatever number it names itself,
   * so that a changed row stands where it belongs.
   */
  async at(seq: number): Promise<Batch[]> {
    const found: Batch[] = []
    for (;;) {
      const row = await this.peek()
      if (row === undefined || (row.first_seq !== seq && seq !== this.expected)) return found
      this.rows.shift()
      this.expected = seq + row.entry_count
      found.push(row)
      if (row.first_seq !== seq) return found
    }
  }

  /** The batches that began at no entry. */
  async rest(): Promise<Batch[]> {
    const found: Batch[] = []
    for (let row = await this.peek(); row !== undefined; row = await this.peek()) {
      this.rows.shift()
      found.push(row)
    }
    return found
  }

  private async peek(): Promise<Batch | undefined> {
    if (this.rows.length === 0 && !this.done) await this.read()
    return this.rows[0]
  }

  private async read(): Promise<void> {
    const rows = await this.sql`
      SELECT ${this.sql.unsafe(BATCH_COLUMNS)} FROM ledger_batch
      WHERE writer_epoch = ${this.epoch} AND batch_no > ${this.after} AND batch_no <= ${this.last}
      ORDER BY batch_no LIMIT ${PAGE}`
    this.rows = rows.map(batchOf)
    this.after = this.rows.at(-1)?.batch_no ?? this.after
    this.done = rows.length < PAGE
  }
}

/** Of the columns `BATCH_COLUMNS`. */
export function batchOf(row: Row): Batch {
  return {
    log_id: row.log_id,
    writer_epoch: row.writer_epoch,
    batch_no: row.batch_no,
    first_seq: row.first_seq,
    entry_count: row.entry_count,
    entries_digest: row.entries_digest,
    previous_batch_hash: row.previous_batch_hash,
    signature: row.signature,
  }
}
