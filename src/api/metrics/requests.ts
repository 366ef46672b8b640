import type { EnvelopeDraft } from '../../domain/ledger/entry-draft.ts'
import { BoundedLabel } from './bounded-label.ts'
import type { Makers } from './makers.ts'

/** Names from the configuration; whatever else is sent is `other`, or one of the first few that a provider answered. */
export interface KnownNames {
  isTenant(id: string): boolean
  isTool(tenantId: string, name: string): boolean
  isModel(name: string): boolean
}

export interface RequestMetrics {
  /** An entry of this process is in the ledger: of a request, or of any other act. */
  recorded(envelope: EnvelopeDraft): void
  /** A model was asked once. `outcome` is `answered` or the kind of the failure. */
  modelCalled(provider: string, outcome: string, seconds: number): void
  /** The engine looked at texts. `outcome` is `done` or `failed`. */
  scanned(outcome: string, seconds: number): void
}

/** Tenants with a series of their own. */
const MOST_TENANTS = 200
const MOST_TOOLS = 200
const MOST_MODELS = 200
/** Models that are not in the configuration, and that a provider answered for. */
const MOST_ANSWERED = 50
const MOST_ENTITY_TYPES = 200
const MOST_CODES = 200

const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 86_400]
const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Requests as the ledger has them. Every label is a name from the configuration, a code or a kind. */
export function requestMetrics(makers: Makers, known: KnownNames): RequestMetrics {
  const { counter } = makers
  const times = timesOf(makers)
  const labels = labelsOf(known)
  const requests = counter('requests_total', 'Requests on record, by provider, model and status.', [
    'provider',
    'model',
    'status',
  ])
  const byTenant = counter('tenant_requests_total', 'Requests on record, by tenant and status.', ['tenant', 'status'])
  const byTool = counter('tool_requests_total', 'Requests on record, by configured tool and status.', [
    'tool',
    'status',
  ])
  const codes = counter('request_errors_total', 'Requests on record without an answer, by error code.', ['code'])
  const routes = counter('route_decisions_total', 'Where recorded requests were to go, by reason.', ['reason'])
  const retries = counter('request_retries_total', 'Further attempts of recorded requests, by provider.', ['provider'])
  const redactions = counter('redactions_total', 'Values replaced by a placeholder, by entity type.', ['entity_type'])
  const flags = counter('requests_unredacted_total', 'Requests that left without redaction, as their tenant chose.')
  const entries = counter('ledger_entries_total', 'Entries appended by this process, by kind and status.', [
    'kind',
    'status',
  ])
  const use = useOf(makers, labels)
  return {
    ...times,
    recorded(envelope) {
      const { kind, status } = envelope
      entries.inc({ kind, status })
      if (kind !== 'interaction' && kind !== 'refusal') return
      const provider = envelope.provider ?? 'none'
      requests.inc({ provider, model: labels.model(envelope), status })
      byTenant.inc({ tenant: labels.tenant(envelope), status })
      byTool.inc({ tool: labels.tool(envelope), status })
      if (envelope.error_code !== null) codes.inc({ code: labels.code(envelope.error_code) })
      if (envelope.route_reason !== null) routes.inc({ reason: labels.reason(envelope.route_reason) })
      if (envelope.attempt_count > 1) retries.inc({ provider }, envelope.attempt_count - 1)
      if (envelope.flags.includes('unredacted')) flags.inc()
      for (const [type, count] of Object.entries(countsOf(envelope.entity_counts))) {
        redactions.inc({ entity_type: labels.entityType(type) }, count)
      }
      use(envelope)
      times.observed(envelope)
    },
  }
}

/** How long requests, models and the engine take. */
function timesOf({ histogram, counter }: Makers) {
  const whole = histogram('request_seconds', 'Seconds from acceptance to record, by provider.', ['provider'], SLOW)
  const first = histogram('first_token_seconds', 'Seconds to the first token of a stream.', ['provider'], SLOW)
  const call = histogram('model_call_seconds', 'Seconds that one call of a model took.', ['provider'], SLOW)
  const calls = counter('model_calls_total', 'Calls of models, by provider and outcome.', ['provider', 'outcome'])
  const engine = histogram('engine_seconds', 'Seconds that the engine took over the texts of a call.', [], QUICK)
  const scans = counter('engine_scans_total', 'Calls of the engine, by outcome.', ['outcome'])
  return {
    observed({ provider, latency_ms: latency, ttft_ms: ttft }: EnvelopeDraft) {
      const labels = { provider: provider ?? 'none' }
      if (latency !== null) whole.observe(labels, latency / 1000)
      if (ttft !== null) first.observe(labels, ttft / 1000)
    },
    modelCalled(provider: string, outcome: string, seconds: number) {
      calls.inc({ provider, outcome })
      call.observe({ provider }, seconds)
    },
    scanned(outcome: string, seconds: number) {
      scans.inc({ outcome })
      engine.observe(seconds)
    },
  }
}

/** Tokens and cost of recorded requests. */
function useOf({ counter }: Makers, labels: ReturnType<typeof labelsOf>): (envelope: EnvelopeDraft) => void {
  const tokens = counter('tokens_total', 'Tokens of recorded requests, by provider, model and kind.', [
    'provider',
    'model',
    'kind',
  ])
  const tenantTokens = counter('tenant_tokens_total', 'Tokens of recorded requests, by tenant and kind.', [
    'tenant',
    'kind',
  ])
  const cost = counter('cost_usd_total', 'US dollars of recorded requests; the ledger is exact.', ['provider', 'model'])
  const tenantCost = counter('tenant_cost_usd_total', 'US dollars of recorded requests, by tenant.', ['tenant'])
  return (envelope) => {
    const model = { provider: envelope.provider ?? 'none', model: labels.model(envelope) }
    const tenant = { tenant: labels.tenant(envelope) }
    const kinds = {
      prompt: envelope.prompt_tokens,
      response: envelope.response_tokens,
      cached: envelope.cached_tokens,
      reasoning: envelope.reasoning_tokens,
    }
    for (const [kind, count] of Object.entries(kinds)) {
      if (!count) continue
      tokens.inc({ ...model, kind }, count)
      tenantTokens.inc({ ...tenant, kind }, count)
    }
    const usd = Number(envelope.cost_usd ?? 0)
    if (usd > 0) {
      cost.inc(model, usd)
      tenantCost.inc(tenant, usd)
    }
  }
}

function labelsOf(known: KnownNames) {
  const tenants = new BoundedLabel(MOST_TENANTS)
  const tools = new BoundedLabel(MOST_TOOLS)
  const configured = new BoundedLabel(MOST_MODELS)
  const answered = new BoundedLabel(MOST_ANSWERED)
  const codes = new BoundedLabel(MOST_CODES)
  const reasons = new BoundedLabel(MOST_CODES)
  const entityTypes = new BoundedLabel(MOST_ENTITY_TYPES)
  return {
    tenant: ({ tenant_id: id }: EnvelopeDraft) => tenants.of(id, known.isTenant(id)),
    tool: ({ tenant_id: id, tool }: EnvelopeDraft) => tools.of(tool, tool !== null && known.isTool(id, tool)),
    model({ model_answered: given, model_asked: asked, status }: EnvelopeDraft): string {
      const name = given ?? asked
      if (name !== null && known.isModel(name)) return configured.of(name)
      return answered.of(name, given !== null && status === 'answered')
    },
    code: (code: string) => codes.of(code),
    reason: (reason: string) => reasons.of(reason),
    entityType: (type: string) => entityTypes.of(type),
  }
}

function countsOf(json: string | null): Record<string, number> {
  return json === null ? {} : JSON.parse(json)
}
