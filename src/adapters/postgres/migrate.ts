import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { PalimpsestError } from '../../errors.ts'

interface Migration {
  name: string
  text: string
  digest: string
}

const HISTORY_TABLE = {
  ledger: 'public.palimpsest_migration',
  keystore: 'public.palimpsest_keystore_migration',
} as const

/**
 * Applies the numbered migrations that a database lacks, each in its own transaction, under an advisory lock so that
 * gateways starting together do it once. A migration that was applied with other bytes is refused: migrations are final.
 * @param adminUrl a login that may create roles and tables.
 * @param folder the folder of `NNNN-name.sql` files.
 * @returns names of the migrations applied now.
 */
export async function migrate(adminUrl: string, folder: string, kind: keyof typeof HISTORY_TABLE): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined, connect_timeout: 10 })
  try {
    await sql`SELECT pg_advisory_lock(7010212025)`
    await sql.unsafe(`CREATE TABLE IF NOT EXISTS ${HISTORY_TABLE[kind]} (
      name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
      GRANT SELECT ON ${HISTORY_TABLE[kind]} TO PUBLIC`)
    const applied = new Map(
      (await sql.unsafe(`SELECT name, digest FROM ${HISTORY_TABLE[kind]}`)).map((row) => [row.name, row.digest]),
    )
    const done: string[] = []
    for (const migration of migrations) {
      const known = applied.get(migration.name)
      if (known === migration.digest) continue
      if (known !== undefined) throw changedMigration(migration.name)
      await sql.begin(async (transaction) => {
        await transaction.unsafe(migration.text)
        await transaction.unsafe(`INSERT INTO ${HISTORY_TABLE[kind]} (name, digest) VALUES ($1, $2)`, [
          migration.name,
          migration.digest,
        ])
      })
      done.push(migration.name)
    }
    return done
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Names of a folder's migrations, in their order. */
export async function migrationNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort()
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await migrationNames(folder)
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return { name, text, digest: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

function changedMigration(name: string): PalimpsestError {
  return new PalimpsestError({
    code: 'migration_changed',
    status: 500,
    message: `The migration ${name} was applied with other contents: restore the file as it was and add a new migration.`,
  })
}
