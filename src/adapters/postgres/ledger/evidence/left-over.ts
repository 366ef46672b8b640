import type { Fault } from '../../../../domain/evidence/format.ts'
import { uuidText } from '../../../../domain/ids/uuidv7.ts'
import { type Batch, encodeBatch } from '../../../../domain/ledger/batch.ts'
import { verifyEd25519 } from '../../../../domain/ledger/ed25519.ts'
import { checkGroups } from '../../../../domain/ledger/entry-proof.ts'
import { encodeLeaf, LEAF_BYTES, leafOf } from '../../../../domain/ledger/leaf.ts'
import { formatVkey } from '../../../../domain/ledger/vkey.ts'
import { PalimpsestError } from '../../../../errors.ts'
import type { Sql } from '../../sql.ts'
import { ENTRY_COLUMNS, entryOf } from '../entry-row.ts'
import { EpochKeys } from '../epoch-keys.ts'
import type { Log } from '../log.ts'
import { BATCH_COLUMNS, BatchRows, batchOf } from './batch-rows.ts'
import type { LogLines } from './log-lines.ts'
import { findRotationFaults } from './rotation-rows.ts'
import type { LogSnapshot, LooseEntry } from './snapshot.ts'
import { countSubtreesBeyond } from './subtree-rows.ts'

/** Most faults that a pack lists of one log. */
const MOST = 100

export interface LeftOver {
  faults: Fault[]
  /** Entries that are signed and wait for their leaf. */
  waiting: number
}

/** What stands in the store and has no place among the leaves: who put it there, or what was taken from beside it. */
export async function findLeftOver(sql: Sql, log: Log, snapshot: LogSnapshot, lines: LogLines): Promise<LeftOver> {
  const signed = new Signed(sql, log)
  const faults: Fault[] = []
  let waiting = 0
  for (const id of snapshot.pendingWithoutEntry) {
    faults.push({ kind: 'removed', entry: id, what: 'it waits for its leaf, but the entry itself is gone' })
  }
  for (const entry of [...lines.loose.values()].flat()) {
    if (!entry.logId.equals(log.logId)) continue
    const fault = (await faultOf(entry, lines, signed)) ?? (await faultOfWaiting(sql, entry))
    if (fault === null) waiting++
    else faults.push(fault)
  }
  faults.push(...(await batchFaults(sql, log, snapshot, lines, signed)))
  if ((await countSubtreesBeyond(sql, log.logId, snapshot.leafCount)) > 0) {
    faults.push({ kind: 'inserted', entry: null, what: 'a subtree is stored that no leaves make up' })
  }
  faults.push(...(await logRowFaults(sql, log)), ...(await findRotationFaults(sql, log)))
  return { faults: faults.slice(0, MOST), waiting }
}

async function faultOf(entry: LooseEntry, lines: LogLines, signed: Signed): Promise<Fault | null> {
  const given = entry.writerSeq < (lines.numbered.get(entry.writerEpoch) ?? 0)
  if (given) return { kind: 'inserted', entry: entry.id, what: 'its writer gave its number to another entry' }
  if (!(await signed.entry(entry))) return { kind: 'inserted', entry: entry.id, what: 'no writer signed it' }
  if (entry.waiting !== null) return null
  return {
    kind: 'removed',
    entry: entry.id,
    what: 'its writer signed it, but its leaf is gone, or its place in the queue',
  }
}

/** An entry that waits has to be the one its writer signed, and to stand in the work list as what it is. */
async function faultOfWaiting(sql: Sql, { id, logId, waiting }: LooseEntry): Promise<Fault | null> {
  const [row] = await sql`SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${id}`
  if (row === undefined || waiting === null) return null
  const { envelope, envelopeNonce, commitments } = entryOf(row)
  const fault: Fault = { kind: 'changed', entry: id, what: 'it waits for its leaf, and is not what its writer signed' }
  try {
    checkGroups({ envelope, envelopeNonce, commitments, openings: {} })
    const leaf = encodeLeaf(leafOf(envelope, commitments))
    const same = waiting.writerEpoch === envelope.writer_epoch && waiting.writerSeq === envelope.writer_seq
    return same && leaf.equals(waiting.leaf) && logId.equals(waiting.logId) ? null : fault
  } catch (error) {
    if (error instanceof PalimpsestError) return fault
    throw error
  }
}

/**
 * By writer, the number behind the last one among the leaves before `from`. It is read from the leaves themselves, since entries
 * may have left the database.
 */
async function numberedBefore(sql: Sql, log: Log, from: number): Promise<Map<string, number>> {
  if (from === 0) return new Map()
  const rows = await sql`
    SELECT l.leaf FROM ledger_leaf l JOIN (
      SELECT max(leaf_index) AS newest FROM ledger_leaf
      WHERE log_id = ${log.logId} AND leaf_index < ${from} AND octet_length(leaf) = ${LEAF_BYTES}
      GROUP BY substring(leaf FROM 59 FOR 16)) last ON last.newest = l.leaf_index
    WHERE l.log_id = ${log.logId}`
  return new Map(
    rows.map(({ leaf }) => [uuidText(leaf.subarray(58, 74)), Number((leaf as Buffer).readBigUInt64BE(74)) + 1]),
  )
}

async function batchFaults(
  sql: Sql,
  log: Log,
  snapshot: LogSnapshot,
  lines: LogLines,
  signed: Signed,
): Promise<Fault[]> {
  const waiting = new Set(
    [...lines.loose].filter(([, entries]) => entries.some(({ waiting: row }) => row !== null)).map(([mark]) => mark),
  )
  const faults: Fault[] = []
  const epochs = [...snapshot.lastBatches]
  const older = epochs.some(([epoch]) => !lines.batches.has(epoch))
  const numbered = older ? await numberedBefore(sql, log, lines.from) : new Map<string, number>()
  for (const [epoch, last] of epochs) {
    let rows = lines.batches.get(epoch)
    let before = 0
    if (!rows) {
      before = numbered.get(epoch) ?? 0
      rows = new BatchRows(sql, epoch, last)
      await rows.startAt(0)
    }
    for (const row of await rows.rest()) {
      if (row.first_seq + row.entry_count <= before) continue
      const numbers = Array.from(
        { length: Math.min(row.entry_count, 10_000) },
        (_, i) => `${epoch} ${row.first_seq + i}`,
      )
      const holds = await signed.batch(row)
      if (holds && numbers.every((mark) => waiting.has(mark))) continue
      const name = `batch ${row.batch_no} of writer ${epoch}`
      if (holds) faults.push({ kind: 'removed', entry: null, what: `${name} is signed, but entries of it are gone` })
      else faults.push({ kind: 'inserted', entry: null, what: `${name} is nobody's: no writer signed it` })
      if (faults.length >= MOST) return faults
    }
  }
  return faults
}

async function logRowFaults(sql: Sql, log: Log): Promise<Fault[]> {
  const [row] = await sql`
    SELECT log_id, tenant_id, generation, verifier_key FROM ledger_log WHERE origin = ${log.origin}`
  const right =
    row !== undefined &&
    log.logId.equals(row.log_id) &&
    row.tenant_id === log.tenantId &&
    row.generation === log.generation &&
    log.keys.some((key) => formatVkey(key) === row.verifier_key)
  return right
    ? []
    : [{ kind: 'changed', entry: null, what: 'what is stored of the log itself is not what it was made with' }]
}

/** Which batches their writers signed. */
class Signed {
  private readonly sql: Sql
  private readonly log: Log
  private readonly keys = new EpochKeys()

  constructor(sql: Sql, log: Log) {
    this.sql = sql
    this.log = log
  }

  async entry({ writerEpoch, writerSeq }: LooseEntry): Promise<boolean> {
    const [row] = await this.sql`
      SELECT ${this.sql.unsafe(BATCH_COLUMNS)} FROM ledger_batch WHERE writer_epoch = ${writerEpoch} AND first_seq <= ${writerSeq}
      ORDER BY first_seq DESC LIMIT 1`
    return row !== undefined && writerSeq < row.first_seq + row.entry_count && this.batch(batchOf(row))
  }

  async batch(batch: Batch): Promise<boolean> {
    const epoch = await this.keys.of(this.sql, this.log, batch.writer_epoch)
    if (epoch === null || !this.log.logId.equals(batch.log_id)) return false
    try {
      return verifyEd25519(epoch.key, encodeBatch(batch), batch.signature)
    } catch (error) {
      if (error instanceof PalimpsestError) return false
      throw error
    }
  }
}
