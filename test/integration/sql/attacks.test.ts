import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestGateway } from '../../support/gateway.ts'
import { CASTING } from '../../support/sql/attacks/casting.ts'
import { EATING, NO_STATEMENT } from '../../support/sql/attacks/eating.ts'
import { FUNCTIONS } from '../../support/sql/attacks/functions.ts'
import { LENGTHENING } from '../../support/sql/attacks/lengthening.ts'
import { REACHING } from '../../support/sql/attacks/reaching.ts'
import { SPELLING } from '../../support/sql/attacks/spelling.ts'
import { WRITING } from '../../support/sql/attacks/writing.ts'
import { fingerprintOf } from '../../support/sql/fingerprint.ts'
import { runSql, startShopGateway } from '../../support/sql/gateway.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

/** Codes of the database: a statement of these lists must not get so far. */
const OF_DATABASE = ['sql_invalid', 'sql_failed', 'sql_not_permitted', 'sql_timeout', 'sql_value']

describe('attacks by SQL, through the whole path against PostgreSQL', { timeout: 300_000 }, () => {
  let shop: Shop
  let gateway: TestGateway
  let before: Awaited<ReturnType<typeof fingerprintOf>>
  const since = new Date()
  beforeAll(async () => {
    shop = await createShop()
    gateway = await startShopGateway(
      shop,
      '    limits: { statement_timeout_ms: 1500, max_rows: 100, max_bytes: 100000 }',
    )
    before = await fingerprintOf(shop, since)
  }, 120_000)
  afterAll(async () => {
    await gateway?.remove()
    await shop?.drop()
  })
  const unchanged = async () => expect(await fingerprintOf(shop, since)).toEqual(before)

  for (const [what, attacks] of Object.entries({
    writing: WRITING,
    'calling functions': FUNCTIONS,
    'reaching further': REACHING,
    'looking names up': CASTING,
    'spelled otherwise': SPELLING,
    'making values without end': LENGTHENING,
  })) {
    it(`refuses ${attacks.length} statements that are ${what}, before the database sees them, and nothing is changed`, async () => {
      const through: unknown[] = []
      for (const sql of attacks) {
        const { status, body } = await runSql(gateway, sql)
        const code = body.error?.code ?? ''
        if (status !== 422 || OF_DATABASE.includes(code)) through.push({ sql, status, code, rows: body.rows })
      }
      expect(through).toEqual([])
      await unchanged()
    })
  }

  it('refuses what is no statement, or not one', async () => {
    for (const sql of NO_STATEMENT) {
      const { status, body } = await runSql(gateway, sql)
      expect({ sql, status: status === 400 || status === 422, code: body.error?.code }).toMatchObject({ status: true })
    }
    await unchanged()
  })

  it('refuses or ends within its limits what would eat time or memory, and goes on serving', async () => {
    for (const sql of EATING) {
      const { status, body } = await runSql(gateway, sql)
      expect({ sql: sql.slice(0, 200), code: body.error?.code ?? 'rows', status }).toSatisfy(
        (found: { code: string; status: number }) => found.status === 422 || found.code === 'rows',
      )
      if (body.rows) expect(JSON.stringify(body.rows).length).toBeLessThan(200_000)
    }
    expect((await runSql(gateway, 'SELECT 1')).body.rows).toEqual([[1]])
    await unchanged()
  })

  it('shows no row of another tenant, whatever is asked', async () => {
    const asks = [
      'SELECT name FROM customers',
      'SELECT string_agg(name, $$,$$) FROM customers WHERE id = 10',
      "SELECT name FROM customers WHERE CASE WHEN name LIKE 'other%' THEN 1 / 0 ELSE 1 END = 1",
      "SELECT to_jsonb(c) FROM customers c WHERE c.name ~ 'other'",
      'SELECT max(name) FROM customers c WHERE id BETWEEN 10 AND 10',
    ]
    for (const sql of asks) expect(JSON.stringify((await runSql(gateway, sql)).body)).not.toContain('other-tenant-name')
  })
})
