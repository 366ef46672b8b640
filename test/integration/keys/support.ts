import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Keystore, openKeystore } from '../../../src/compose/keystore.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

export interface KeyStack {
  databases: TestDatabases
  folder: string
  /** As the superuser, on the keystore's database. */
  sql: postgres.Sql
  /** One more instance: caches, listener and connections of its own, as another process has them. */
  open(options?: { url?: string; env?: Record<string, string> }): Promise<Keystore>
  remove(): Promise<void>
}

export async function createKeyStack(): Promise<KeyStack> {
  const databases = await createDatabases()
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-keys-'))
  const sql = postgres(databases.keystoreAdmin, { max: 2, onnotice: () => undefined })
  const opened: Keystore[] = []
  return {
    databases,
    folder,
    sql,
    async open(options = {}) {
      const keystore = await openKeystore({
        env: readEnvironment(options.env ?? {}),
        keystoreUrl: options.url ?? databases.keystore,
        kmsFolder: join(folder, 'keys'),
        log: silent,
      })
      let closed: Promise<void> | null = null
      const close = keystore.close
      keystore.close = () => {
        closed ??= close()
        return closed
      }
      opened.push(keystore)
      return keystore
    },
    async remove() {
      await Promise.all(opened.map((keystore) => keystore.close()))
      await sql.end({ timeout: 5 })
      await databases.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Copies a database as a backup does: the server's own files at one moment. Nobody may be connected to it. */
export async function copyDatabase(adminUrl: string, from: string, to: string): Promise<void> {
  const admin = postgres(withDatabase(adminUrl, 'postgres'), { max: 1, onnotice: () => undefined })
  try {
    await admin.unsafe(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}' AND pid <> pg_backend_pid()`,
    )
    await admin.unsafe(`DROP DATABASE IF EXISTS ${to} WITH (FORCE)`)
    for (let tries = 0; ; tries++) {
      try {
        await admin.unsafe(`CREATE DATABASE ${to} TEMPLATE ${from}`)
        return
      } catch (error) {
        // Who listens there has connected again.
        if ((error as { code?: string }).code !== '55006' || tries > 100) throw error
        await admin.unsafe(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}' AND pid <> pg_backend_pid()`,
        )
      }
    }
  } finally {
    await admin.end({ timeout: 5 })
  }
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = postgres(withDatabase(adminUrl, 'postgres'), { max: 1, onnotice: () => undefined })
  await admin.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.end({ timeout: 5 })
}

export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${database}`
  return parsed.toString()
}

/** Waits for what another instance does. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come about within 20 s')
}
