import postgres from 'postgres'
import { inject } from 'vitest'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import type { TestDatabases } from '../databases.ts'

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
