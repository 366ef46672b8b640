import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientConfig, connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createSql, type Transactions } from '../../../src/adapters/postgres/sql.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

describe('statements for a tenant, on connections that others use as well,', () => {
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql
  /** The very connection of all tenants' statements, without a tenant. */
  let bare: Sql

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    await admin`
      INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, created_at)
      SELECT 'sub_' || tenant || n, tenant, gen_random_uuid(), now()
      FROM unnest(ARRAY['acme', 'globex', 'o''hara \\']) tenant, generate_series(1, 3) n`
  })
  beforeEach(() => {
    const one = { ...clientConfig(databases.app, { name: 'one' }), max: 1, idleTimeoutMillis: 0 }
    sql = connectService(databases.app, { max: 1, name: 'tenant-line' })
    bare = createSql(one)
    return async () => {
      await Promise.all([sql.end({ timeout: 5 }), bare.end({ timeout: 5 })])
    }
  })
  afterAll(async () => {
    await admin.end({ timeout: 5 })
    await databases.drop()
  })

  /** The same prepared statement, whoever asks. */
  const tenantsSeen = async (by: Pick<Sql, 'unsafe'> & Transactions) =>
    (await by`SELECT DISTINCT tenant_id FROM data_subject ORDER BY 1`).map((row) => row.tenant_id)

  it('see that one, whatever the statement before was for', async () => {
    for (const tenant of ['acme', 'globex', 'acme', "o'hara \\", 'initech']) {
      expect(await tenantsSeen(sql.asTenant(tenant))).toEqual(tenant === 'initech' ? [] : [tenant])
    }
    expect(await tenantsSeen(sql)).toEqual(['acme', 'globex', "o'hara \\"])
  })

  it('see that one also where many are asked at once', async () => {
    const asked = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 'globex' : 'acme'))
    const seen = await Promise.all(asked.map((tenant) => tenantsSeen(sql.asTenant(tenant))))
    expect(seen).toEqual(asked.map((tenant) => [tenant]))
  })

  it('leave no tenant behind on their connection: after an answer, a failure or a transaction that was given up', async () => {
    const pid = async (by: Transactions) => (await by`SELECT pg_backend_pid() AS pid`)[0]?.pid
    const own = bare.asTenant('acme')
    const first = await pid(own)
    await tenantsSeen(own)
    await expect(own`SELECT 1 / (count(*) - 3) FROM data_subject`).rejects.toMatchObject({ code: '22012' })
    await expect(
      own.begin(async (inside) => {
        expect(await inside`SELECT FROM data_subject`).toHaveLength(3)
        throw new RangeError('no')
      }),
    ).rejects.toThrow(RangeError)
    // Nobody's tenant is a name that no tenant can have.
    const after = bare.asTenant('initech')
    expect(await pid(after)).toBe(first)
    expect(await after`SELECT FROM data_subject`).toHaveLength(0)
    const [left] = await after`SELECT current_setting('palimpsest.tenant') AS tenant`
    expect(left?.tenant).toBe('initech')
    expect(await bare`SELECT FROM data_subject`).toHaveLength(0)
  })

  it('see their own although the session was left in the name of another one', async () => {
    const one = createSql({
      ...clientConfig(databases.app, { name: 'left' }),
      max: 1,
      options: '-c palimpsest.tenant=acme',
    })
    try {
      expect(await tenantsSeen(one)).toEqual(['acme'])
      expect(await tenantsSeen(one.asTenant('globex'))).toEqual(['globex'])
      expect(await one.asTenant('initech').begin((inside) => inside`SELECT FROM data_subject`)).toHaveLength(0)
    } finally {
      await one.end({ timeout: 5 })
    }
  })

  it('are in one transaction where they say so, and in the name of one tenant all the time', async () => {
    const seen = await sql.asTenant('acme').begin(async (inside) => {
      await inside`
        INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, created_at)
        VALUES ('sub_new', 'acme', gen_random_uuid(), now())`
      return (await inside`SELECT count(*)::integer AS n FROM data_subject`)[0]?.n
    })
    expect(seen).toBe(4)
    const foreign = sql.asTenant('acme')`
      INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, created_at)
      VALUES ('sub_foreign', 'globex', gen_random_uuid(), now())`
    await expect(foreign).rejects.toMatchObject({ code: '42501' })
    await admin`DELETE FROM data_subject WHERE pseudonym = 'sub_new'`
  })

  it.each(['', 'a\0b'])('are not sent for a tenant that is none', (tenant) => {
    expect(() => sql.asTenant(tenant)).toThrow(TypeError)
  })

  it('are tried again on a new connection where the old one was lost while idle', async () => {
    await tenantsSeen(sql.asTenant('acme'))
    await admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tenant-line-tenant'`
    const seen = () => tenantsSeen(sql.asTenant('acme')).catch(() => null)
    await expect.poll(seen, { timeout: 15_000 }).toEqual(['acme'])
  })
})
