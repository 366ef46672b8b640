import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBudgetGateway } from '../../support/budgets.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { expectError, settle, type VendorGateway } from '../../support/vendor-gateway.ts'

/** Room for one call of a cent in each. */
const BUDGETS = [
  '{ period: year, team: sales, hard_limit_usd: "0.01" }',
  '{ period: year, app: crm, hard_limit_usd: "0.01" }',
  '{ period: year, tool: letters, hard_limit_usd: "0.01" }',
  '{ period: year, feature: draft, hard_limit_usd: "0.01" }',
  '{ period: year, app: helpdesk, tool: summaries, hard_limit_usd: "0.01" }',
]

describe('a budget for a part of a tenant', () => {
  let setup: VendorGateway

  beforeAll(async () => {
    setup = await startBudgetGateway(BUDGETS)
  })

  afterAll(() => setup?.close())

  const make = async (of: object): Promise<string> => {
    const body = { roles: ['app'], app: 'other', ...of }
    const made = await setup.gateway.call('/v1/keys', { key: TEST_KEYS.admin, body })
    expect(made.status).toBe(201)
    return ((await made.json()) as { key: string }).key
  }

  it.each([
    ['team=sales', { team: 'sales' }, {}],
    ['app=crm', { app: 'crm' }, {}],
    ['tool=letters', {}, { 'x-tool-name': 'letters' }],
    ['feature=draft', {}, { 'x-feature-name': 'draft' }],
    ['app=helpdesk tool=summaries', { app: 'helpdesk' }, { 'x-tool-name': 'summaries' }],
  ])('binds the calls of %s, and no others', async (name, of, headers) => {
    const key = await make(of)
    expect((await setup.chat('hello', { key, headers })).status).toBe(200)
    await settle(setup.sql)
    const { message } = await expectError(await setup.chat('hello', { key, headers }), 402, 'budget_exhausted')
    expect(message).toContain(`"year ${name}"`)
    const others = { key: await make({ team: 'support' }), headers: { 'x-tool-name': 'summaries' } }
    expect((await setup.chat('hello', others)).status).toBe(200)
  })
})
