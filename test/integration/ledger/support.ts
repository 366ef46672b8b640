import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { inject } from 'vitest'
import { openSampleLedger, SampleCalls, type SampleLedger } from '../../../drill/sample-ledger.ts'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

export interface TestLedger {
  ledger: SampleLedger
  calls: SampleCalls
  databases: TestDatabases
  folder: string
  /** Appends so many calls of a tenant, gives them leaves, and their ids. */
  append(count: number, tenant?: string): Promise<string[]>
  remove(): Promise<void>
}

/** A ledger over a database of its own, without a gateway. */
export async function openTestLedger(): Promise<TestLedger> {
  const databases = await createDatabases(inject('stack'))
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-ledger-'))
  const ledger = await openSampleLedger({ databaseUrl: databases.app, folder })
  const calls = new SampleCalls()
  const writer = ledger.openWriter()
  return {
    ledger,
    calls,
    databases,
    folder,
    async append(count, tenant = 'acme') {
      const drafts = Array.from({ length: count }, () => calls.next(tenant))
      await Promise.all(drafts.map((draft) => writer.append(draft)))
      await ledger.sequence()
      return drafts.map((draft) => draft.envelope.id)
    },
    async remove() {
      await writer.close()
      await ledger.close()
      await databases.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Copies a database as it stands, as a backup does: nobody may be connected to it. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await asAdmin(async (sql) => {
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${from}`
    await sql.unsafe(`CREATE DATABASE ${to} TEMPLATE ${from}`)
  })
}

export async function dropDatabase(name: string): Promise<void> {
  await asAdmin((sql) => sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
}

/** The name in a connection string. */
export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

async function asAdmin<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(withLogin(inject('stack').adminUrl, {}), { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
