import type { Sql } from './sql.ts'

export interface DatabaseLook {
  /** Seconds until the answer, with the wait for a connection of the pool. */
  seconds: number
  /** Milliseconds since the Unix epoch of the oldest entry without a leaf; null: all have one. */
  oldestPendingAt: number | null
}

/** Asks how long an answer takes, and since when an entry waits for its leaf: one look into an index. */
export async function lookAtDatabase(sql: Sql): Promise<DatabaseLook> {
  const startedAt = performance.now()
  const [oldest] = await sql`SELECT entry_id FROM ledger_pending ORDER BY entry_id LIMIT 1`
  return {
    seconds: (performance.now() - startedAt) / 1000,
    oldestPendingAt: oldest ? madeAt(oldest.entry_id) : null,
  }
}

/** The milliseconds that a UUIDv7 begins with (RFC 9562 §5.7). */
function madeAt(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
