import type { Sql } from './connect.ts'

const DAYS_AHEAD = 7

/** Makes sure that yesterday's to next week's partitions exist. Gives the number of tables made. */
export async function ensurePartitions(sql: Sql, nowMs: number): Promise<number> {
  const yesterday = new Date(nowMs - 86_400_000).toISOString().slice(0, 10)
  const [row] = await sql`SELECT ledger_ensure_partitions(${yesterday}::date, ${DAYS_AHEAD + 2}) AS made`
  return row?.made ?? 0
}
