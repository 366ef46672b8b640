import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { plantEverywhere, plantedTenant } from '../../support/tenant-line/plant.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Plan[]
}

describe('statements of a tenant', () => {
  const acme = plantedTenant('acme')
  let databases: TestDatabases
  let login: postgres.Sql

  beforeAll(async () => {
    databases = await createDatabases()
    const admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    await admin`SELECT ledger_ensure_partitions(current_date - 2, 6)`
    await plantEverywhere(admin, [acme, plantedTenant('globex')])
    await admin.end({ timeout: 5 })
    login = postgres(databases.app, { max: 1, onnotice: () => undefined })
  })
  afterAll(async () => {
    await login.end({ timeout: 5 })
    await databases.drop()
  })

  /** The tables that are read, and how, without the choice that small tables leave. */
  async function scansOf(statement: string, role?: string): Promise<{ table: string; by: string }[]> {
    const rows = await login.begin(async (sql) => {
      if (role === undefined) await sql`SET LOCAL palimpsest.tenant TO 'acme'`
      else await sql.unsafe(`SET LOCAL ROLE ${role}`)
      await sql`SET LOCAL enable_seqscan = off`
      await sql`SET LOCAL enable_bitmapscan = off`
      return sql.unsafe(`EXPLAIN (FORMAT JSON) ${statement}`)
    })
    const scans: { table: string; by: string }[] = []
    const walk = (plan: Plan) => {
      if (plan['Relation Name'])
        scans.push({ table: plan['Relation Name'], by: plan['Index Name'] ?? plan['Node Type'] })
      for (const below of plan.Plans ?? []) walk(below)
    }
    walk(rows[0]?.['QUERY PLAN'][0].Plan)
    return scans
  }
  const today = () => new Date().toISOString().slice(0, 10).replaceAll('-', '')

  it.each([
    ['an entry', `SELECT * FROM ledger_entry WHERE id = '${acme.id}'`, ['ledger_entry']],
    [
      'content beside its entry',
      `SELECT c.* FROM content c JOIN ledger_entry e ON e.id = c.entry_id WHERE c.entry_id = '${acme.id}' AND e.id = '${acme.id}'`,
      ['content', 'ledger_entry'],
    ],
    ['values', `SELECT * FROM pii_value WHERE entry_id = '${acme.id}'`, ['pii_value']],
    [
      'a call in the audit view',
      `SELECT total_cost FROM llm_interaction_audit WHERE id = '${acme.id}'`,
      ['ledger_entry'],
    ],
  ])('read %s by its index in the one partition that may hold it', async (_what, statement, tables) => {
    const scans = (await scansOf(statement)).filter(({ table }) => table !== 'data_subject')
    expect(scans.map(({ table }) => table).sort()).toEqual(tables.map((table) => `${table}_${today()}`))
    for (const { by } of scans) expect(by).toMatch(/_pkey\d*$/)
  })

  it.each([
    [
      'leaves',
      `SELECT * FROM ledger_leaf WHERE log_id = '\\x${acme.bytes.toString('hex')}' AND leaf_index > 5 ORDER BY leaf_index`,
      'ledger_leaf_pkey',
    ],
    ['a leaf', `SELECT * FROM ledger_leaf WHERE entry_id = '${acme.id}'`, 'ledger_leaf_entry_id_key'],
    ['reports', `SELECT * FROM report WHERE tenant_id = 'acme' ORDER BY id DESC LIMIT 9`, 'report_tenant'],
    ['a person', `SELECT * FROM data_subject WHERE pseudonym = 'x'`, 'data_subject_pkey'],
  ])('read %s by an index', async (_what, statement, index) => {
    expect((await scansOf(statement)).map(({ by }) => by)).toContain(index)
  })

  it('for all tenants are planned as if there were no line', async () => {
    const plan = await login.begin(async (sql) => {
      await sql`SET LOCAL ROLE palimpsest_service`
      const rows = []
      for (const table of ['ledger_entry', 'content', 'attempt', 'ledger_leaf', 'legal_hold', 'archive_object']) {
        rows.push(...(await sql.unsafe(`EXPLAIN (COSTS OFF) SELECT * FROM ${table}`)))
      }
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('Seq Scan')
    expect(plan).not.toMatch(/palimpsest_|Filter|SubPlan|InitPlan/)
    // The same as who is bound by it.
    const bound = await login.unsafe('EXPLAIN (COSTS OFF) SELECT * FROM content')
    expect(bound.map((row) => row['QUERY PLAN']).join('\n')).toContain('palimpsest_owns_entry')
  })
})
