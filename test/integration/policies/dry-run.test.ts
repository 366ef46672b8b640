import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import { KEYS_YAML, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const LIMITED = 'pk_limited_app_0123456789abcdef'
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
      - { key: "${LIMITED}", role: app, app: helpdesk, id: limited, limits: { requests_per_minute: 1, burst: 1 } }
    tools:
      hr: { risk: high, models: ["gpt-*", "house-*", "claude-*"], purpose: support, lawful_basis: contract }
      coach: { purpose: coaching, lawful_basis: consent }
      broke: {}
    budgets: [{ period: month, tool: broke, hard_limit_usd: "0.000001" }]
models:
  - { match: "house-*", provider: anthropic, fallbacks: [gpt-4o] }
`

let setup: VendorGateway
let sql: postgres.Sql
beforeAll(async () => {
  setup = await startVendorGateway({ config: CONFIG })
  sql = setup.sql
}, 120_000)
afterAll(() => setup?.close())

interface Outcome {
  would: string
  status: number
  code: string | null
  record: string
  retention_class: string
  steps: { step: string; ok: boolean; code: string | null; [field: string]: unknown }[]
}

interface Asked {
  text?: string
  model?: string
  tool?: string
  user?: string
  headers?: Record<string, string>
  key?: string
}

const requestOf = ({ text = 'hello', model = 'gpt-4o', tool, user, headers, key = TEST_KEYS.app }: Asked) => ({
  key,
  headers: { ...(tool && { 'x-tool-name': tool }), ...headers },
  body: { model, messages: [{ role: 'user', content: text }], ...(user && { user }) },
})

async function dryRun(asked: Asked): Promise<Outcome> {
  const answer = await setup.gateway.call('/v1/policy/dry-run', requestOf(asked))
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Outcome
}

const stepOf = ({ steps }: Outcome, name: string) => steps.find(({ step }) => step === name)

/** Everything that a call leaves behind. */
async function traces(): Promise<unknown> {
  const tables = ['inbox', 'attempt', 'idempotency', 'ledger_entry', 'data_subject', 'content', 'pii_value', 'consent']
  const counts = await Promise.all(tables.map((table) => sql`SELECT count(*)::integer AS rows FROM ${sql(table)}`))
  return [counts.map(([row]) => row?.rows), setup.openai.requests.length]
}

describe('a dry run', { timeout: 60_000 }, () => {
  it('says what would happen and why, without a text, and twice the same', async () => {
    const asked = { text: 'Mail ann@example.com', tool: 'hr', user: 'anneliese-4711', model: 'house-model' }
    const outcome = await dryRun(asked)
    expect(outcome).toMatchObject({
      would: 'pass',
      status: 200,
      code: null,
      record: 'sync',
      retention_class: '60-90-365',
    })
    expect(outcome.steps.map(({ step }) => step)).toEqual([
      'scope',
      'tool',
      'limits',
      'budget',
      'route',
      'consent',
      'redaction',
    ])
    expect(stepOf(outcome, 'tool')).toMatchObject({ risk: 'high', purpose: 'support', lawful_basis: 'contract' })
    expect(stepOf(outcome, 'route')).toMatchObject({
      target: 'openai/gpt-4o',
      reason: 'model_fallback',
      excluded: [{ target: 'anthropic/house-model', why: 'provider_not_configured' }],
    })
    expect(stepOf(outcome, 'redaction')).toMatchObject({ entity_counts: { EMAIL_ADDRESS: 1 }, answers: 'mask' })
    expect(stepOf(outcome, 'redaction')).toHaveProperty('coverage.paths')
    expect(JSON.stringify(outcome)).not.toMatch(/anneliese|example\.com/)
    expect(await dryRun(asked)).toEqual(outcome)
  })

  it('leaves nothing behind: no row, no entry, no call, nothing taken from a limit', async () => {
    const before = await traces()
    for (const asked of [{}, { tool: 'coach', user: 'new-person' }, { model: 'no-such-model' }, { key: LIMITED }]) {
      await dryRun(asked)
    }
    expect(await traces()).toEqual(before)
    expect((await setup.gateway.call('/v1/chat/completions', requestOf({ key: LIMITED }))).status).toBe(200)
    const after = await dryRun({ key: LIMITED })
    expect([after.would, after.status, after.code]).toEqual(['be_refused', 429, 'rate_limit_exceeded'])
    expect(stepOf(after, 'limits')).toMatchObject({
      buckets: [{ scope: 'key', unit: 'requests', remaining: 0, ok: false }],
    })
  })

  it('tells of every refusal what the call itself is told', async () => {
    const given = await setup.gateway.call('/v1/consents', { body: { user: 'ben', tools: ['coach'] } })
    const { id: consent } = (await given.json()) as { id: string }
    const cases: [Asked, string | null][] = [
      [{ model: 'no-such-model' }, 'model_not_found'],
      [{ headers: { 'x-data-region': 'mars' } }, 'region_unknown'],
      [{ tool: 'hr', model: 'simulated/echo' }, 'model_not_allowed'],
      [{ model: 'claude-sonnet-4-5' }, 'provider_not_configured'],
      [{ headers: { 'x-data-region': 'eu' } }, 'residency_no_route'],
      [{ tool: 'coach', user: 'ben' }, 'consent_required'],
      [{ tool: 'coach', user: 'cleo', headers: { 'x-consent-id': consent } }, 'consent_unknown'],
      [{ tool: 'coach', user: 'ben', headers: { 'x-consent-id': consent } }, null],
      [{ tool: 'broke' }, 'budget_exhausted'],
    ]
    for (const [asked, code] of cases) {
      const outcome = await dryRun(asked)
      const answer = await setup.gateway.call('/v1/chat/completions', requestOf(asked))
      const { error } = (await answer.json()) as { error?: { code: string } }
      expect([outcome.code, outcome.status], JSON.stringify(asked)).toEqual([code, answer.status])
      expect(error?.code ?? null, JSON.stringify(asked)).toBe(code)
    }
  })

  it('is refused as the call is where body, headers or key are not sound', async () => {
    const call = (options: object) => setup.gateway.call('/v1/policy/dry-run', options)
    expect((await call({ body: { model: 'gpt-4o' } })).status).toBe(400)
    expect((await call({ ...requestOf({}), headers: { 'x-tool-name': 'a b' } })).status).toBe(400)
    expect((await call({ ...requestOf({}), key: TEST_KEYS.auditor })).status).toBe(403)
    expect((await call({ ...requestOf({}), key: TEST_KEYS.admin })).status).toBe(200)
  })
})
