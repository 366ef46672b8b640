import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withLogin } from '../../../src/adapters/postgres/connect.ts'
import { awaitEntry, requestIdOf, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const APPEND_ONLY = [
  'ledger_log',
  'ledger_entry',
  'ledger_leaf',
  'ledger_subtree',
  'ledger_batch',
  'ledger_checkpoint',
  'ledger_key_rotation',
]
/** Erasure may take these away, in a role that the gateway has only where it says so. */
const ERASABLE = ['content', 'pii_value', 'data_subject']
const COLUMN_OF: Record<string, string> = { data_subject: 'pseudonym', content: 'entry_id', pii_value: 'entry_id' }
const REFUSED = { code: '42501' }

describe("the gateway's own login", () => {
  let vendor: VendorGateway
  let app: postgres.Sql
  let partitions: string[]

  beforeAll(async () => {
    vendor = await startVendorGateway()
    const response = await vendor.chat('write to ann.lee@example.com', { body: { user: 'ann' } })
    await response.text()
    await awaitEntry(vendor.sql, requestIdOf(response))
    app = postgres(vendor.gateway.databases.app, { max: 1, onnotice: () => undefined })
    const rows = await vendor.sql`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent IN ('ledger_entry'::regclass, 'content'::regclass, 'pii_value'::regclass)`
    partitions = rows.map(({ name }) => name)
  })
  afterAll(async () => {
    await app.end({ timeout: 5 })
    await vendor.close()
  })

  const columnOf = (table: string) => COLUMN_OF[table] ?? (table === 'ledger_entry' ? 'tool' : 'log_id')
  const changesOf = (table: string) => [
    `UPDATE ${table} SET ${columnOf(table)} = ${columnOf(table)}`,
    `DELETE FROM ${table}`,
    `TRUNCATE ${table}`,
    `TRUNCATE ${table} CASCADE`,
    `ALTER TABLE ${table} ADD COLUMN mine int`,
    `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
    `ALTER TABLE ${table} OWNER TO palimpsest_app`,
    `ALTER TABLE ${table} RENAME TO mine`,
    `DROP TABLE ${table}`,
    `CREATE TRIGGER mine BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    `CREATE RULE mine AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
    `CREATE INDEX mine ON ${table} (${columnOf(table)})`,
    `SELECT * FROM ${table} FOR UPDATE`,
    `GRANT ALL ON ${table} TO palimpsest_app`,
  ]

  it.each([...APPEND_ONLY, ...ERASABLE])('can change, empty, alter or drop nothing of %s', async (table) => {
    for (const statement of changesOf(table)) {
      const tried = app.unsafe(statement)
      if (statement.startsWith('GRANT')) await tried.then(undefined, () => undefined)
      else await expect(tried, statement).rejects.toMatchObject(REFUSED)
    }
    const [may] = await vendor.sql`
      SELECT has_table_privilege('palimpsest_app', ${table}, 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') AS may,
             has_any_column_privilege('palimpsest_app', ${table}, 'UPDATE') AS some`
    expect(may).toEqual({ may: false, some: false })
  })

  it('can reach no partition past its table', async () => {
    expect(partitions.length).toBeGreaterThan(20)
    for (const partition of partitions.slice(0, 6)) {
      for (const statement of [
        `SELECT * FROM ${partition}`,
        `DELETE FROM ${partition}`,
        `TRUNCATE ${partition}`,
        `DROP TABLE ${partition}`,
      ]) {
        await expect(app.unsafe(statement), statement).rejects.toMatchObject(REFUSED)
      }
    }
    const parent = 'ledger_entry'
    const detach = `ALTER TABLE ${parent} DETACH PARTITION ${partitions.find((name) => name.startsWith(parent))}`
    await expect(app.unsafe(detach)).rejects.toMatchObject(REFUSED)
  })

  it('cannot write an entry anew through a conflict or a merge', async () => {
    const [entry] = await vendor.sql`SELECT log_id, leaf_index FROM ledger_leaf LIMIT 1`
    expect(entry).toBeDefined()
    const conflict = `INSERT INTO ledger_leaf SELECT * FROM ledger_leaf ON CONFLICT (log_id, leaf_index) DO UPDATE SET leaf = excluded.leaf`
    await expect(app.unsafe(conflict)).rejects.toMatchObject(REFUSED)
    const merge = `MERGE INTO ledger_leaf AS l USING ledger_leaf AS s ON l.leaf_index = s.leaf_index WHEN MATCHED THEN DELETE`
    await expect(app.unsafe(merge)).rejects.toMatchObject(REFUSED)
  })

  it('owns nothing', async () => {
    const [owned] = await vendor.sql`
      SELECT (SELECT count(*) FROM pg_class WHERE relowner = r.oid)::integer
           + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)::integer
           + (SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid)::integer
           + (SELECT count(*) FROM pg_database WHERE datdba = r.oid)::integer
           + (SELECT count(*) FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o')::integer AS objects
      FROM pg_roles r WHERE rolname = 'palimpsest_app'`
    expect(owned?.objects).toBe(0)
    const [role] = await vendor.sql`
      SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = 'palimpsest_app'`
    expect(Object.values(role ?? {})).toEqual([false, false, false, false, false])
    const groups = await vendor.sql`
      SELECT g.rolname AS name, m.inherit_option AS inherits FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
      JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'palimpsest_app' ORDER BY 1`
    expect(groups.map(({ name, inherits }) => [name, inherits])).toEqual([
      ['palimpsest_archivist', false],
      ['palimpsest_eraser', false],
      ['palimpsest_gateway', true],
      ['palimpsest_sequencer', true],
      ['palimpsest_service', false],
      ['palimpsest_writer', true],
    ])
  })

  it.each([
    'CREATE TABLE public.mine (x int)',
    'CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE SCHEMA mine',
    'CREATE EXTENSION pg_stat_statements',
    'CREATE DATABASE mine',
    'CREATE ROLE mine',
    'SET ROLE palimpsest_owner',
    'SET SESSION AUTHORIZATION palimpsest_owner',
    'SET session_replication_role = replica',
    'GRANT palimpsest_owner TO palimpsest_app',
    'ALTER ROLE palimpsest_app SUPERUSER',
    "ALTER DATABASE postgres SET session_replication_role = 'replica'",
    'DROP OWNED BY palimpsest_owner',
    "COPY ledger_entry TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    'ALTER FUNCTION ledger_refuse_change() OWNER TO palimpsest_app',
    'DROP FUNCTION ledger_refuse_change() CASCADE',
    'CREATE OR REPLACE VIEW llm_interaction_audit AS SELECT 1 AS id',
    'DROP VIEW llm_interaction_audit',
    'DELETE FROM palimpsest_migration',
  ])('is refused %s', async (statement) => {
    await expect(app.unsafe(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|42939)$/) })
  })

  it.each([
    ...APPEND_ONLY.flatMap((table) => [
      `UPDATE ${table} SET log_id = log_id`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]),
    'INSERT INTO ledger_entry SELECT * FROM ledger_entry LIMIT 1',
    'TRUNCATE content',
    'INSERT INTO content SELECT * FROM content LIMIT 1',
    "UPDATE content SET coverage = ''",
    'UPDATE legal_hold SET released_by = placed_by, released_at = placed_at',
    'DELETE FROM legal_hold',
    "INSERT INTO legal_hold (id, tenant_id, sealed_reason, placed_by, placed_at) VALUES (gen_random_uuid(), 'dev', '', '', now())",
    'DELETE FROM erasure_case',
    'SET LOCAL ROLE palimpsest_owner',
  ])('as who erases is refused %s', async (statement) => {
    const tried = app.begin(async (sql) => {
      await sql`SET LOCAL ROLE palimpsest_eraser`
      await sql.unsafe(statement)
    })
    await expect(tried).rejects.toMatchObject(REFUSED)
  })

  it('gets no wrapped key: the keystore has a login of its own', async () => {
    const { keystoreAdmin, app: appUrl, keystore } = vendor.gateway.databases
    const database = new URL(keystoreAdmin).pathname.slice(1)
    const inside = postgres(withLogin(appUrl, { database }), { max: 1, onnotice: () => undefined })
    const keys = postgres(keystore, { max: 1, onnotice: () => undefined })
    try {
      await expect(inside`SELECT * FROM keystore.data_key`).rejects.toMatchObject(REFUSED)
      await expect(keys`DELETE FROM keystore.data_key`).rejects.toMatchObject(REFUSED)
      await expect(keys`DROP TABLE keystore.data_key`).rejects.toMatchObject(REFUSED)
      expect((await keys`SELECT count(*)::integer AS keys FROM keystore.data_key`)[0]?.keys).toBeGreaterThan(0)
    } finally {
      await Promise.all([inside.end({ timeout: 5 }), keys.end({ timeout: 5 })])
    }
  })

  it('has left every row as it was', async () => {
    const [count] = await vendor.sql`SELECT count(*)::integer AS entries FROM ledger_entry`
    expect(count?.entries).toBeGreaterThan(1)
    const triggers = await vendor.sql`
      SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'`
    expect(triggers).toEqual([])
  })
})

describe('the append-only tables', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway()
    await (await vendor.chat('hello')).text()
  })
  afterAll(() => vendor.close())

  it.each(APPEND_ONLY)('refuse the superuser too, unless the trigger of %s is taken off', async (table) => {
    for (const statement of [`UPDATE ${table} SET log_id = log_id`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
      const [row] = await vendor.sql.unsafe(`SELECT EXISTS (SELECT FROM ${table}) AS filled`)
      if (!row?.filled && !statement.startsWith('TRUNCATE')) continue
      await expect(vendor.sql.unsafe(statement), statement).rejects.toMatchObject({
        code: '42501',
        message: expect.stringContaining('append only'),
      })
    }
  })
})
