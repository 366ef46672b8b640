import { genesisChain, nextChain } from '../../../domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../../domain/ledger/checkpoint.ts'
import { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { leafHash } from '../../../domain/ledger/leaf.ts'
import { signNote } from '../../../domain/ledger/note.ts'
import { rootOf, subtreesOf } from '../../../domain/ledger/prove.ts'
import type { Sql, TransactionSql } from '../connect.ts'
import type { Log, Logs } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'

const ROUND_LEAVES = 1000
const LOCK = 7010212028

interface LogState {
  log: Log
  range: CompactRange
  chain: Uint8Array
}

interface PendingRow {
  entry_id: string
  log_id: Buffer
  leaf: Buffer
}

/** Thrown when the database holds another tree than the one last signed: nothing is signed over it. */
export class LogDiverged extends Error {
  constructor() {
    super('the stored tree is not a continuation of the last signed checkpoint')
    this.name = 'LogDiverged'
  }
}

/**
 * Gives entries their leaves. Each round is one transaction under an advisory lock of the database, so that one
 * sequencer works at a time, whoever believes to be it; it takes the entries without a leaf that are committed, appends
 * them to their logs in the order of their writers' numbers and signs a checkpoint for each log that grew. A round that
 * dies leaves nothing behind.
 */
export class Sequencer {
  private readonly sql: Sql
  private readonly logs: Logs
  private states = new Map<string, LogState>()

  constructor(sql: Sql, logs: Logs) {
    this.sql = sql
    this.logs = logs
  }

  /** One round. Gives the number of leaves appended, or null when another sequencer is at work. */
  async round(): Promise<number | null> {
    const touched = new Map<string, LogState>()
    try {
      const count = await this.sql.begin(async (transaction) => {
        const [lock] = await transaction`SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`
        if (!lock?.taken) return null
        const pending = await transaction<PendingRow[]>`
          SELECT entry_id, log_id, leaf FROM ledger_pending
          ORDER BY log_id, writer_epoch, writer_seq LIMIT ${ROUND_LEAVES}`
        if (pending.length === 0) return 0
        for (const rows of groupByLog(pending)) {
          const state = await this.stateOf(transaction, rows[0] as PendingRow)
          touched.set(state.log.tenantId, state)
          await appendLeaves(transaction, state, rows)
        }
        await transaction`
          DELETE FROM ledger_pending WHERE entry_id = ANY(${pending.map((row) => row.entry_id)}::uuid[])`
        return pending.length
      })
      for (const [tenantId, state] of touched) this.states.set(tenantId, state)
      return count
    } catch (error) {
      // Unknown whether it was committed: read everything anew.
      this.states = new Map()
      throw error
    }
  }

  private async stateOf(transaction: TransactionSql, row: PendingRow): Promise<LogState> {
    const [found] = await transaction`SELECT tenant_id FROM ledger_log WHERE log_id = ${row.log_id}`
    const log = await this.logs.of(found?.tenant_id)
    const [last] = await transaction`
      SELECT leaf_index::float8 AS leaf_index, chain_hash FROM ledger_leaf
      WHERE log_id = ${log.logId} ORDER BY leaf_index DESC LIMIT 1`
    const size = last ? last.leaf_index + 1 : 0
    const known = this.states.get(log.tenantId)
    if (known && known.range.size === size) return { ...known, range: known.range.clone() }
    const range = await loadRange(transaction, log, size)
    await refuseDivergence(transaction, log, range)
    return { log, range, chain: last?.chain_hash ?? genesisChain(log.logId) }
  }
}

/** The tree's right edge from stored subtrees and leaves. */
async function loadRange(transaction: TransactionSql, log: Log, size: number): Promise<CompactRange> {
  const source = nodeSourceOf(transaction, log.logId)
  return new CompactRange(size, await Promise.all(subtreesOf(0, size).map((node) => source(node))))
}

async function refuseDivergence(transaction: TransactionSql, log: Log, range: CompactRange): Promise<void> {
  const [signed] = await transaction`
    SELECT tree_size::float8 AS tree_size, root_hash FROM ledger_checkpoint
    WHERE log_id = ${log.logId} ORDER BY tree_size DESC LIMIT 1`
  if (!signed) return
  if (signed.tree_size > range.size) throw new LogDiverged()
  const root =
    signed.tree_size === range.size
      ? range.root()
      : await rootOf(signed.tree_size, nodeSourceOf(transaction, log.logId))
  if (Buffer.compare(root, signed.root_hash) !== 0) throw new LogDiverged()
}

async function appendLeaves(transaction: TransactionSql, state: LogState, rows: readonly PendingRow[]): Promise<void> {
  const { log, range } = state
  const logId = hex(log.logId)
  const leaves: Record<string, unknown>[] = []
  const subtrees: Record<string, unknown>[] = []
  for (const { entry_id, leaf } of rows) {
    const hash = leafHash(leaf)
    state.chain = nextChain(state.chain, hash)
    leaves.push({
      log_id: logId,
      leaf_index: range.size,
      entry_id,
      leaf: hex(leaf),
      leaf_hash: hex(hash),
      chain_hash: hex(state.chain),
    })
    for (const node of range.append(hash)) {
      if (node.level % 8 === 0) {
        subtrees.push({ log_id: logId, level: node.level, subtree_index: node.index, hash: hex(node.hash) })
      }
    }
  }
  const rootHash = range.root()
  const note = await signNote(encodeCheckpoint({ origin: log.origin, treeSize: range.size, rootHash }), [
    { name: log.key.name, keyId: log.key.keyId, sign: (message) => log.sign(message) },
  ])
  await Promise.all([
    transaction`
      INSERT INTO ledger_leaf SELECT * FROM json_populate_recordset(NULL::ledger_leaf, ${JSON.stringify(leaves)}::text::json)`,
    transaction`
      INSERT INTO ledger_subtree
      SELECT * FROM json_populate_recordset(NULL::ledger_subtree, ${JSON.stringify(subtrees)}::text::json)`,
    transaction`
      INSERT INTO ledger_checkpoint (log_id, tree_size, root_hash, note, signed_at)
      VALUES (${log.logId}, ${range.size}, ${rootHash}, ${note}, now())`,
  ])
}

function groupByLog(rows: readonly PendingRow[]): PendingRow[][] {
  const groups = new Map<string, PendingRow[]>()
  for (const row of rows) {
    const key = row.log_id.toString('hex')
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

function hex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`
}
