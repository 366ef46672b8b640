import { uuidText } from '../src/domain/ids/uuidv7.ts'
import { genesisChain, nextChain } from '../src/domain/ledger/chain.ts'
import { CompactRange } from '../src/domain/ledger/compact-range.ts'
import { leafHash } from '../src/domain/ledger/leaf.ts'
import type { Store } from './store.ts'

export interface NewLeaf {
  id: string
  leaf: Buffer
  /** What is changed in the entry with it. */
  set?: string
}

export async function readLeaves(store: Store, logId: Buffer): Promise<NewLeaf[]> {
  const rows = await store.sql`SELECT leaf FROM ledger_leaf WHERE log_id = ${logId} ORDER BY leaf_index`
  return rows.map(({ leaf }) => ({ id: uuidText(leaf.subarray(34, 50)), leaf }))
}

/** Writes a log's leaves anew, with hashes, chain and subtrees that fit. */
export async function rewriteLeaves(store: Store, logId: Buffer, leaves: readonly NewLeaf[]): Promise<void> {
  const { sql } = store
  await sql`DELETE FROM ledger_leaf WHERE log_id = ${logId}`
  await sql`DELETE FROM ledger_subtree WHERE log_id = ${logId}`
  const tree = new CompactRange()
  let chain = genesisChain(logId)
  const seen = new Set<string>()
  for (const [index, { id, leaf, set }] of leaves.entries()) {
    const hash = leafHash(leaf)
    chain = nextChain(chain, hash)
    // An entry has one leaf; a copy stands under an id of its own.
    const entryId = seen.has(id) ? sql`gen_random_uuid()` : sql`${id}`
    seen.add(id)
    await sql`
      INSERT INTO ledger_leaf (log_id, leaf_index, entry_id, leaf, leaf_hash, chain_hash)
      VALUES (${logId}, ${index}, ${entryId}, ${leaf}, ${hash}, ${chain})`
    for (const node of tree.append(hash)) {
      if (node.level % 8 !== 0) continue
      await sql`INSERT INTO ledger_subtree VALUES (${logId}, ${node.level}, ${node.index}, ${node.hash})`
    }
    if (set) await sql.unsafe(`UPDATE ledger_entry SET ${set} WHERE id = '${id}'`)
  }
}

export async function deleteCheckpointsFrom(store: Store, logId: Buffer, leaf: number): Promise<void> {
  await store.sql`DELETE FROM ledger_checkpoint WHERE log_id = ${logId} AND tree_size > ${leaf}`
}
