import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connectPostgres, connectService, withLogin } from '../../../src/adapters/postgres/connect.ts'
import { prepareGivenDatabases } from '../../../src/compose/databases.ts'

describe('a database that somebody else runs', () => {
  const name = `given_${randomBytes(5).toString('hex')}`
  const stack = inject('stack')
  const url = withLogin(stack.adminUrl, { database: name })
  const environment = { databaseAdminUrl: null, keystoreDatabaseUrl: null, keystoreAdminUrl: null }
  let admin: postgres.Sql

  beforeAll(async () => {
    admin = postgres(stack.adminUrl, { max: 1 })
    await admin.unsafe(`CREATE DATABASE ${name}`)
  })

  afterAll(async () => {
    await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  })

  it('without the schema refuses a production start and says how to get it', async () => {
    const start = prepareGivenDatabases({ ...environment, production: true, databaseUrl: url }, () => undefined)
    await expect(start).rejects.toMatchObject({ code: 'database_schema_behind' })
  })

  it('is migrated in development by a superuser, whose sessions then cannot change the ledger', async () => {
    const lines: string[] = []
    const urls = await prepareGivenDatabases({ ...environment, production: false, databaseUrl: url }, (line) => {
      lines.push(line)
    })
    expect(lines.join('\n')).toContain('0002-ledger.sql')
    const sql = postgres(urls.app, { max: 1 })
    await expect(sql`UPDATE ledger_entry SET status = 'x'`).rejects.toMatchObject({ code: '42501' })
    await expect(sql`DELETE FROM ledger_leaf`).rejects.toMatchObject({ code: '42501' })
    await sql.end()
  })

  it('refuses a production start under a login that owns the ledger', async () => {
    const start = prepareGivenDatabases({ ...environment, production: true, databaseUrl: url }, () => undefined)
    await expect(start).rejects.toMatchObject({ code: 'database_login_owns_ledger' })
  })

  it.each([
    ['has nothing of the gateway', ''],
    ['sees all tenants without saying so', 'GRANT palimpsest_service TO LOGIN WITH INHERIT TRUE, SET TRUE'],
    [
      'is bound by no policy',
      'GRANT palimpsest_service TO LOGIN WITH INHERIT FALSE, SET TRUE; ALTER ROLE LOGIN BYPASSRLS',
    ],
  ])('refuses a start under a login that %s', async (_what, grants) => {
    const login = `stranger_${randomBytes(5).toString('hex')}`
    await admin.unsafe(
      `CREATE ROLE ${login} LOGIN PASSWORD 'a-password-of-sixteen'; ${grants.replaceAll('LOGIN', login)}`,
    )
    const databaseUrl = withLogin(url, { user: login, password: 'a-password-of-sixteen' })
    try {
      for (const production of [true, false]) {
        const start = prepareGivenDatabases({ ...environment, production, databaseUrl }, () => undefined)
        await expect(start).rejects.toMatchObject({ code: 'database_login_passes_tenant_line' })
      }
    } finally {
      await admin.unsafe(`DROP ROLE ${login}`)
    }
  })

  it('is migrated by its owner, who is no superuser: a development start takes the roles that the gateway works under', async () => {
    const login = `owner_${randomBytes(5).toString('hex')}`
    const own = `owned_${randomBytes(5).toString('hex')}`
    const databaseUrl = withLogin(url, { user: login, password: 'a-password-of-sixteen', database: own })
    const roles = (await admin`SELECT rolname FROM pg_roles WHERE rolname LIKE 'palimpsest\\_%'`).map(
      (row) => row.rolname,
    )
    // Roles are the cluster's: here others made them, where the owner makes them it may give them.
    await admin.unsafe(`CREATE ROLE ${login} LOGIN CREATEROLE CREATEDB PASSWORD 'a-password-of-sixteen';
      GRANT ${roles.join(', ')} TO ${login} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`)
    await admin.unsafe(`CREATE DATABASE ${own} OWNER ${login}`)
    try {
      const urls = await prepareGivenDatabases({ ...environment, production: false, databaseUrl }, () => undefined)
      for (const [at, role] of Object.entries({ app: 'app', read: 'read', keystore: 'keys' } as const)) {
        const sql = connectPostgres(urls[at as keyof typeof urls], { max: 1, name: 'given' })
        expect([...(await sql`SELECT current_user AS name`)]).toEqual([{ name: `palimpsest_${role}` }])
        if (role === 'app') {
          await expect(sql`UPDATE ledger_entry SET status = 'x'`).rejects.toMatchObject({ code: '42501' })
        }
        await sql.end()
      }
      const service = connectService(urls.app, { max: 1, name: 'given' })
      expect([...(await service`SELECT current_user AS name`)]).toEqual([{ name: 'palimpsest_service' }])
      await service.end()
    } finally {
      await admin.unsafe(`DROP DATABASE ${own} WITH (FORCE)`)
      await admin.unsafe(`DROP OWNED BY ${login}`)
      await admin.unsafe(`DROP ROLE ${login}`)
    }
  })

  it('that does not answer is a refusal, not a crash', async () => {
    const nobody = 'postgresql://nobody:nothing@127.0.0.1:1/none'
    const start = prepareGivenDatabases({ ...environment, production: false, databaseUrl: nobody }, () => undefined)
    await expect(start).rejects.toMatchObject({ code: 'database_unreachable' })
  })
})
