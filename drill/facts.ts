import { uuidText } from '../src/domain/ids/uuidv7.ts'
import type { SampleLedger } from './sample-ledger.ts'
import type { Store } from './store.ts'
import type { Facts } from './types.ts'

/** Reads what a tenant's log holds. */
export async function readFacts(store: Store, ledger: SampleLedger, tenant: string): Promise<Facts> {
  const { logId, origin } = await ledger.logs.of(tenant)
  const { sql } = store
  const leaves = (await sql`SELECT leaf_index::int, leaf FROM ledger_leaf WHERE log_id = ${logId} ORDER BY 1`).map(
    ({ leaf_index, leaf }) => ({
      index: leaf_index as number,
      id: uuidText(leaf.subarray(34, 50)),
      epoch: uuidText(leaf.subarray(58, 74)),
      seq: Number((leaf as Buffer).readBigUInt64BE(74)),
    }),
  )
  const indexOf = new Map(leaves.map(({ index, epoch, seq }) => [`${epoch} ${seq}`, index]))
  const batches = (
    await sql`
      SELECT writer_epoch, batch_no::int, first_seq::int, entry_count FROM ledger_batch
      WHERE log_id = ${logId} ORDER BY 1, 2`
  ).flatMap(({ writer_epoch, batch_no, first_seq, entry_count }) => {
    const leaf = indexOf.get(`${writer_epoch} ${first_seq}`)
    const last = indexOf.get(`${writer_epoch} ${first_seq + entry_count - 1}`)
    if (leaf === undefined || last === undefined) return []
    return [{ epoch: writer_epoch, no: batch_no, firstSeq: first_seq, count: entry_count, leaf, last }]
  })
  const sizes = (await sql`SELECT tree_size::int FROM ledger_checkpoint WHERE log_id = ${logId} ORDER BY 1`).map(
    (row) => row.tree_size as number,
  )
  const waiting = (await sql`SELECT entry_id FROM ledger_pending WHERE log_id = ${logId} ORDER BY writer_seq`).map(
    (row) => row.entry_id as string,
  )
  const [rotated] = await sql`SELECT log_id, old_key FROM ledger_key_rotation WHERE log_id = ${logId}`
  const rotation = rotated ? { log_id: rotated.log_id, old_key: rotated.old_key } : null
  return {
    tenant,
    rotation,
    logId,
    leaves,
    anchored: ledger.anchors.of(origin)?.treeSize ?? 0,
    sizes,
    batches,
    waiting,
  }
}
