import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { genesisChain, nextChain } from '../../../domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../../domain/ledger/checkpoint.ts'
import { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { leafHash } from '../../../domain/ledger/leaf.ts'
import { signNote } from '../../../domain/ledger/note.ts'
import { rootOf, subtreesOf } from '../../../domain/ledger/prove.ts'
import { type AnchoredHead, type AnchoredHeads, LogDiverged } from '../../../ports/anchored-heads.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { EpochKeys } from './epoch-keys.ts'
import type { Log, Logs } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'
import { admit, type PendingRow } from './signed-batches.ts'

const ROUND_LEAVES = 2000
/** Held by whoever gives entries their leaves. */
export const SEQUENCER_LOCK = 7010212028

export interface LogState {
  range: CompactRange
  chain: Uint8Array
  /** The anchored head that this tree is known to continue. */
  anchor: AnchoredHead | undefined
}

export interface SequencerOptions {
  sql: Sql
  logs: Logs
  anchored: AnchoredHeads
  /** Told of entries that no writer signed: how many there are at the moment. */
  onRefused(count: number): void
}

/**
 * Gives entries their leaves. Each round is one transaction under an advisory lock of the database, so that one
 * sequencer works at a time, whoever believes to be it; a leaf's index is a primary key, so that even two cannot both
 * commit. A round takes what is pending and committed, whole signed batches in the order of their writers' numbers, appends
 * them to their logs and signs a checkpoint of each log that grew. A round that dies leaves nothing behind.
 */
export class Sequencer {
  private readonly options: SequencerOptions
  private readonly keys = new EpochKeys()
  private readonly refused = new Set<string>()
  /** By origin, what this process has seen committed. */
  private states = new Map<string, LogState>()

  constructor(options: SequencerOptions) {
    this.options = options
  }

  /** One round. Gives the number of leaves appended, or null when another sequencer is at work. @throws LogDiverged */
  async round(): Promise<number | null> {
    const touched = new Map<string, LogState>()
    const count = await this.options.sql.begin(async (transaction) => {
      const [lock] = await transaction`SELECT pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) AS taken`
      if (!lock?.taken) return null
      const pending = await transaction<PendingRow[]>`
        SELECT entry_id, log_id, writer_epoch, writer_seq::float8 AS writer_seq, leaf FROM ledger_pending
        WHERE entry_id <> ALL(${[...this.refused]}::uuid[])
        ORDER BY log_id, writer_epoch, writer_seq LIMIT ${ROUND_LEAVES}`
      if (pending.length === 0) return 0
      const { logs } = this.options
      const { logs: admitted, refused } = await admit(
        transaction,
        logs,
        this.keys,
        pending,
        pending.length === ROUND_LEAVES,
      )
      this.refuse(refused)
      let leaves = 0
      for (const [log, rows] of admitted) {
        const state = await this.stateOf(transaction, log)
        touched.set(log.origin, state)
        await appendLeaves(transaction, log, state, rows)
        leaves += rows.length
      }
      return leaves
    })
    // Behind a failed commit nothing is known: what this process saw committed before still stands.
    for (const [origin, state] of touched) this.states.set(origin, state)
    return count
  }

  private refuse(ids: readonly string[]): void {
    for (const id of ids) this.refused.add(id)
    if (ids.length > 0) this.options.onRefused(this.refused.size)
  }

  /** The tree as it is stored, once it is known to continue what was signed, seen and anchored. */
  private async stateOf(transaction: TransactionSql, log: Log): Promise<LogState> {
    const [last] = await transaction`
      SELECT leaf_index::float8 AS leaf_index, chain_hash FROM ledger_leaf
      WHERE log_id = ${log.logId} ORDER BY leaf_index DESC LIMIT 1`
    const size = last ? last.leaf_index + 1 : 0
    const known = this.states.get(log.origin)
    const same = known && known.range.size === size && (size === 0 || equalBytes(known.chain, last?.chain_hash))
    const range = same ? known.range.clone() : await loadRange(transaction, log, size)
    const anchor = this.options.anchored.of(log.origin)
    await refuseDivergence(transaction, log, range, [
      ...(known ? [{ treeSize: known.range.size, rootHash: known.range.root() }] : []),
      ...(anchor && anchor !== known?.anchor ? [anchor] : []),
    ])
    return { range, chain: last?.chain_hash ?? genesisChain(log.logId), anchor }
  }
}

/** The tree's right edge from stored subtrees and leaves. */
async function loadRange(transaction: TransactionSql, log: Log, size: number): Promise<CompactRange> {
  const source = nodeSourceOf(transaction, log.logId)
  return new CompactRange(size, await Promise.all(subtreesOf(0, size).map((node) => source(node))))
}

/**
 * The leaves have to be exactly those of the last signed checkpoint, because both are written in one transaction, and
 * have to continue the tree this process saw last and the one that was anchored last.
 */
async function refuseDivergence(
  transaction: TransactionSql,
  log: Log,
  range: CompactRange,
  earlier: readonly AnchoredHead[],
): Promise<void> {
  const [signed] = await transaction`
    SELECT tree_size::float8 AS tree_size, root_hash FROM ledger_checkpoint
    WHERE log_id = ${log.logId} ORDER BY tree_size DESC LIMIT 1`
  if ((signed?.tree_size ?? 0) !== range.size) {
    throw new LogDiverged(log.origin, 'is not the one its last checkpoint was signed over')
  }
  const heads = [...(signed ? [{ treeSize: signed.tree_size, rootHash: signed.root_hash }] : []), ...earlier]
  for (const { treeSize, rootHash } of heads) {
    if (treeSize > range.size) throw new LogDiverged(log.origin, `had ${treeSize} leaves and has ${range.size}`)
    const root = treeSize === range.size ? range.root() : await rootOf(treeSize, nodeSourceOf(transaction, log.logId))
    if (!equalBytes(root, rootHash)) {
      throw new LogDiverged(log.origin, `is not the one of ${treeSize} leaves that was signed`)
    }
  }
}

/** Appends leaves to a log, in order, with the subtrees they complete and a signed checkpoint over all of it. */
export async function appendLeaves(
  transaction: TransactionSql,
  log: Log,
  state: LogState,
  rows: readonly Pick<PendingRow, 'entry_id' | 'leaf'>[],
): Promise<void> {
  const { range } = state
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
    transaction`DELETE FROM ledger_pending WHERE entry_id = ANY(${rows.map((row) => row.entry_id)}::uuid[])`,
  ])
}

function hex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`
}
