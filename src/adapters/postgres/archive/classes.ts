import type { Sql } from '../sql.ts'

/** Retention classes of which the archive still has objects, also those that the configuration has no longer. */
export async function readArchivedClasses(sql: Sql): Promise<string[]> {
  const rows = await sql<Array<{ retention_class: string }>>`
    SELECT DISTINCT retention_class FROM archive_period WHERE expired_at IS NULL`
  return rows.map(({ retention_class }) => retention_class)
}
