import type { NodeHash } from '../../../../domain/ledger/merkle.ts'
import type { Sql } from '../../sql.ts'

const LEVELS = [8, 16, 24, 32, 40, 48]

/** The stored subtrees that end at the leaves `from` to `to` − 1, by `level index`. */
export async function readSubtrees(sql: Sql, logId: Buffer, from: number, to: number): Promise<Map<string, Buffer>> {
  const first = LEVELS.map((level) => Math.floor(from / 2 ** level))
  const end = LEVELS.map((level) => Math.floor(to / 2 ** level))
  const rows = await sql`
    SELECT s.level, s.subtree_index::float8 AS subtree_index, s.hash
    FROM unnest(${LEVELS}::smallint[], ${first}::bigint[], ${end}::bigint[]) AS w(level, first, past)
    JOIN ledger_subtree s ON s.log_id = ${logId} AND s.level = w.level
      AND s.subtree_index >= w.first AND s.subtree_index < w.past`
  return new Map(rows.map((row) => [`${row.level} ${row.subtree_index}`, row.hash]))
}

/** The stored subtrees that no leaves make up. */
export async function countSubtreesBeyond(sql: Sql, logId: Buffer, leafCount: number): Promise<number> {
  const [row] = await sql`
    SELECT count(*)::float8 AS count FROM ledger_subtree
    WHERE log_id = ${logId} AND (level NOT IN (8, 16, 24, 32, 40, 48)
      OR (subtree_index + 1)::numeric * (2::numeric ^ level) > ${leafCount})`
  return row?.count
}

/** False where a subtree that a leaf completes is stored with another hash, or not at all. */
export function subtreesAgree(stored: ReadonlyMap<string, Buffer>, completed: readonly NodeHash[]): boolean {
  return completed
    .filter(({ level }) => level % 8 === 0)
    .every(({ level, index, hash }) => stored.get(`${level} ${index}`)?.equals(hash))
}
