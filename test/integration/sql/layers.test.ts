import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlParser } from '../../../src/adapters/pg-parser/sql-parser.ts'
import { createQueryDatabase } from '../../../src/adapters/postgres/query/query-database.ts'
import { policyOf } from '../../../src/adapters/sql/guarded-queries.ts'
import { guardSql } from '../../../src/domain/sql-guard/guard.ts'
import type { DatabaseLimits, DatabaseSettings } from '../../../src/domain/sql-guard/settings.ts'
import type { QueryDatabase, QueryOutcome } from '../../../src/ports/query-databases.ts'
import { CASTING } from '../../support/sql/attacks/casting.ts'
import { CALLS, FUNCTIONS } from '../../support/sql/attacks/functions.ts'
import { REACHING } from '../../support/sql/attacks/reaching.ts'
import { SPELLING } from '../../support/sql/attacks/spelling.ts'
import { WRITING } from '../../support/sql/attacks/writing.ts'
import { fingerprintOf } from '../../support/sql/fingerprint.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

/** What the set-up script takes away, and what needs a right that the role has not. */
const HARMFUL =
  /^(pg_sleep|set_config|pg_(try_)?advisory_(xact_)?lock|lo_(create|get|unlink|put|open|from)|query_to_xml|reporting\.wipe|nextval|pg_logical_emit_message|pg_terminate_backend)/
const never = new AbortController().signal

describe('every layer holds when the others are off', { timeout: 180_000 }, () => {
  let shop: Shop
  const opened: QueryDatabase[] = []
  const since = new Date()
  beforeAll(async () => {
    shop = await createShop()
  }, 120_000)
  afterAll(() => shop?.drop())
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close()
  })

  const open = (limits: Partial<DatabaseLimits> = {}, more: Partial<DatabaseSettings> = {}): QueryDatabase => {
    const settings = { ...shop.settings, ...more, limits: { ...shop.settings.limits, ...limits } }
    const database = createQueryDatabase(settings, { now: Date.now, checkRole: false })
    opened.push(database)
    return database
  }
  const asSuperuser = (limits: Partial<DatabaseLimits> = {}) => open(limits, { url: shop.adminUrl })
  const run = (database: QueryDatabase, sql: string, explain = true): Promise<QueryOutcome> =>
    database.run(sql, { tenantId: 'acme', signal: never, explain })
  const codeOf = (outcome: QueryOutcome) => (outcome.kind === 'answered' ? 'answered' : outcome.code)

  it('guard off: the role writes nothing, reads no table but the listed views, calls nothing harmful', async () => {
    const database = open({ statementTimeoutMs: 1_000 })
    const before = await fingerprintOf(shop, since)
    for (const sql of [...WRITING, ...FUNCTIONS, ...REACHING]) {
      const outcome = await run(database, sql, false)
      const text = JSON.stringify(outcome)
      expect({ sql, isSecret: /top-secret-value|other-tenant-name|root:x:/.test(text) }).toEqual({
        sql,
        isSecret: false,
      })
    }
    for (const sql of WRITING)
      expect({ sql, code: codeOf(await run(database, sql, false)) }).not.toEqual({ sql, code: 'answered' })
    for (const call of CALLS.filter((one) => HARMFUL.test(one))) {
      const outcome = await run(database, `SELECT ${call}`, false)
      expect({ call, code: codeOf(outcome) }).not.toEqual({ call, code: 'answered' })
    }
    expect(await fingerprintOf(shop, since)).toEqual(before)
  })

  it('a role that may do everything: the guard lets nothing through', async () => {
    const database = asSuperuser()
    const [parser, description] = [await openSqlParser(), await database.describe()]
    const policy = policyOf(shop.settings, description)
    const passed = [...WRITING, ...FUNCTIONS, ...REACHING, ...CASTING, ...SPELLING].filter(
      (sql) => guardSql(sql, policy, parser).kind === 'passed',
    )
    expect(passed).toEqual([])
    // Names resolve with the path that runs them: what a schema of the views has under the name of a function is not called.
    const before = await fingerprintOf(shop, since)
    for (const sql of ["SELECT lower('A')", 'SELECT 1 + 1', 'SELECT count(*) FROM orders']) {
      const verdict = guardSql(sql, policy, parser)
      expect(verdict.kind).toBe('passed')
      if (verdict.kind === 'passed') expect((await run(database, verdict.sql)).kind).toBe('answered')
    }
    expect(await fingerprintOf(shop, since)).toEqual(before)
  })

  it('guard off and a role that may do everything: the read-only transaction writes nothing, and takes one statement', async () => {
    const database = asSuperuser()
    const before = await fingerprintOf(shop, since)
    for (const sql of [
      'SELECT reporting.wipe()',
      "SELECT nextval('base.orders_id_seq')",
      'SELECT 1; COMMIT; DELETE FROM base.secrets',
      'SELECT 1; DELETE FROM base.secrets',
      'DELETE FROM base.secrets',
      'WITH d AS (DELETE FROM base.secrets RETURNING 1) SELECT * FROM d',
      'COMMIT',
      "DO 'BEGIN DELETE FROM base.secrets; END'",
    ]) {
      expect({ sql, code: codeOf(await run(database, sql, false)) }).not.toEqual({ sql, code: 'answered' })
    }
    expect(await fingerprintOf(shop, since)).toEqual(before)
  })

  it('nothing stays in a connection: no lock, no setting, no tenant', async () => {
    const database = open({ connections: 1 }, { url: shop.adminUrl })
    await run(database, 'SELECT pg_advisory_lock(7)', false)
    await run(
      database,
      "SELECT set_config('palimpsest.tenant', 'other', false), set_config('search_path', 'base', false)",
      false,
    )
    const outcome = await run(
      database,
      "SELECT current_setting('search_path'), current_setting('palimpsest.tenant')",
      false,
    )
    expect(outcome).toMatchObject({ rows: { rows: [['pg_catalog,pg_temp', 'acme']] } })
    const [{ locks } = { locks: -1 }] =
      await shop.admin`SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND objid = 7`
    expect(locks).toBe(0)
  })

  const ENDLESS = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t'
  const LARGE = 'SELECT count(*) FROM generate_series(1, 1000000000)'

  it('EXPLAIN off: the time-out ends what runs long', async () => {
    expect(codeOf(await run(open({ statementTimeoutMs: 500 }), LARGE, false))).toBe('sql_timeout')
    expect(codeOf(await run(open({ statementTimeoutMs: 500 }), ENDLESS, false))).toBe('sql_timeout')
  })

  it('has one time for all its steps: rows that come slowly, each page within the time, do not make it longer', async () => {
    const slow = `SELECT (SELECT max(n) FROM (WITH RECURSIVE t(n) AS (SELECT o.id UNION ALL SELECT n + 1 FROM t WHERE n < o.id + 20000)
      SELECT n FROM t) z) FROM reporting.orders o`
    // Some 10 ms a row, a second a page: ten pages are far beyond what one of them may take.
    expect(codeOf(await run(open({ statementTimeoutMs: 2_500 }), slow, false))).toBe('sql_timeout')
  })

  it('is stopped where it takes more of the server than it may, long before its time is up', async () => {
    const gathers = "SELECT array_agg(repeat('x', 1000)) IS NULL FROM generate_series(1, 5000000)"
    const limits = { maxMemoryBytes: 200 * 1024 * 1024, statementTimeoutMs: 20_000 }
    expect(codeOf(await run(open(limits), gathers, false))).toBe('sql_too_large')
    expect(codeOf(await run(open(limits), 'SELECT count(*) FROM generate_series(1, 1000000)', false))).toBe('answered')
  })

  it('may gather less where it makes copies of that, which nothing stops: they have their room', async () => {
    const database = open({ statementTimeoutMs: 20_000 })
    const parses = "SELECT ('[' || string_agg('11111111', ',') || ']')::jsonb IS NULL FROM generate_series(1, 20000000)"
    const ended = (copies: number) => database.run(parses, { tenantId: 'acme', signal: never, explain: false, copies })
    expect(codeOf(await ended(10))).toBe('sql_too_large')
    const small = parses.replace('20000000', '1000')
    expect(codeOf(await database.run(small, { tenantId: 'acme', signal: never, copies: 16 }))).toBe('answered')
  })

  it('no time-out: EXPLAIN keeps out what is expected to run long', async () => {
    expect(codeOf(await run(open({ statementTimeoutMs: 300_000 }), LARGE))).toBe('sql_too_expensive')
  })

  it('neither: reading stops at the rows and at the bytes that may be given', async () => {
    const ceilings = { maxCost: 1e12, maxPlanRows: 1e12, maxRows: 10, maxBytes: 10_000 }
    const many = await run(open(ceilings), 'SELECT g FROM generate_series(1, 1000000) g')
    expect(many).toMatchObject({ kind: 'answered', rows: { truncated: true } })
    const wide = await run(open(ceilings), "SELECT string_agg(repeat('x', 10000), '') FROM generate_series(1, 2000)")
    expect(codeOf(wide)).toBe('sql_too_large')
  })

  it('a caller who goes away: the statement is cancelled in the database', async () => {
    const gone = new AbortController()
    const running = open({ statementTimeoutMs: 60_000 }).run(ENDLESS, { tenantId: 'acme', signal: gone.signal })
    const active = async () =>
      (await shop.admin`SELECT FROM pg_stat_activity WHERE usename = ${shop.role} AND state = 'active'`).length
    while ((await active()) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    gone.abort()
    expect(await running).toMatchObject({ kind: 'failed', code: 'sql_cancelled' })
    // The connection that cancelled it closes a moment later.
    while ((await active()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('row-level security: a role sees the rows of the tenant that is named, and without a name none', async () => {
    const count = async (tenantId: string) =>
      open().run('SELECT count(*) FROM reporting.customers', { tenantId, signal: never })
    expect(await count('acme')).toMatchObject({ rows: { rows: [[180]] } })
    expect(await count('other')).toMatchObject({ rows: { rows: [[20]] } })
    expect(await count("x' OR 'a' = 'a")).toMatchObject({ rows: { rows: [[0]] } })
  })

  it('the login is looked at before anything is run: a superuser and a table too many are refused, each named', async () => {
    const strong = createQueryDatabase({ ...shop.settings, url: shop.adminUrl }, { now: Date.now })
    opened.push(strong)
    await expect(strong.describe()).rejects.toMatchObject({ code: 'database_role_too_strong' })
    expect(await strong.excessRights()).toContain('it is a superuser')
    const own = createQueryDatabase(shop.settings, { now: Date.now })
    opened.push(own)
    expect(await own.excessRights()).toEqual([])
    await shop.admin
      .unsafe(`GRANT USAGE ON SCHEMA base TO ${shop.role}; GRANT SELECT (secret) ON base.secrets TO ${shop.role}`)
      .simple()
    expect(await own.excessRights()).toEqual(['it may read base.secrets'])
    await shop.admin
      .unsafe(`REVOKE USAGE ON SCHEMA base FROM ${shop.role}; REVOKE SELECT (secret) ON base.secrets FROM ${shop.role}`)
      .simple()
    expect(await own.excessRights()).toEqual([])
  })
})
