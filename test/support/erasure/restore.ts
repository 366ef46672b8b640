import postgres from 'postgres'
import { expect, inject } from 'vitest'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import { createMetrics } from '../../../src/api/metrics.ts'
import { run as ledgerCommand } from '../../../src/cli/ledger.ts'
import { run as verifyCommand } from '../../../src/cli/verify.ts'
import { buildLedgerActivities } from '../../../src/compose/ledger-activities.ts'
import type { Result } from '../../../verify/verify.mjs'
import type { TestDatabases } from '../databases.ts'
import { TEST_KEYS } from '../gateway.ts'
import type { ErasureStack } from './stack.ts'

/** Copies of both databases as they stand at one moment, and their restoration in place of the live ones. */
export interface Backup {
  ledger: string
  keystore: string
}

export class Backups {
  private readonly server = postgres(inject('stack').adminUrl, { max: 1, onnotice: () => undefined })
  private readonly live: Backup
  private readonly made: string[] = []

  constructor(databases: TestDatabases) {
    const nameOf = (url: string) => new URL(url).pathname.slice(1)
    this.live = { ledger: nameOf(databases.app), keystore: nameOf(databases.keystore) }
  }

  async take(name: string): Promise<Backup> {
    const backup = { ledger: `${this.live.ledger}_${name}`, keystore: `${this.live.keystore}_${name}` }
    for (const part of ['ledger', 'keystore'] as const) {
      await this.copy(this.live[part], backup[part])
      this.made.push(backup[part])
    }
    return backup
  }

  async restore(backup: Backup, parts: readonly (keyof Backup)[] = ['ledger', 'keystore']): Promise<void> {
    for (const part of parts) await this.copy(backup[part], this.live[part])
  }

  /** One statement on a live database, as the superuser. */
  async run(part: keyof Backup, statement: string): Promise<postgres.RowList<postgres.Row[]>> {
    const sql = postgres(withLogin(inject('stack').adminUrl, { database: this.live[part] }), { max: 1 })
    try {
      return await sql.unsafe(statement)
    } finally {
      await sql.end({ timeout: 5 })
    }
  }

  async drop(): Promise<void> {
    for (const name of this.made) await this.server.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await this.server.end()
  }

  /** Nobody is connected meanwhile. */
  private async copy(from: string, to: string): Promise<void> {
    await this.server.unsafe(`ALTER DATABASE ${from} ALLOW_CONNECTIONS false`)
    await this.server`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ${from}`
    await this.server.unsafe(`DROP DATABASE IF EXISTS ${to} WITH (FORCE)`)
    await this.server.unsafe(`CREATE DATABASE ${to} TEMPLATE ${from}`)
    await this.server.unsafe(`ALTER DATABASE ${from} ALLOW_CONNECTIONS true`)
  }
}

/** Anchors the logs as the Schedule does. */
export async function anchorNow({ stores, gateway: { settings } }: ErasureStack): Promise<void> {
  await buildLedgerActivities({
    ledger: stores,
    anchors: settings.config.anchors,
    stamper: null,
    metrics: createMetrics({
      load: { requests: () => 0, bodyBytes: () => 0, atWork: () => 0, waiting: () => 0 },
      known: { isTenant: () => false, isTool: () => false, isModel: () => false },
      version: '0.0.0-test',
    }),
    log: settings.log,
  }).anchor()
}

/** `palimpsest ledger recover`; gives what it said. */
export async function recoverLedger(databases: TestDatabases, home: string): Promise<string[]> {
  const said: string[] = []
  const say = (line: string) => said.push(line)
  const env = { DATABASE_URL: databases.app, KEYSTORE_DATABASE_URL: databases.keystore, PALIMPSEST_HOME: home }
  expect(await ledgerCommand(['recover', '--confirm'], { env, write: say, warn: say }), said.join('\n')).toBe(0)
  return said
}

/** `palimpsest verify` of a gateway. */
export async function verifyGateway(url: string, args: readonly string[]): Promise<Result> {
  const lines: string[] = []
  const env = { PALIMPSEST_API_KEY: TEST_KEYS.auditor }
  await verifyCommand([url, '--json', ...args], { env, write: (line) => lines.push(line), warn: () => undefined })
  return JSON.parse(lines.join('\n')) as Result
}
