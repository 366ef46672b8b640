import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { inject } from 'vitest'
import { withLogin } from '../../src/adapters/postgres/connect.ts'
import { TEMPLATES, type TestStack } from './global-setup.ts'

export interface TestDatabases {
  /** As `palimpsest_app`, `palimpsest_keys` and `palimpsest_read`. */
  app: string
  keystore: string
  read: string
  /** As the superuser, on the ledger's and the keystore's database. */
  admin: string
  keystoreAdmin: string
  drop(): Promise<void>
}

/** A ledger and a keystore database of its own, copied from the migrated templates. */
export async function createDatabases(stack: TestStack = inject('stack')): Promise<TestDatabases> {
  const suffix = randomBytes(5).toString('hex')
  const names = { ledger: `ledger_${suffix}`, keystore: `keystore_${suffix}` }
  await asAdmin(stack, async (sql) => {
    await copyTemplate(sql, names.ledger, TEMPLATES.ledger)
    await copyTemplate(sql, names.keystore, TEMPLATES.keystore)
  })
  const passwords = JSON.parse(readFileSync(stack.passwordFile, 'utf8')) as Record<string, string>
  const login = (database: string, user: string) =>
    withLogin(stack.adminUrl, { user, password: passwords[user] ?? '', database })
  return {
    app: login(names.ledger, 'palimpsest_app'),
    read: login(names.ledger, 'palimpsest_read'),
    keystore: login(names.keystore, 'palimpsest_keys'),
    admin: withLogin(stack.adminUrl, { database: names.ledger }),
    keystoreAdmin: withLogin(stack.adminUrl, { database: names.keystore }),
    drop: () =>
      asAdmin(stack, async (sql) => {
        for (const name of Object.values(names)) await sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      }),
  }
}

/** Another file's copy may be under way: a template takes one reader at a time. */
async function copyTemplate(sql: postgres.Sql, name: string, template: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${template}`)
      return
    } catch (error) {
      const busy = (error as { code?: string }).code === '55006'
      if (!busy || tries > 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function asAdmin<T>(stack: TestStack, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(stack.adminUrl, { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
