import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countersOf, ledgerCost, reservations, startBudgetGateway } from '../../support/budgets.ts'
import { awaitEntry, expectError, requestIdOf, settle, type VendorGateway } from '../../support/vendor-gateway.ts'

const MODELS = `
models:
  - { match: house-llm, provider: openai }
  - { match: house-priced, provider: openai }
  - { match: gpt-4o, provider: openai, fallbacks: [house-llm] }
  - { match: gpt-4o-mini, provider: openai }`
const PRICES = `
prices:
  - { provider: openai, match: house-priced, per_million: { input: "0", output: "0" } }
  - { provider: openai, match: gpt-4o-mini, per_request: "0.01" }`
const HARD = '{ period: month, hard_limit_usd: "5" }'
const SOFT = '{ period: month, soft_limit_usd: "5" }'

const start = (budgets: readonly string[], tenant = '') =>
  startBudgetGateway(budgets, { tenant, file: MODELS, prices: PRICES })

describe('a call that a hard limit binds and whose price nobody knows', () => {
  let setup: VendorGateway
  beforeAll(async () => {
    setup = await start([HARD, '{ period: day, app: other, hard_limit_usd: "1" }'])
  })
  afterAll(() => setup?.close())

  const ask = (model: string, headers: Record<string, string> = {}) => setup.chat('hello', { body: { model }, headers })

  it('is refused before anything is sent, and the entry names the budget and the model', async () => {
    const headers = { 'idempotency-key': 'unpriced' }
    const refused = await ask('house-llm', headers)
    const { message } = await expectError(refused.clone(), 402, 'price_unknown')
    expect(message).toContain('"month"')
    expect(message).toContain('prices')
    expect(message).toContain('on_unknown_price')
    const entry = await awaitEntry(setup.sql, requestIdOf(refused))
    expect(entry).toMatchObject({ kind: 'refusal', status: 'refused', status_code: 402, error_code: 'price_unknown' })
    expect(JSON.parse(entry.detail)).toEqual({ budget: 'month', unpriced: 'openai/house-llm' })
    expect(setup.openai.count).toBe(0)
    expect(await reservations(setup.sql)).toBe(0)
    const [held] = await setup.sql`SELECT count(*)::integer AS n FROM idempotency`
    expect(held?.n).toBe(0)
  })

  it('is refused where only a fallback has none', async () => {
    const entry = await awaitEntry(setup.sql, requestIdOf(await ask('gpt-4o')))
    expect(JSON.parse(entry.detail)).toEqual({ budget: 'month', unpriced: 'openai/house-llm' })
    expect(setup.openai.count).toBe(0)
  })

  it('is seen by a dry run, with the model', async () => {
    const answer = await setup.gateway.call('/v1/policy/dry-run', {
      body: { model: 'house-llm', messages: [{ role: 'user', content: 'hello' }] },
    })
    const { would, code, steps } = (await answer.json()) as { would: string; code: string; steps: { step: string }[] }
    expect({ would, code }).toEqual({ would: 'be_refused', code: 'price_unknown' })
    const step = steps.find(({ step: name }) => name === 'budget')
    expect(step).toMatchObject({ ok: false, code: 'price_unknown', unpriced: 'openai/house-llm' })
  })

  it('passes with a price, also one of nothing, as do models that cost nothing by themselves', async () => {
    for (const model of ['house-priced', 'gpt-4o-mini', 'simulated/echo']) {
      const answer = await ask(model)
      expect(answer.status, model).toBe(200)
      await answer.text()
    }
    await settle(setup.sql)
    expect(await ledgerCost(setup.sql)).toBe('0.01')
  })

  it('is charged by the name it was asked by, where the one that answers is not in any list', async () => {
    setup.openai.script({ model: 'some-build-of-it' })
    const answer = await ask('gpt-4o-mini')
    expect(answer.status).toBe(200)
    await answer.text()
    const entry = await awaitEntry(setup.sql, requestIdOf(answer))
    expect(entry).toMatchObject({ model_answered: 'some-build-of-it', cost_usd: '0.0100000000', flags: [] })
    expect((await countersOf(setup.sql)).find(({ budget }) => budget === 'month')?.spent).toBe('0.02')
  })
})

describe('a call without a price', () => {
  it.each([
    ['that only soft limits bind', [SOFT], ''],
    ['of a tenant that lets them pass', [HARD], '    on_unknown_price: send'],
  ])('%s goes on, and its entry is flagged', async (_what, budgets, tenant) => {
    const setup = await start(budgets, tenant)
    try {
      const answer = await setup.chat('hello', { body: { model: 'house-llm' } })
      expect(answer.status).toBe(200)
      await answer.text()
      const entry = await awaitEntry(setup.sql, requestIdOf(answer))
      expect(entry).toMatchObject({ status: 'answered', flags: ['price_unknown'] })
    } finally {
      await setup.close()
    }
  })
})
