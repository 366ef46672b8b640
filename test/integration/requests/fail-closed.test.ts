import postgres from 'postgres'
import { afterEach, describe, expect, it } from 'vitest'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { startOpenAiDouble } from '../../support/vendors/openai.ts'

const CONFIG = (onFailure: string) => `
tenants:
  - id: acme
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "\${AUDITOR_KEY}", role: auditor }
    redaction: { on_failure: ${onFailure} }
    tools: { hr_helpdesk: { redaction: { answers: record } } }
`

/** Names and headers pass; a request's texts do not. */
function brokenEngine(): PiiEngine {
  return {
    version: 'broken/1',
    analyze: async (texts) => {
      if (texts.every((text) => !text.includes(' '))) return texts.map(() => [])
      throw new Error('the engine is out of order')
    },
  }
}

describe('a redaction that fails', () => {
  const stops: (() => Promise<unknown>)[] = []

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  async function start(onFailure: string): Promise<{ gateway: TestGateway; asked: () => number; admin: postgres.Sql }> {
    const vendor = await startOpenAiDouble()
    stops.push(() => vendor.close())
    const gateway = await startTestGateway({
      engine: brokenEngine(),
      config: CONFIG(onFailure),
      env: { OPENAI_API_KEY: vendor.apiKey, OPENAI_BASE_URL: vendor.baseUrl },
    })
    stops.push(() => gateway.remove())
    const admin = postgres(gateway.databases.admin, { max: 1 })
    stops.push(() => admin.end())
    return { gateway, asked: () => vendor.requests.length, admin }
  }

  const chat = (gateway: TestGateway) =>
    gateway.call('/v1/chat/completions', {
      headers: { 'x-tool-name': 'hr_helpdesk' },
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'some text' }] },
    })

  it('sends nothing, says so and is recorded as a refusal', async () => {
    const { gateway, asked, admin } = await start('refuse')
    const response = await chat(gateway)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'redaction_failed' } })
    expect(asked()).toBe(0)
    const rows = await admin`SELECT kind, status, error_code, pii_redacted FROM ledger_entry WHERE kind = 'refusal'`
    expect(rows).toMatchObject([{ status: 'refused', error_code: 'redaction_failed', pii_redacted: false }])
  })

  it('sends where the tenant chose so, and both the choice and the sending are entries', async () => {
    const { gateway, asked, admin } = await start('send')
    const response = await chat(gateway)
    expect(response.status).toBe(200)
    expect(asked()).toBe(1)
    const [policy] = await admin`SELECT detail, policy_version FROM ledger_entry WHERE kind = 'policy'`
    expect(JSON.parse(policy?.detail).policy.tenant.redaction.onFailure).toBe('send')
    const [entry] = await admin`SELECT flags, pii_redacted, engine_version, policy_version FROM ledger_entry
      WHERE kind = 'interaction'`
    expect(entry).toMatchObject({
      flags: ['answer_unscanned', 'unredacted'],
      pii_redacted: false,
      engine_version: 'none',
    })
    expect(entry?.policy_version).toBe(policy?.policy_version)
  })

  it('of a policy is recorded once, however often the gateway starts', async () => {
    const { gateway, admin } = await start('send')
    const again = await gateway.restart()
    stops.push(() => again.stop())
    const [row] = await admin`SELECT count(*)::integer AS count FROM ledger_entry WHERE kind = 'policy'`
    expect(row?.count).toBe(1)
    const page = await again.call('/v1/ledger/entries', { key: TEST_KEYS.auditor })
    expect(page.status).toBe(200)
  })
})
