import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countersOf, ledgerCost, reservations, startBudgetGateway } from '../../support/budgets.ts'
import { awaitEntry, expectError, requestIdOf, settle, type VendorGateway } from '../../support/vendor-gateway.ts'

describe('a hard limit of five cents, at a cent a call', () => {
  let setup: VendorGateway

  beforeAll(async () => {
    setup = await startBudgetGateway(['{ period: month, hard_limit_usd: "0.05" }'])
  })

  afterAll(() => setup?.close())

  it('lets no more through at once than it has room for, and what was spent is what the ledger says', async () => {
    setup.openai.always({ delayMs: 300 })
    const answers = await Promise.all(Array.from({ length: 60 }, () => setup.chat('hello')))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(55).fill(402)])
    expect(await countersOf(setup.sql)).toEqual([
      { budget: 'month', subject: '', start: expect.stringMatching(/-01$/), spent: '0.05', reserved: '0' },
    ])
    expect(await ledgerCost(setup.sql)).toBe('0.05')
    expect(await reservations(setup.sql)).toBe(0)
    expect(setup.openai.count).toBe(5)
  })

  it('then refuses with 402, which budget it is and when it is renewed, and the refusal is an entry', async () => {
    const refused = await setup.chat('once more')
    const { message } = await expectError(refused.clone(), 402, 'budget_exhausted')
    const next = new Date()
    next.setUTCMonth(next.getUTCMonth() + 1, 1)
    expect(message).toContain(`"month"`)
    expect(message).toContain(next.toISOString().slice(0, 10))
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(31 * 86_400)
    const entry = await awaitEntry(setup.sql, requestIdOf(refused))
    expect(entry).toMatchObject({
      kind: 'refusal',
      status: 'refused',
      status_code: 402,
      error_code: 'budget_exhausted',
    })
    expect(JSON.parse(entry.detail)).toMatchObject({ budget: 'month', limit_usd: '0.05', held: false })
    expect(entry.subject_pseudonym).toBe(null)
  })

  it('makes a second call with the same Idempotency-Key find the first one, and frees the key of a refused one', async () => {
    const headers = { 'idempotency-key': 'refused-once' }
    await expectError(await setup.chat('with a key', { headers }), 402, 'budget_exhausted')
    const [held] = await setup.sql`SELECT count(*)::integer AS n FROM idempotency`
    expect(held?.n).toBe(0)
  })

  it('lets a model through that costs nothing', async () => {
    const free = await setup.chat('hello', { body: { model: 'simulated/echo' } })
    expect(free.status).toBe(200)
    await free.text()
    await settle(setup.sql)
    expect((await countersOf(setup.sql))[0]?.spent).toBe('0.05')
  })
})

it('a repeated call is not reserved for a second time', async () => {
  const setup = await startBudgetGateway(['{ period: day, hard_limit_usd: "0.01" }'])
  try {
    const headers = { 'idempotency-key': 'twice' }
    const first = await setup.chat('hello', { headers })
    expect(first.status).toBe(200)
    await settle(setup.sql)
    const second = await setup.chat('hello', { headers })
    expect(second.status).toBe(200)
    expect(requestIdOf(second)).toBe(requestIdOf(first))
    expect((await countersOf(setup.sql))[0]).toMatchObject({ spent: '0.01', reserved: '0' })
  } finally {
    await setup.close()
  }
})
