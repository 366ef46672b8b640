import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as verify } from '../../../src/cli/verify.ts'
import { TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { runSql, startShopGateway } from '../../support/sql/gateway.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

describe('POST /v1/sql/run', { timeout: 120_000 }, () => {
  let shop: Shop
  let gateway: TestGateway
  beforeAll(async () => {
    shop = await createShop()
    gateway = await startShopGateway(shop, '    limits: { max_rows: 50, statement_timeout_ms: 3000 }')
  }, 120_000)
  afterAll(async () => {
    await gateway?.remove()
    await shop?.drop()
  })
  const run = (sql: string, more: object = {}) => runSql(gateway, sql, more)
  const entryOf = (id: string | undefined) => readEntry(gateway, id ?? '')

  it('gives the rows of the caller’s tenant, and of no other', async () => {
    const { status, body } = await run('SELECT count(*) AS n, max(name) AS last FROM customers WHERE id IN (7, 10)')
    expect(status).toBe(200)
    expect(body.rows).toEqual([[1, "Siobhan O'Brien"]])
    expect(body.columns).toEqual([
      { name: 'n', type: 'bigint' },
      { name: 'last', type: 'text' },
    ])
  })

  it('stops at the rows that may be given, and says so', async () => {
    const { body } = await run('SELECT id FROM orders ORDER BY id')
    expect(body).toMatchObject({ row_count: 50, truncated: true })
  })

  it('refuses with the place and with words, and nothing reaches the database', async () => {
    const { status, body } = await run('SELECT "ö", pg_sleep(1) FROM orders')
    expect(status).toBe(422)
    expect(body).toMatchObject({ error: { code: 'sql_function_not_listed', param: 'sql' }, position: 13 })
  })

  it('says which column there is not, at its place in the statement that was sent', async () => {
    const { status, body } = await run('SELECT o.totl FROM orders o')
    expect(status).toBe(422)
    expect(body).toMatchObject({ error: { code: 'sql_invalid' }, position: 8 })
    expect(body.error?.message).toContain('totl')
  })

  it('refuses what the planner expects to be too large', async () => {
    const { body } = await run('SELECT count(*) FROM order_lines a, order_lines b, order_lines c')
    expect(body.error?.code).toBe('sql_too_expensive')
  })

  it('stops what runs too long', async () => {
    const { body } = await run('WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t')
    expect(body.error?.code).toBe('sql_timeout')
  })

  it('puts each statement on record: its shape in clear without constants, its text sealed, its rows counted', async () => {
    const { body } = await run("SELECT id AS \"Ann Lee\" FROM customers WHERE name = 'Siobhan O''Brien' -- Ann\n", {
      user: 'u-1',
    })
    const row = await entryOf(body.id)
    expect(row).toMatchObject({ kind: 'query', status: 'answered', tool: 'sql', status_code: 200 })
    const detail = JSON.parse(row?.detail ?? '{}')
    expect(detail).toMatchObject({
      database: 'shop',
      shape: 'SELECT id AS _ FROM customers WHERE name = ?',
      relations: ['reporting.customers'],
      rows: 1,
      truncated: false,
    })
    expect(JSON.stringify(row)).not.toMatch(/Ann|Siobhan|u-1/)
    const purpose = 'a test of it'
    const shown = await gateway.call(`/v1/requests/${body.id}/disclosures`, {
      key: TEST_KEYS.privacy,
      body: { purpose },
    })
    expect(((await shown.json()) as { prompt: object }).prompt).toMatchObject({
      database: 'shop',
      sql: expect.stringContaining('Siobhan'),
    })
  })

  it('shows the record of a statement to its app: the shape, never the text', async () => {
    const { body } = await run("SELECT id FROM customers WHERE name = 'Siobhan O''Brien'")
    const response = await gateway.call(`/v1/requests/${body.id}`)
    expect(response.status).toBe(200)
    const shown = (await response.json()) as object
    expect(shown).toMatchObject({
      id: body.id,
      state: 'recorded',
      tool: 'sql',
      attempts: [],
      parent_request: null,
      query: { database: 'shop', shape: 'SELECT id FROM customers WHERE name = ?', rows: 1 },
    })
    expect(JSON.stringify(shown)).not.toContain('Siobhan')
  })

  it('stops the statement of a caller who goes away, in the database too, and records that', async () => {
    const gone = new AbortController()
    const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) AS endless FROM t'
    const before = await lastQuery(gateway)
    const sent = fetch(`${gateway.url}/v1/sql/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEYS.app}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sql: endless, database: 'shop' }),
      signal: gone.signal,
    })
    const running = () => shop.admin`SELECT pid FROM pg_stat_activity
      WHERE state = 'active' AND usename = ${shop.role} AND query_start < clock_timestamp() - interval '200 milliseconds'`
    await until(async () => (await running()).length === 1)
    gone.abort()
    await expect(sent).rejects.toThrow()
    await until(async () => (await running()).length === 0)
    await until(async () => (await lastQuery(gateway))?.id !== before?.id)
    expect(await lastQuery(gateway)).toMatchObject({ status: 'failed', error_code: 'sql_cancelled' })
  })

  it('records what is refused too, with its code', async () => {
    const { body } = await run('DROP TABLE base.orders')
    const row = await entryOf(body.id)
    expect(row).toMatchObject({ kind: 'query', status: 'refused', error_code: 'sql_not_reading' })
  })

  it('leaves entries that verify offline like any', async () => {
    const { body } = await run('SELECT 1')
    while ((await gateway.call(`/v1/ledger/entries/${body.id}/proof`, { key: TEST_KEYS.auditor })).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const lines: string[] = []
    const env = { PALIMPSEST_API_KEY: TEST_KEYS.auditor }
    const exit = await verify([gateway.url, '--json'], {
      env,
      write: (line) => lines.push(line),
      warn: () => undefined,
    })
    expect({ exit, ...(JSON.parse(lines.join('\n')) as object) }).toMatchObject({ exit: 0, problems: [] })
  })

  it('knows no database that another tenant has, and none that nobody has', async () => {
    const response = await gateway.call('/v1/sql/run', { body: { sql: 'SELECT 1', database: 'nowhere' } })
    expect(response.status).toBe(404)
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('database_not_found')
  })

  it('never shows the address of a database', async () => {
    const password = new URL(shop.url).password
    const shown = [gateway.logLines.join('\n'), JSON.stringify(gateway.settings.config.file)]
    for (const text of shown) expect(text).not.toContain(password)
  })
})

async function readEntry(gateway: TestGateway, id: string) {
  const sql = postgres(gateway.databases.admin, { max: 1 })
  try {
    const [row] =
      await sql`SELECT kind, status, tool, status_code, error_code, detail FROM ledger_entry WHERE id = ${id}`
    return row
  } finally {
    await sql.end()
  }
}

/** The newest entry of a statement. */
async function lastQuery(gateway: TestGateway) {
  const sql = postgres(gateway.databases.admin, { max: 1 })
  try {
    const [row] =
      await sql`SELECT id, status, error_code FROM ledger_entry WHERE kind = 'query' ORDER BY id DESC LIMIT 1`
    return row
  } finally {
    await sql.end()
  }
}

/** Asks until it holds; the test's own limit ends it otherwise. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
