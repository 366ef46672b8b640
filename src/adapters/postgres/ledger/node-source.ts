import type { NodeSource } from '../../../domain/ledger/prove.ts'
import { TILE_WIDTH, tileSource } from '../../../domain/ledger/tiles.ts'
import type { Sql, TransactionSql } from '../sql.ts'

/** Nodes of one log from its leaves and stored subtrees, read by tiles of 256 hashes. Make one for each proof. */
export function nodeSourceOf(sql: Sql | TransactionSql, logId: Uint8Array): NodeSource {
  return tileSource((tileLevel, tileIndex) => readTile(sql, logId, tileLevel, tileIndex))
}

async function readTile(
  sql: Sql | TransactionSql,
  logId: Uint8Array,
  tileLevel: number,
  tileIndex: number,
): Promise<Uint8Array[]> {
  const first = tileIndex * TILE_WIDTH
  const rows =
    tileLevel === 0
      ? await sql`
          SELECT leaf_hash AS hash FROM ledger_leaf
          WHERE log_id = ${logId} AND leaf_index >= ${first} AND leaf_index < ${first + TILE_WIDTH}
          ORDER BY leaf_index`
      : await sql`
          SELECT hash FROM ledger_subtree
          WHERE log_id = ${logId} AND level = ${tileLevel * 8} AND subtree_index >= ${first}
            AND subtree_index < ${first + TILE_WIDTH}
          ORDER BY subtree_index`
  return rows.map((row) => row.hash)
}
