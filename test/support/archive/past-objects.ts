import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type postgres from 'postgres'
import type { ArchiveObjects } from '../../../src/ports/archive-reader.ts'
import type { ArchiveStore } from '../../../src/ports/archive-store.ts'

/** Local copies of objects below a folder, each fetched once. */
export function objectsOf(store: Pick<ArchiveStore, 'fetch'>, folder: string): ArchiveObjects {
  mkdirSync(folder, { recursive: true })
  const copies = new Map<string, Promise<void>>()
  return {
    async local(name, sha256) {
      const path = join(folder, `${createHash('sha256').update(name).update(sha256).digest('hex')}.parquet`)
      const copy = copies.get(path) ?? store.fetch(name, path, sha256)
      copies.set(path, copy)
      await copy
      return path
    },
  }
}

/** Takes a day out of the database as its end does: what is no proof goes. */
export async function dropDay(admin: postgres.Sql, day: string): Promise<void> {
  const suffix = day.replaceAll('-', '')
  await admin.begin(async (sql) => {
    await sql.unsafe(`CREATE TEMP TABLE proofs ON COMMIT DROP AS
      SELECT * FROM ledger_entry_${suffix} WHERE retention_class = 'proof'`)
    for (const table of ['content', 'pii_value', 'ledger_entry']) await sql.unsafe(`DROP TABLE ${table}_${suffix}`)
    await sql`SELECT ledger_ensure_partitions(${day}::date, 1)`
    // They were written before: nothing follows from them anew.
    await sql`SET LOCAL session_replication_role = replica`
    await sql.unsafe('INSERT INTO ledger_entry SELECT * FROM proofs')
    await sql`SET LOCAL session_replication_role = origin`
    await sql`INSERT INTO archive_day (day, sealed_at, dropped_at) VALUES (${day}::date, now(), now())
      ON CONFLICT (day) DO UPDATE SET dropped_at = now()`
  })
}
