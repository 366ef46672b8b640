import type { Fault } from '../../../../domain/evidence/format.ts'
import type { Sql } from '../../sql.ts'

const MOST = 100

/** Rows of the store that belong to no entry or to no log at all, whoever's they are. */
export async function findOrphans(sql: Sql): Promise<Fault[]> {
  const content = await sql`
    SELECT c.entry_id FROM content c LEFT JOIN ledger_entry e ON e.id = c.entry_id WHERE e.id IS NULL LIMIT ${MOST}`
  const strangers = await sql`
    SELECT e.id FROM ledger_entry e LEFT JOIN ledger_log l ON l.log_id = e.log_id
    WHERE l.log_id IS NULL OR l.tenant_id <> e.tenant_id LIMIT ${MOST}`
  const leaves = await sql`
    SELECT l.entry_id FROM ledger_leaf l LEFT JOIN ledger_log g ON g.log_id = l.log_id WHERE g.log_id IS NULL LIMIT ${MOST}`
  const batches = await sql`
    SELECT count(*)::integer AS count FROM ledger_batch b LEFT JOIN ledger_log g ON g.log_id = b.log_id
    WHERE g.log_id IS NULL`
  const other =
    (what: string) =>
    (row: { entry_id?: string; id?: string }): Fault => ({
      kind: 'inserted',
      entry: row.entry_id ?? row.id ?? null,
      what,
    })
  return [
    ...content.map(other('there is sealed content of an entry that does not exist')),
    ...strangers.map(other('it names a log that is not the one of its tenant')),
    ...leaves.map(other('there is a leaf of a log that does not exist')),
    ...(batches[0]?.count > 0
      ? [{ kind: 'inserted' as const, entry: null, what: 'there are batches of a log that does not exist' }]
      : []),
  ]
}

/** Logs in the table that are none of the tenant's: no recovery opened them. */
export async function findStrangeLogs(sql: Sql, tenantId: string, known: readonly string[]): Promise<Fault[]> {
  const rows =
    await sql`SELECT origin FROM ledger_log WHERE tenant_id = ${tenantId} AND origin <> ALL(${known}::text[])`
  return rows.map(() => ({
    kind: 'inserted',
    entry: null,
    what: 'a generation of the log is stored that no recovery opened',
  }))
}
