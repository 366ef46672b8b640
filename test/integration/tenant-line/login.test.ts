import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import {
  literal,
  type PlantedTenant,
  plantEverywhere,
  plantedTenant,
  tablesOf,
} from '../../support/tenant-line/plant.ts'

/** Of the deployment, not of a tenant: names of migrations, and which days are sealed. */
const NOBODYS = ['archive_day', 'palimpsest_migration']
const REFUSED = { code: '42501' }

describe("the gateway's login and the rows of tenants", () => {
  const [acme, globex] = [plantedTenant('acme'), plantedTenant('globex')]
  let databases: TestDatabases
  let admin: postgres.Sql
  let login: postgres.Sql
  let lined: string[]
  /** What work for all tenants keeps. */
  let ofAll: string[]

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    login = postgres(databases.app, { max: 1, onnotice: () => undefined })
    const day = new Date().toISOString().slice(0, 10)
    await admin`SELECT ledger_ensure_partitions(${day}::date, 1)`
    await plantEverywhere(admin, [acme, globex])
    const closed = await admin`
      SELECT polrelid::regclass::text AS name FROM pg_policy WHERE pg_get_expr(polqual, polrelid) = 'false'`
    ofAll = closed.map(({ name }) => name)
    lined = (await tablesOf(admin)).filter((table) => !NOBODYS.includes(table))
  })
  afterAll(async () => {
    await Promise.all([admin.end({ timeout: 5 }), login.end({ timeout: 5 })])
    await databases.drop()
  })

  /** Statements as the login within a tenant; nothing of it stays. */
  class Undone extends Error {}
  async function within<T>(tenant: string | null, work: (sql: postgres.TransactionSql) => Promise<T>): Promise<T> {
    let given: { value: T } | undefined
    await login
      .begin(async (sql) => {
        if (tenant !== null) await sql.unsafe(`SET LOCAL palimpsest.tenant TO '${tenant}'`)
        given = { value: await work(sql) }
        throw new Undone()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error
      })
    return (given as { value: T }).value
  }
  const may = async (privilege: string, table: string) =>
    (await admin`SELECT has_table_privilege('palimpsest_app', ${table}, ${privilege}) AS may`)[0]?.may === true
  /** Whose a planted row is, whatever table it is of. */
  const marksOf = ({ tenantId, id, bytes }: PlantedTenant) => [tenantId, id, bytes.toString('hex')]
  const rowsOf = async (table: string, tenant: PlantedTenant) => {
    const rows = await admin.unsafe(`SELECT t::text AS row FROM ${table} t`)
    return rows.filter(({ row }) => marksOf(tenant).some((mark) => String(row).includes(mark)))
  }

  it('have a line between them in every table, also in one that is new', async () => {
    const tables = await admin`
      SELECT c.relname AS name, c.relrowsecurity AS on,
        (SELECT array_agg(p.polname::text || ':' || (
           SELECT coalesce(string_agg(r.rolname, ',' ORDER BY r.rolname), 'public') FROM pg_roles r WHERE r.oid = ANY(p.polroles))
           ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
      FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND NOT c.relname = ANY(${NOBODYS})`
    expect(tables.length).toBeGreaterThan(25)
    const policies = ['every_tenant:palimpsest_archivist,palimpsest_eraser,palimpsest_service', 'tenant_line:public']
    for (const { name, on, policies: found } of tables) {
      expect({ name, on, found }, 'call palimpsest_draw_tenant_line for it in its migration').toEqual({
        name,
        on: true,
        found: policies,
      })
    }
  })

  it('are planted in all of them: what is not seen below is there', async () => {
    for (const table of lined.filter((name) => !ofAll.includes(name))) {
      expect(await rowsOf(table, acme), table).toHaveLength(1)
      expect(await rowsOf(table, globex), table).toHaveLength(1)
    }
  })

  it.each([null, '', 'initech'])(
    'without a tenant, or with one that is none (%s), there is no row of any table',
    async (tenant) => {
      let looked = 0
      for (const table of lined) {
        if (!(await may('SELECT', table))) continue
        expect(await within(tenant, (sql) => sql.unsafe(`SELECT FROM ${table}`)), table).toHaveLength(0)
        looked += 1
      }
      expect(looked).toBeGreaterThan(20)
      expect(await within(tenant, (sql) => sql`SELECT FROM llm_interaction_audit`)).toHaveLength(0)
    },
  )

  it("with a tenant there are that one's rows and no others, by SELECT and by COPY", async () => {
    for (const table of lined) {
      if (!(await may('SELECT', table))) continue
      const seen = await within('acme', (sql) => sql.unsafe(`SELECT t::text AS row FROM ${table} t`))
      expect(
        seen.map(({ row }) => row),
        table,
      ).toEqual(ofAll.includes(table) ? [] : (await rowsOf(table, acme)).map(({ row }) => row))
      const [kind] = await admin`SELECT relkind = 'p' AS has_partitions FROM pg_class WHERE oid = ${table}::regclass`
      const whole = kind?.has_partitions === true ? [] : [`COPY ${table} TO STDOUT`]
      for (const copy of [...whole, `COPY (SELECT * FROM ${table}) TO STDOUT`]) {
        const lines = await within('acme', async (sql) => {
          const chunks: Buffer[] = []
          for await (const chunk of await sql.unsafe(copy).readable()) chunks.push(chunk as Buffer)
          return Buffer.concat(chunks).toString('utf8')
        })
        expect(lines.split('\n').filter(Boolean), copy).toHaveLength(seen.length)
        for (const mark of marksOf(globex)) expect(lines, copy).not.toContain(mark)
      }
    }
  })

  it('show a tenant its own calls in the audit view, and the auditor and who works for all everybody', async () => {
    await admin`ALTER TABLE ledger_entry DISABLE TRIGGER USER`
    await admin`UPDATE ledger_entry SET kind = 'interaction' WHERE tenant_id IN ('acme', 'globex')`
    await admin`ALTER TABLE ledger_entry ENABLE TRIGGER USER`
    const tenants = (rows: readonly postgres.Row[]) => rows.map((row) => row.tenant_id).sort()
    const view = 'SELECT tenant_id FROM llm_interaction_audit'
    expect(tenants(await within('acme', (sql) => sql.unsafe(view)))).toEqual(['acme'])
    expect(tenants(await within('globex', (sql) => sql.unsafe(view)))).toEqual(['globex'])
    const service = (sql: postgres.TransactionSql) =>
      sql`SET LOCAL ROLE palimpsest_service`.then(() => sql.unsafe(view))
    expect(tenants(await within(null, service))).toEqual(['acme', 'globex'])
    const read = postgres(databases.read, { max: 1 })
    expect(tenants(await read.unsafe(view))).toEqual(['acme', 'globex'])
    await read.end({ timeout: 5 })
  })

  it("cannot change or remove another tenant's row, nor reach it through a change of its own", async () => {
    for (const table of lined) {
      const [column] = await admin`
        SELECT a.attname AS name FROM pg_attribute a WHERE a.attrelid = ${table}::regclass AND a.attnum = 1`
      for (const [privilege, statement] of [
        ['UPDATE', `UPDATE ${table} SET ${column?.name} = ${column?.name} RETURNING ${table}::text AS row`],
        ['DELETE', `DELETE FROM ${table} RETURNING ${table}::text AS row`],
      ] as const) {
        const isOpen = await may(privilege, table)
        const tried = within('acme', (sql) => sql.unsafe(statement))
        if (!isOpen) await expect(tried, statement).rejects.toMatchObject(REFUSED)
        else {
          const touched = JSON.stringify(await tried)
          for (const mark of marksOf(globex)) expect(touched, statement).not.toContain(mark)
        }
      }
    }
  })

  it("cannot write a row in another tenant's name", async () => {
    const stranger = { ...plantedTenant('globex'), id: globex.id }
    let tried = 0
    for (const table of lined) {
      if (!(await may('INSERT', table))) continue
      const columns = await admin`
        SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
        WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped`
      const names = columns.map(({ name }) => `"${name}"`).join(', ')
      const values = columns.map(({ name, type }) => literal(stranger, name, type)).join(', ')
      const insert = within('acme', (sql) => sql.unsafe(`INSERT INTO ${table} (${names}) VALUES (${values})`))
      await expect(insert, table).rejects.toMatchObject({
        ...REFUSED,
        message: expect.stringContaining('row-level security'),
      })
      tried += 1
    }
    expect(tried).toBeGreaterThan(10)
  })

  it.each([
    ["1 / (CASE WHEN t.tenant_id = 'globex' THEN 0 ELSE 1 END) > 0", '22012'],
    ["(t.tenant_id || 'x')::integer > 0", '22P02'],
  ])('are not told by an error either: %s', async (condition, code) => {
    for (const table of ['ledger_entry', 'data_subject', 'pii_value', 'llm_interaction_audit']) {
      const statement = `SELECT count(*) FROM ${table} t WHERE ${condition}`
      const tried = within('acme', (sql) => sql.unsafe(statement)).catch((error: postgres.PostgresError) => error)
      const answer = await tried
      expect(JSON.stringify(answer, Object.getOwnPropertyNames(answer)), statement).not.toContain('globex"')
      if (code === '22012') expect(answer, statement).not.toBeInstanceOf(Error)
      else expect(answer, statement).toMatchObject({ code, message: expect.stringContaining('acmex') })
      // What would tell is there: the superuser's same question fails on it.
      await expect(admin.unsafe(statement)).rejects.toMatchObject({ code })
    }
  })

  it('say of a key that is taken in another tenant no more than that', async () => {
    const insert = within(
      'acme',
      (sql) => sql`
        INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, created_at)
        VALUES (${globex.text}, 'acme', ${acme.id}, now())`,
    )
    const error = await insert.then(
      () => undefined,
      (cause: postgres.PostgresError) => cause,
    )
    expect(error).toMatchObject({ code: '23505' })
    expect(error?.detail).toBeUndefined()
    expect(`${error?.message} ${error?.hint}`).not.toContain('globex')
    // The superuser is told.
    const told = admin`INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, created_at)
      VALUES (${globex.text}, 'acme', ${acme.id}, now())`
    await expect(told).rejects.toMatchObject({ code: '23505', detail: expect.stringContaining('globex') })
  })

  it('are not reached past their tables: no partition is open to it', async () => {
    const partitions = await admin`
      SELECT c.oid::regclass::text AS name,
        has_table_privilege('palimpsest_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE') AS may FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relispartition AND c.relkind = 'r'`
    expect(partitions.length).toBeGreaterThan(3)
    for (const { name, may: open } of partitions) {
      expect(open, name).toBe(false)
      await expect(
        within('globex', (sql) => sql.unsafe(`SELECT FROM ${name}`)),
        name,
      ).rejects.toMatchObject(REFUSED)
    }
  })

  it('are not reached through functions that see more', async () => {
    const open = await admin`
      SELECT p.proname AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
        AND has_function_privilege('palimpsest_app', p.oid, 'EXECUTE') ORDER BY 1`
    const questions = ['case', 'entry', 'export', 'period', 'request'].map((what) => `palimpsest_owns_${what}`)
    expect(open.map(({ name }) => name)).toEqual(['palimpsest_logs', ...questions])
    for (const question of questions) {
      const [answer] = await within('acme', (sql) =>
        sql.unsafe(`SELECT ${question}('${acme.id}') AS own, ${question}('${globex.id}') AS foreign`),
      )
      expect(answer, question).toEqual({ own: true, foreign: false })
    }
    const [logs] = await within('acme', (sql) => sql`SELECT palimpsest_logs() AS logs`)
    expect(logs?.logs).toEqual([acme.bytes])
  })

  it('are seen whole only by who takes the role for it: the login has nothing of it by itself', async () => {
    const [member] = await admin`
      SELECT pg_has_role('palimpsest_app', 'palimpsest_service', 'USAGE') AS has,
        pg_has_role('palimpsest_app', 'palimpsest_service', 'SET') AS may_take`
    expect(member).toEqual({ has: false, may_take: true })
    const rows = await within(null, async (sql) => {
      await sql`SET LOCAL ROLE palimpsest_service`
      return sql`SELECT tenant_id FROM ledger_entry ORDER BY tenant_id`
    })
    expect(rows.map(({ tenant_id }) => tenant_id)).toEqual(['acme', 'globex'])
  })
})
