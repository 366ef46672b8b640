import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countersNow, countersOf, reservations, startBudgetGateway } from '../../support/budgets.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { expectError, type VendorGateway } from '../../support/vendor-gateway.ts'

const admin = { key: TEST_KEYS.admin }

describe('a budget that an administrator changes while calls are in flight', () => {
  let setup: VendorGateway

  beforeEach(() => setup.openai.reset())

  beforeAll(async () => {
    setup = await startBudgetGateway(['{ period: month, hard_limit_usd: "0.04" }'])
  })

  afterAll(() => setup?.close())

  async function setBudgets(budgets: readonly object[]): Promise<void> {
    const { policy, version } = (await (await setup.gateway.call('/v1/policy', admin)).json()) as {
      policy: object
      version: string
    }
    const answer = await setup.gateway.call('/v1/policy', {
      ...admin,
      method: 'PUT',
      headers: { 'if-match': `"${version}"` },
      body: { ...policy, budgets },
    })
    expect(answer.status, await answer.clone().text()).toBe(200)
  }

  /** So many calls whose model answers when it is told to. */
  async function inFlight(count: number): Promise<() => Promise<number[]>> {
    const { promise: after, resolve } = Promise.withResolvers<void>()
    setup.openai.script(...Array.from({ length: count }, () => ({ after })))
    const calls = Array.from({ length: count }, () => setup.chat('hello'))
    await expect.poll(() => setup.openai.count, { timeout: 30_000, interval: 20 }).toBe(count)
    expect(await reservations(setup.sql)).toBe(count)
    return async () => {
      resolve()
      return (await Promise.all(calls)).map(({ status }) => status)
    }
  }

  const ofMonth = (limit: string) => [{ period: 'month', hard_limit_usd: limit }]

  it('lowered: what runs is answered and counted, what comes is refused under the new limit', async () => {
    const finish = await inFlight(2)
    await setBudgets(ofMonth('0.01'))
    expect(await countersNow(setup.sql)).toMatchObject([{ spent: '0', reserved: '0.02' }])
    const refused = await setup.chat('hello')
    expect(refused.headers.get('retry-after')).toBe('10')
    await expectError(refused, 402, 'budget_exhausted')
    expect(await finish()).toEqual([200, 200])
    expect(await countersOf(setup.sql)).toMatchObject([{ budget: 'month', spent: '0.02', reserved: '0' }])
  })

  it('taken away: what runs is counted where it was reserved, what comes is held to nothing; put back, it goes on', async () => {
    await setBudgets(ofMonth('0.04'))
    const finish = await inFlight(2)
    await setBudgets([])
    expect((await setup.chat('hello')).status).toBe(200)
    expect(await finish()).toEqual([200, 200])
    expect(await countersOf(setup.sql)).toMatchObject([{ budget: 'month', spent: '0.04', reserved: '0' }])
    await setBudgets(ofMonth('0.05'))
    expect((await setup.chat('hello')).status).toBe(200)
    await expectError(await setup.chat('hello'), 402, 'budget_exhausted')
    expect(await countersOf(setup.sql)).toMatchObject([{ budget: 'month', spent: '0.05', reserved: '0' }])
  })
})
