import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { genesisChain } from '../../../domain/ledger/chain.ts'
import { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { rootOf, subtreesOf } from '../../../domain/ledger/prove.ts'
import { type AnchoredHead, type AnchoredHeads, LogDiverged } from '../../../ports/anchored-heads.ts'
import type { Row, Sql, TransactionSql } from '../sql.ts'
import { appendLeaves, type GrowingLog, type Grown } from './append-leaves.ts'
import { EpochKeys } from './epoch-keys.ts'
import type { Log } from './log.ts'
import type { Logs } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'
import { admit } from './signed-batches.ts'
import { WorkList } from './work-list.ts'

/** Held by whoever gives entries their leaves. */
export const SEQUENCER_LOCK = 7010212028

interface LogState extends GrowingLog {
  /** The anchored head that this tree is known to continue. */
  anchor: AnchoredHead | undefined
}

type Head = Pick<AnchoredHead, 'treeSize' | 'rootHash'>

/** Where a log ends as it is stored. */
interface LogEnd {
  size: number
  /** Null: there is no leaf. */
  chain: Buffer | null
  signed: Head | null
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
 * commit. A round takes what is pending and committed, of each log its share, whole signed batches in the order of their
 * writers' numbers, appends them to their logs and signs a checkpoint of each log that grew. A round that dies leaves nothing behind.
 */
export class Sequencer {
  private readonly options: SequencerOptions
  private readonly keys = new EpochKeys()
  private readonly workList = new WorkList()
  private readonly refused = new Set<string>()
  private more = false
  /** By origin, what this process has seen committed. */
  private states = new Map<string, LogState>()

  constructor(options: SequencerOptions) {
    this.options = options
  }

  /** Whether the last round left something that the next one can take at once. */
  get hasMore(): boolean {
    return this.more
  }

  /** One round. Gives the number of leaves appended, or null when another sequencer is at work. @throws LogDiverged */
  async round(): Promise<number | null> {
    const touched = new Map<string, LogState>()
    this.more = false
    const count = await this.options.sql.begin(async (transaction) => {
      // A work list that was empty when its statements were planned may be long when they run.
      const [lock] = await transaction`
        SELECT pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) AS taken,
               set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`
      if (!lock?.taken) return null
      const waiting = await this.workList.next(transaction, this.refused)
      this.more = waiting.some(({ cut }) => cut)
      if (waiting.length === 0) return 0
      const { logs: admitted, refused } = await admit(transaction, this.options.logs, this.keys, waiting)
      this.refuse(refused)
      const ends = await readEnds(transaction, [...admitted.keys()])
      const grown: Grown[] = []
      for (const [log, rows] of admitted) {
        const state = await this.stateOf(transaction, log, ends.get(log.origin) as LogEnd)
        touched.set(log.origin, state)
        grown.push({ log, state, rows })
      }
      await appendLeaves(transaction, grown)
      return grown.reduce((sum, { rows }) => sum + rows.length, 0)
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
  private async stateOf(transaction: TransactionSql, log: Log, end: LogEnd): Promise<LogState> {
    const { size } = end
    const known = this.states.get(log.origin)
    const same = known && known.range.size === size && (size === 0 || equalBytes(known.chain, end.chain as Buffer))
    const range = same ? known.range.clone() : await loadRange(transaction, log, size)
    const anchor = this.options.anchored.of(log.origin)
    await refuseDivergence(transaction, log, range, end.signed, [
      ...(known ? [{ treeSize: known.range.size, rootHash: known.range.root() }] : []),
      ...(anchor && anchor !== known?.anchor ? [anchor] : []),
    ])
    return { range, chain: end.chain ?? genesisChain(log.logId), anchor }
  }
}

/** The ends of several logs in one statement. */
async function readEnds(transaction: TransactionSql, logs: readonly Log[]): Promise<Map<string, LogEnd>> {
  const rows = await transaction`
    SELECT w.origin, l.leaf_index::float8 + 1 AS size, l.chain_hash, c.tree_size::float8 AS tree_size, c.root_hash
    FROM unnest(${logs.map((log) => log.origin)}::text[], ${logs.map((log) => log.logId)}::bytea[]) AS w(origin, log_id)
    LEFT JOIN LATERAL (
      SELECT leaf_index, chain_hash FROM ledger_leaf
      WHERE log_id = w.log_id ORDER BY leaf_index DESC LIMIT 1) l ON true
    LEFT JOIN LATERAL (
      SELECT tree_size, root_hash FROM ledger_checkpoint
      WHERE log_id = w.log_id ORDER BY tree_size DESC LIMIT 1) c ON true`
  const endOf = ({ size, chain_hash, tree_size, root_hash }: Row): LogEnd => ({
    size: size ?? 0,
    chain: chain_hash,
    signed: tree_size === null ? null : { treeSize: tree_size, rootHash: root_hash },
  })
  return new Map(rows.map((row) => [row.origin, endOf(row)]))
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
  signed: Head | null,
  earlier: readonly Head[],
): Promise<void> {
  if ((signed?.treeSize ?? 0) !== range.size) {
    throw new LogDiverged(log.origin, 'is not the one its last checkpoint was signed over')
  }
  const heads = [...(signed ? [signed] : []), ...earlier]
  for (const { treeSize, rootHash } of heads) {
    if (treeSize > range.size) throw new LogDiverged(log.origin, `had ${treeSize} leaves and has ${range.size}`)
    const root = treeSize === range.size ? range.root() : await rootOf(treeSize, nodeSourceOf(transaction, log.logId))
    if (!equalBytes(root, rootHash)) {
      throw new LogDiverged(log.origin, `is not the one of ${treeSize} leaves that was signed`)
    }
  }
}
