import postgres from 'postgres'
import type { CanaryScanner, Finding } from './canary-scanner.ts'

/** What is found in the rows of every table of a database. @param url of a login that sees all */
export async function scanAll(url: string, scanner: CanaryScanner): Promise<Finding[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    const names = await sql`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`
    const findings: Finding[] = []
    for (const { name } of names) {
      for (const { row } of await sql.unsafe(`SELECT t::text AS row FROM ${name} t`)) {
        findings.push(...scanner.scanText(row, name))
      }
    }
    return findings
  } finally {
    await sql.end({ timeout: 5 })
  }
}
