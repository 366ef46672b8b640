import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

const CONFIG = (shop: Shop, more = '') => `
tenants:
  - id: acme
    region: eu
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "\${AUDITOR_KEY}", role: auditor }
      - { key: "\${PRIVACY_KEY}", role: privacy }
      - { key: "\${ADMIN_KEY}", role: admin }
databases:
  - name: shop
    url: "${shop.url}"
    views: [${shop.settings.views.map(({ schema, name }) => `${schema}.${name}`).join(', ')}]
    functions: [reporting.fiscal_year]
${more}`

describe('POST /v1/sql/run', { timeout: 120_000 }, () => {
  let shop: Shop
  let gateway: TestGateway
  beforeAll(async () => {
    shop = await createShop()
    gateway = await startTestGateway({ config: CONFIG(shop, '    limits: { max_rows: 50, statement_timeout_ms: 3000 }') })
  }, 120_000)
  afterAll(async () => {
    await gateway?.remove()
    await shop?.drop()
  })
  const run = async (sql: string, more: object = {}) => {
    const response = await gateway.call('/v1/sql/run', { body: { sql, database: 'shop', ...more } })
    return { status: response.status, body: await response.json() }
  }
  const entryOf = async (id: string) => {
    const response = await gateway.call(`/v1/requests/${id}`, { key: TEST_KEYS.auditor })
    return response.status === 200 ? response.json() : response.text()
  }

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
    expect(body.error.message).toContain('totl')
  })

  it('refuses what the planner expects to be too large', async () => {
    const { body } = await run('SELECT count(*) FROM order_lines a, order_lines b, order_lines c')
    expect(body.error.code).toBe('sql_too_expensive')
  })

  it('stops what runs too long', async () => {
    const { body } = await run('WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t')
    expect(body.error.code).toBe('sql_timeout')
  })

  it('puts each statement on record: its shape in clear without constants, its text sealed, its rows counted', async () => {
    const { body } = await run("SELECT id AS \"Ann Lee\" FROM customers WHERE name = 'Siobhan O''Brien' -- Ann\n", { user: 'u-1' })
    const [row] = await gateway_entries(gateway, body.id)
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
    const shown = await gateway.call(`/v1/requests/${body.id}/disclosures`, { key: TEST_KEYS.privacy, body: { purpose: 'a test of it' } })
    expect((await shown.json()).prompt).toMatchObject({ database: 'shop', sql: expect.stringContaining('Siobhan') })
  })

  it('records what is refused too, with its code', async () => {
    const { body } = await run('DROP TABLE base.orders')
    const [row] = await gateway_entries(gateway, body.id)
    expect(row).toMatchObject({ kind: 'query', status: 'refused', error_code: 'sql_not_reading' })
  })

  it('knows no database that another tenant has, and none that nobody has', async () => {
    const response = await gateway.call('/v1/sql/run', { body: { sql: 'SELECT 1', database: 'nowhere' } })
    expect(response.status).toBe(404)
    expect((await response.json()).error.code).toBe('database_not_found')
  })

  it('never shows the address of a database', async () => {
    const password = new URL(shop.url).password
    const shown = [gateway.logLines.join('\n'), JSON.stringify(gateway.settings.config.file)]
    for (const text of shown) expect(text).not.toContain(password)
    void entryOf
  })
})

async function gateway_entries(gateway: TestGateway, id: string) {
  const { default: postgres } = await import('postgres')
  const sql = postgres(gateway.databases.admin, { max: 1 })
  try {
    return await sql`SELECT kind, status, tool, status_code, error_code, detail FROM ledger_entry WHERE id = ${id}`
  } finally {
    await sql.end()
  }
}
