import { describe, expect, it } from 'vitest'
import { createMetrics, type Metrics } from '../../../src/api/metrics.ts'
import type { EnvelopeDraft } from '../../../src/domain/ledger/entry-draft.ts'

function made(): Metrics {
  return createMetrics({
    load: { requests: () => 1, bodyBytes: () => 2, atWork: () => 3, waiting: () => 4 },
    known: {
      isTenant: (id) => id === 'acme',
      isTool: (tenant, name) => tenant === 'acme' && name === 'hr_helpdesk',
      isModel: (name) => name === 'gpt-4o',
    },
    version: '1.2.3',
  })
}

function envelope(fields: Partial<EnvelopeDraft> = {}): EnvelopeDraft {
  return {
    id: '01900000-0000-7000-8000-000000000000',
    kind: 'interaction',
    occurred_at: 0n,
    tenant_id: 'acme',
    team: null,
    app: 'helpdesk',
    api_key_id: 'k',
    subject_pseudonym: null,
    session_pseudonym: null,
    region: 'eu',
    route: 'openai/gpt-4o',
    route_reason: 'model_map',
    purpose: null,
    lawful_basis: null,
    consent_pseudonym: null,
    provider: 'openai',
    model_asked: 'gpt-4o',
    model_answered: 'gpt-4o',
    prompt_tokens: 100,
    response_tokens: 20,
    cached_tokens: 7,
    reasoning_tokens: 3,
    usage_estimated: false,
    cost_usd: '0.0012500000',
    price_usd: null,
    price_version: null,
    policy_version: null,
    engine_version: null,
    tool: 'hr_helpdesk',
    feature: null,
    flags: [],
    entity_counts: '{"EMAIL_ADDRESS":2,"PERSON":1}',
    has_pii: true,
    pii_redacted: true,
    hipaa_route: false,
    status: 'answered',
    status_code: 200,
    error_code: null,
    finish_reason: 'stop',
    attempt_count: 3,
    attempts: null,
    latency_ms: 1500,
    ttft_ms: 250,
    parent_request: null,
    related_entry: null,
    retention_class: '60-90-365',
    detail: null,
    coverage_digest: null,
    subject_blob_digest: null,
    prompt_blob_digest: null,
    response_blob_digest: null,
    ...fields,
  }
}

const lines = async (metrics: Metrics) =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))

async function value(metrics: Metrics, start: string): Promise<number> {
  const line = (await lines(metrics)).find((one) => one.startsWith(`palimpsest_${start} `))
  expect(line, start).toBeDefined()
  return Number(line?.split(' ').at(-1))
}

describe('metrics of recorded requests', () => {
  it('count what the entry says: tokens by kind, cost, redactions, attempts, times', async () => {
    const metrics = made()
    metrics.recorded(envelope())
    expect(await value(metrics, 'requests_total{provider="openai",model="gpt-4o",status="answered"}')).toBe(1)
    expect(await value(metrics, 'tenant_requests_total{tenant="acme",status="answered"}')).toBe(1)
    expect(await value(metrics, 'tool_requests_total{tool="hr_helpdesk",status="answered"}')).toBe(1)
    expect(await value(metrics, 'tokens_total{provider="openai",model="gpt-4o",kind="cached"}')).toBe(7)
    expect(await value(metrics, 'tenant_tokens_total{tenant="acme",kind="prompt"}')).toBe(100)
    expect(await value(metrics, 'cost_usd_total{provider="openai",model="gpt-4o"}')).toBeCloseTo(0.00125, 10)
    expect(await value(metrics, 'tenant_cost_usd_total{tenant="acme"}')).toBeCloseTo(0.00125, 10)
    expect(await value(metrics, 'redactions_total{entity_type="EMAIL_ADDRESS"}')).toBe(2)
    expect(await value(metrics, 'request_retries_total{provider="openai"}')).toBe(2)
    expect(await value(metrics, 'route_decisions_total{reason="model_map"}')).toBe(1)
    expect(await value(metrics, 'request_seconds_sum{provider="openai"}')).toBe(1.5)
    expect(await value(metrics, 'first_token_seconds_sum{provider="openai"}')).toBe(0.25)
    expect(await value(metrics, 'ledger_entries_total{kind="interaction",status="answered"}')).toBe(1)
    expect(await value(metrics, `build_info{version="1.2.3",node="${process.versions.node}"}`)).toBe(1)
  })

  it('count a refusal by its code, and what a tenant let go without redaction', async () => {
    const metrics = made()
    metrics.recorded(envelope({ kind: 'refusal', status: 'refused', error_code: 'redaction_failed', provider: null }))
    metrics.recorded(envelope({ flags: ['unredacted'] }))
    expect(await value(metrics, 'request_errors_total{code="redaction_failed"}')).toBe(1)
    expect(await value(metrics, 'requests_unredacted_total')).toBe(1)
  })

  it('count an act that is no request as an entry only', async () => {
    const metrics = made()
    metrics.recorded(envelope({ kind: 'hold', status: 'placed' }))
    expect(await value(metrics, 'ledger_entries_total{kind="hold",status="placed"}')).toBe(1)
    expect((await lines(metrics)).filter((line) => line.startsWith('palimpsest_requests_total'))).toEqual([])
  })

  it('have a bounded number of series and show no name that an app chose, whatever it sends', async () => {
    const metrics = made()
    const hostile = (n: number) => `${n}${'x'.repeat(120)}`
    for (let n = 0; n < 5_000; n++) {
      metrics.recorded(
        envelope({
          tenant_id: `tenant-${n}`,
          tool: hostile(n),
          model_asked: hostile(n),
          model_answered: null,
          status: 'failed',
          error_code: `code_${n}`,
          entity_counts: JSON.stringify({ [`TYPE_${n}`]: 1 }),
        }),
      )
      metrics.failed('chat.completions', `code_${n}`)
    }
    const unanswered = await lines(metrics)
    expect(unanswered.join('\n')).not.toContain('xxxx')
    expect(unanswered.filter((line) => line.startsWith('palimpsest_requests_total'))).toEqual([
      'palimpsest_requests_total{provider="openai",model="other",status="failed"} 5000',
    ])
    expect(unanswered.filter((line) => line.startsWith('palimpsest_tool_requests_total'))).toEqual([
      'palimpsest_tool_requests_total{tool="other",status="failed"} 5000',
    ])
    // Even where a provider answers for every name.
    for (let n = 0; n < 5_000; n++) metrics.recorded(envelope({ model_asked: hostile(n), model_answered: hostile(n) }))
    const answered = await lines(metrics)
    const models = answered.filter((line) => line.startsWith('palimpsest_requests_total'))
    expect(models.length).toBeLessThanOrEqual(52)
    expect(models).toContain('palimpsest_requests_total{provider="openai",model="other",status="answered"} 4950')
    expect(answered.length).toBeLessThan(2_000)
  })
})
