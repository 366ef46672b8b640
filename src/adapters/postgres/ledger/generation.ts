import type { TransactionSql } from '../sql.ts'
import type { Log } from './log.ts'

/** Held shared by whoever writes entries, and alone by a recovery while it opens new generations. */
export const GENERATION_LOCK = 7010212029

/** Thrown where a newer generation of a log is in force: what was to be written belongs there. */
export class GenerationEnded extends Error {
  constructor() {
    super('a newer generation of the log is in force')
    this.name = 'GenerationEnded'
  }
}

/** Keeps the generations of these logs in force until the transaction ends. @throws GenerationEnded */
export async function holdGenerations(transaction: TransactionSql, logs: readonly Log[]): Promise<void> {
  const tenants = logs.map((log) => log.tenantId)
  const [, rows] = await Promise.all([
    transaction`SELECT pg_advisory_xact_lock_shared(${GENERATION_LOCK})`,
    // A statement of its own, so that it sees what was committed before the lock was given.
    transaction`
      SELECT tenant_id, max(generation) AS generation FROM ledger_log
      WHERE tenant_id = ANY(${tenants}) GROUP BY tenant_id`,
  ])
  const newest = new Map(rows.map((row) => [row.tenant_id, row.generation]))
  if (logs.some((log) => newest.get(log.tenantId) !== log.generation)) throw new GenerationEnded()
}
