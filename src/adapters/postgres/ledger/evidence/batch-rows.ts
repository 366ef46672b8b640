import type { Row, Sql } from '../../sql.ts'

const PAGE = 500

/** A row of `ledger_batch` as a pack shows it: bytes as hex, the signature in base64. */
export interface BatchRow {
  log_id: string
  writer_epoch: string
  batch_no: number
  first_seq: number
  entry_count: number
  entries_digest: string
  previous_batch_hash: string
  signature: string
}

/** The batches of one writer in the order of their numbers, read as they are needed. */
export class BatchRows {
  private readonly sql: Sql
  private readonly epoch: string
  private readonly last: number
  private rows: BatchRow[] = []
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
  async at(seq: number): Promise<BatchRow[]> {
    const found: BatchRow[] = []
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
  async rest(): Promise<BatchRow[]> {
    const found: BatchRow[] = []
    for (let row = await this.peek(); row !== undefined; row = await this.peek()) {
      this.rows.shift()
      found.push(row)
    }
    return found
  }

  private async peek(): Promise<BatchRow | undefined> {
    if (this.rows.length === 0 && !this.done) await this.read()
    return this.rows[0]
  }

  private async read(): Promise<void> {
    const rows = await this.sql`
      SELECT log_id, writer_epoch, batch_no::float8 AS batch_no, first_seq::float8 AS first_seq, entry_count,
             entries_digest, previous_batch_hash, signature
      FROM ledger_batch
      WHERE writer_epoch = ${this.epoch} AND batch_no > ${this.after} AND batch_no <= ${this.last}
      ORDER BY batch_no LIMIT ${PAGE}`
    this.rows = rows.map(batchRowOf)
    this.after = this.rows.at(-1)?.batch_no ?? this.after
    this.done = rows.length < PAGE
  }
}

export function batchRowOf(row: Row): BatchRow {
  return {
    log_id: row.log_id.toString('hex'),
    writer_epoch: row.writer_epoch,
    batch_no: row.batch_no,
    first_seq: row.first_seq,
    entry_count: row.entry_count,
    entries_digest: row.entries_digest.toString('hex'),
    previous_batch_hash: row.previous_batch_hash.toString('hex'),
    signature: row.signature.toString('base64'),
  }
}
