import { leafHash } from '../../../domain/ledger/leaf.ts'
import { logIdOf, parseOrigin } from '../../../domain/ledger/origin.ts'
import { consistencyProof, rootOf, subtreesOf } from '../../../domain/ledger/prove.ts'
import { PalimpsestError } from '../../../errors.ts'
import { LogDiverged } from '../../../ports/anchored-heads.ts'
import type { LedgerTrees, TreeHead } from '../../../ports/ledger-trees.ts'
import type { Row, Sql } from '../sql.ts'
import { nodeSourceOf } from './node-source.ts'

const PAGE = 10_000

export function createLedgerTrees(sql: Sql): LedgerTrees {
  async function sizeOf(origin: string): Promise<number> {
    const [row] = await sql`
      SELECT leaf_index::float8 + 1 AS size FROM ledger_leaf
      WHERE log_id = ${logIdOf(origin)} ORDER BY leaf_index DESC LIMIT 1`
    return row?.size ?? 0
  }

  return {
    async heads() {
      const rows = await sql`
        SELECT DISTINCT ON (l.tenant_id) l.origin, c.tree_size::float8 AS tree_size, c.note
        FROM ledger_log l
        JOIN LATERAL (
          SELECT tree_size, note FROM ledger_checkpoint WHERE log_id = l.log_id ORDER BY tree_size DESC LIMIT 1) c ON true
        ORDER BY l.tenant_id, l.generation DESC`
      return rows.map(headOf)
    },

    async headUpTo(origin, atMost) {
      const [row] = await sql`
        SELECT ${origin} AS origin, tree_size::float8 AS tree_size, note FROM ledger_checkpoint
        WHERE log_id = ${logIdOf(origin)} AND tree_size <= ${atMost} ORDER BY tree_size DESC LIMIT 1`
      return row && headOf(row)
    },

    size: sizeOf,

    async leafHashes(origin, from, to) {
      const hashes: Buffer[] = []
      while (from + hashes.length < to) {
        const at = from + hashes.length
        const rows = await sql`
          SELECT leaf_index::float8 AS leaf_index, leaf FROM ledger_leaf
          WHERE log_id = ${logIdOf(origin)} AND leaf_index >= ${at} AND leaf_index < ${Math.min(to, at + PAGE)}
          ORDER BY leaf_index`
        for (const row of rows) {
          if (row.leaf_index !== from + hashes.length) break
          hashes.push(leafHash(row.leaf))
        }
        if (from + hashes.length === at) throw new LogDiverged(origin, `has no leaf ${at}`)
      }
      return hashes
    },

    async root(origin, size) {
      if ((await sizeOf(origin)) < size) return undefined
      return rootOf(size, nodeSourceOf(sql, logIdOf(origin)))
    },

    consistency: (origin, from, to) => consistencyProof(from, to, nodeSourceOf(sql, logIdOf(origin))),

    async edge(origin, size) {
      const source = nodeSourceOf(sql, logIdOf(origin))
      try {
        return await Promise.all(subtreesOf(0, size).map(async (node) => Buffer.from(await source(node))))
      } catch (error) {
        const missing = error instanceof PalimpsestError && error.code === 'ledger_out_of_range'
        throw missing ? new LogDiverged(origin, `does not have the tree of its first ${size} leaves`) : error
      }
    },
  }
}

function headOf(row: Row): TreeHead {
  return { origin: row.origin, tenantId: parseOrigin(row.origin).tenant, treeSize: row.tree_size, note: row.note }
}
