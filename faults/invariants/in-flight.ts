import type postgres from 'postgres'
import type { Findings } from './types.ts'

const TABLES = ['inbox', 'attempt', 'attempt_chunk', 'ledger_pending'] as const

/** Nothing is in flight any more, and every entry has exactly one leaf. */
export async function checkNothingLeft(sql: postgres.Sql, findings: Findings): Promise<void> {
  for (const table of TABLES) {
    const [row] = await sql`SELECT count(*)::integer AS rows FROM ${sql(table)}`
    findings.expect(row?.rows === 0, `${table} still has ${row?.rows} rows`)
  }
  const lone = await sql`
    SELECT e.id FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id WHERE l.entry_id IS NULL
    UNION ALL
    SELECT l.entry_id FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id WHERE e.id IS NULL`
  for (const { id } of lone) findings.expect(false, `entry ${id} and its leaf are not one to one`)
}
