import { nextChain } from '../../../domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../../domain/ledger/checkpoint.ts'
import type { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { leafHash } from '../../../domain/ledger/leaf.ts'
import { signNote } from '../../../domain/ledger/note.ts'
import type { TransactionSql } from '../sql.ts'
import { bytea } from './bytea.ts'
import type { Log } from './logs.ts'
import type { PendingRow } from './signed-batches.ts'

/** The end of a log that leaves are appended to. */
export interface GrowingLog {
  range: CompactRange
  chain: Uint8Array
}

/** A log, its end, which moves, and what it gets. */
export interface Grown {
  log: Log
  state: GrowingLog
  rows: readonly Pick<PendingRow, 'entry_id' | 'leaf'>[]
}

type JsonRow = Record<string, unknown>

/**
 * Appends leaves to logs, in order, with the subtrees they complete and a signed checkpoint over each log: four statements,
 * however many logs grow.
 */
export async function appendLeaves(transaction: TransactionSql, grown: readonly Grown[]): Promise<void> {
  const leaves: JsonRow[] = []
  const subtrees: JsonRow[] = []
  for (const one of grown) place(one, leaves, subtrees)
  const checkpoints = await Promise.all(grown.map(sign))
  const entries = grown.flatMap(({ rows }) => rows.map((row) => row.entry_id))
  await Promise.all([
    transaction`
      INSERT INTO ledger_leaf SELECT * FROM json_populate_recordset(NULL::ledger_leaf, ${JSON.stringify(leaves)}::text::json)`,
    transaction`
      INSERT INTO ledger_subtree
      SELECT * FROM json_populate_recordset(NULL::ledger_subtree, ${JSON.stringify(subtrees)}::text::json)`,
    transaction`
      INSERT INTO ledger_checkpoint (log_id, tree_size, root_hash, note, signed_at)
      SELECT log_id, tree_size, root_hash, note, now()
      FROM json_populate_recordset(NULL::ledger_checkpoint, ${JSON.stringify(checkpoints)}::text::json)`,
    transaction`DELETE FROM ledger_pending WHERE entry_id = ANY(${entries}::uuid[])`,
  ])
}

function place({ log, state, rows }: Grown, leaves: JsonRow[], subtrees: JsonRow[]): void {
  const logId = bytea(log.logId)
  for (const { entry_id, leaf } of rows) {
    const hash = leafHash(leaf)
    state.chain = nextChain(state.chain, hash)
    leaves.push({
      log_id: logId,
      leaf_index: state.range.size,
      entry_id,
      leaf: bytea(leaf),
      leaf_hash: bytea(hash),
      chain_hash: bytea(state.chain),
    })
    for (const node of state.range.append(hash)) {
      if (node.level % 8 !== 0) continue
      subtrees.push({ log_id: logId, level: node.level, subtree_index: node.index, hash: bytea(node.hash) })
    }
  }
}

async function sign({ log, state: { range } }: Grown): Promise<JsonRow> {
  const rootHash = range.root()
  const note = await signNote(encodeCheckpoint({ origin: log.origin, treeSize: range.size, rootHash }), [
    { name: log.key.name, keyId: log.key.keyId, sign: (message) => log.sign(message) },
  ])
  return { log_id: bytea(log.logId), tree_size: range.size, root_hash: bytea(rootHash), note }
}
