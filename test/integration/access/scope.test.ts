import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  countRows,
  expectError,
  requestIdOf,
  settle,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

describe("a key's scope", () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway()
  })
  afterAll(() => vendor.close())

  const make = async (scope: object): Promise<string> => {
    const body = { roles: ['app'], app: 'helpdesk', team: 'people', ...scope }
    const response = await vendor.gateway.call('/v1/keys', { key: TEST_KEYS.admin, body })
    expect(response.status).toBe(201)
    return ((await response.json()) as { key: string }).key
  }

  it.each([
    ['scope_tool', { tools: ['hr_*'] }, { 'X-Tool-Name': 'hr_x' }, { 'X-Tool-Name': 'crm' }, 'X-Tool-Name'],
    ['scope_model', { models: ['gpt-4o-*', 'gpt-4o'] }, {}, {}, 'model'],
    ['scope_region', { regions: ['us'] }, { 'X-Data-Region': 'us' }, { 'X-Data-Region': 'eu' }, 'X-Data-Region'],
  ])('%s: a call outside is refused, recorded and sent to nobody', async (code, scope, inside, outside, param) => {
    const key = await make(scope)
    expect((await vendor.chat('hello', { key, headers: inside })).status).toBe(200)
    vendor.openai.reset()
    await settle(vendor.sql)
    const before = await countRows(vendor.sql)
    const body = { user: 'ann', ...(code === 'scope_model' && { model: 'gpt-4.1' }) }
    const headers = { ...outside, 'X-Feature-Name': 'triage' }
    const response = await vendor.chat('hello Ann Lee', { key, headers, body })
    const id = requestIdOf(response)
    expect(await expectError(response, 403, code)).toMatchObject({ type: 'permission_error', param })
    expect(vendor.openai.count).toBe(0)
    const [entry] = await vendor.sql`SELECT * FROM ledger_entry WHERE id = ${id}`
    expect(entry).toMatchObject({
      kind: 'refusal',
      status: 'refused',
      status_code: 403,
      error_code: code,
      app: 'helpdesk',
      team: 'people',
      feature: 'triage',
      model_asked: code === 'scope_model' ? 'gpt-4.1' : 'gpt-4o',
      region: code === 'scope_region' ? 'eu' : 'us',
      subject_pseudonym: null,
      attempt_count: 0,
      policy_version: expect.stringMatching(/^sha256:/),
    })
    const after = await countRows(vendor.sql)
    expect(after).toEqual({ ...before, entries: before.entries + 1 })
    const shown = await vendor.gateway.call(`/v1/requests/${id}`, { key })
    expect(await shown.json()).toMatchObject({ id, state: 'refused', error_code: code, attempts: [] })
  })

  it("takes the tenant's region where a call names none", async () => {
    const response = await vendor.chat('hello', { key: await make({ regions: ['eu'] }) })
    await expectError(response, 403, 'scope_region')
  })

  it('holds for the analysis of a text, and hides models that it has not', async () => {
    const key = await make({ tools: ['hr_*'], models: ['gpt-4o'] })
    const analyze = (tool: string) =>
      vendor.gateway.call('/analyze', { key, headers: { 'X-Tool-Name': tool }, body: { text: 'a', language: 'en' } })
    expect((await analyze('hr_x')).status).toBe(200)
    await expectError(await analyze('crm'), 403, 'scope_tool')
    const everyModel = (await (await vendor.gateway.call('/v1/models')).json()) as { data: { id: string }[] }
    const models = (await (await vendor.gateway.call('/v1/models', { key })).json()) as { data: { id: string }[] }
    expect(models.data).toEqual(everyModel.data.filter(({ id }) => id === 'gpt-4o'))
  })

  it('is refused with 503, and nothing sent, where the refusal cannot be recorded', async () => {
    const key = await make({ models: ['o1'] })
    await vendor.sql`ALTER TABLE ledger_entry ADD CONSTRAINT test_none CHECK (kind <> 'refusal') NOT VALID`
    await expectError(await vendor.chat('hello', { key }), 503, 'ledger_unavailable')
    await vendor.sql`ALTER TABLE ledger_entry DROP CONSTRAINT test_none`
    await expectError(await vendor.chat('hello', { key }), 403, 'scope_model')
  })
})
