import { createHash } from 'node:crypto'
import { encodeBatch } from '../../../domain/ledger/batch.ts'
import { equalBytes, label } from '../../../domain/ledger/bytes.ts'
import { verifyEd25519 } from '../../../domain/ledger/ed25519.ts'
import { leafHash } from '../../../domain/ledger/leaf.ts'
import type { Row, TransactionSql } from '../sql.ts'
import type { EpochKeys } from './epoch-keys.ts'
import type { Log } from './log.ts'
import type { Logs } from './logs.ts'
import { LEAST_SHARE, type PendingRow, type Waiting } from './work-list.ts'

export interface Admitted {
  /** By log, in the order of their writers' numbers, whole batches only. */
  logs: Map<Log, PendingRow[]>
  /** Ids of entries that no writer signed, or that belong to a log that is closed. */
  refused: string[]
}

/**
 * Which of the pending entries get a place: those that make up a whole batch which a writer signed whom a key of the log
 * let in. A row that somebody else put there is refused, and never enters the tree.
 */
export async function admit(
  sql: TransactionSql,
  logs: Logs,
  keys: EpochKeys,
  waiting: readonly Waiting[],
): Promise<Admitted> {
  const admitted: Admitted = { logs: new Map(), refused: [] }
  // A key signs only behind the leaf that brought it in: who looks after reading what is pending knows every key in it.
  await logs.catchUp(sql)
  const groups = waiting.flatMap(groupByWriter)
  const batches = await batchesOf(sql, groups)
  for (const { rows, cut } of groups) {
    const { log_id, writer_epoch } = rows[0] as PendingRow
    const log = await logs.byId(sql, log_id)
    const inForce = log && (await logs.of(log.tenantId)) === log
    const epoch = inForce ? await keys.of(sql, log, writer_epoch) : null
    let rest = rows
    while (rest.length > 0) {
      const first = rest[0] as PendingRow
      const batch = batches.get(`${writer_epoch} ${first.writer_seq}`)
      const count = batch?.entry_count ?? 1
      const members = rest.slice(0, count)
      if (cut && members.length < count && count <= LEAST_SHARE) break
      rest = rest.slice(count)
      if (log && epoch && batch && isWhole(batch, members) && isSigned(batch, members, epoch.key)) {
        const own = admitted.logs.get(log) ?? []
        own.push(...members)
        admitted.logs.set(log, own)
      } else {
        admitted.refused.push(...members.map((row) => row.entry_id))
      }
    }
  }
  return admitted
}

/** The rows of each writer; where the log's rows were cut, they were in those of the last. */
function groupByWriter({ rows, cut }: Waiting): Waiting[] {
  const groups = [...Map.groupBy(rows, (row) => row.writer_epoch).values()]
  return groups.map((own, index) => ({ rows: own, cut: cut && index === groups.length - 1 }))
}

async function batchesOf(sql: TransactionSql, groups: readonly Waiting[]): Promise<Map<string, Row>> {
  const epochs = groups.map(({ rows }) => rows[0]?.writer_epoch)
  const from = groups.map(({ rows }) => rows[0]?.writer_seq)
  const to = groups.map(({ rows }) => rows.at(-1)?.writer_seq)
  const rows = await sql`
    SELECT b.log_id, b.writer_epoch, b.batch_no::float8 AS batch_no, b.first_seq::float8 AS first_seq, b.entry_count,
           b.entries_digest, b.previous_batch_hash, b.signature
    FROM unnest(${epochs}::uuid[], ${from}::bigint[], ${to}::bigint[]) AS w(writer_epoch, first_seq, last_seq)
    JOIN ledger_batch b ON b.writer_epoch = w.writer_epoch AND b.first_seq BETWEEN w.first_seq AND w.last_seq`
  return new Map(rows.map((row) => [`${row.writer_epoch} ${row.first_seq}`, row]))
}

function isWhole(batch: Row, members: readonly PendingRow[]): boolean {
  return (
    members.length === batch.entry_count &&
    members.every((row, index) => row.writer_seq === batch.first_seq + index && row.log_id.equals(batch.log_id))
  )
}

function isSigned(batch: Row, members: readonly PendingRow[], key: Parameters<typeof verifyEd25519>[0]): boolean {
  const digest = createHash('sha256').update(label('batch-entries'))
  for (const { leaf } of members) digest.update(leafHash(leaf))
  if (!equalBytes(digest.digest(), batch.entries_digest)) return false
  return verifyEd25519(key, encodeBatch(batch as unknown as Parameters<typeof encodeBatch>[0]), batch.signature)
}
