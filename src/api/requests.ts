import { Hono } from 'hono'
import type { KeyIdentity } from '../config/types.ts'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../errors.ts'
import type { StoredEntry } from '../ports/ledger-reader.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'

/** State, route, counts, coverage and cost of a request; never text. An app sees its own requests. */
export function requests(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/requests/:id', requireRole(deps, 'app', 'auditor', 'privacy', 'operator', 'admin'), async (c) => {
    const caller = c.get('caller')
    const id = c.req.param('id')
    const found = isUuid(id) ? ((await recorded(deps, caller, id)) ?? (await inFlight(deps, caller, id))) : undefined
    if (!found) throw notFound('request')
    return c.json(found)
  })
  return app
}

/** Another tenant's object, or another app's, does not exist for a caller. */
export function notFound(what: string): PalimpsestError {
  return new PalimpsestError({ code: 'not_found', status: 404, message: `There is no such ${what}.` })
}

/** Whether a caller may know of an entry of this app. */
export function maySee(caller: KeyIdentity, app: string | null): boolean {
  return caller.roles.some((role) => role !== 'app') || caller.app === app
}

const STATES: Record<string, string> = {
  answered: 'recorded',
  refused: 'refused',
  failed: 'failed',
  interrupted: 'interrupted',
}

async function recorded(deps: ApiDeps, caller: KeyIdentity, id: string) {
  const entry = await deps.entries.entry(caller.tenantId, id)
  if (!entry || !isRequest(entry) || !maySee(caller, entry.envelope.app)) return undefined
  const { envelope } = entry
  const content = await deps.entries.content(caller.tenantId, id)
  const withSubject = caller.roles.some((role) => role !== 'operator')
  return {
    id,
    state: STATES[envelope.status] ?? envelope.status,
    archived: entry.archive !== undefined,
    status_code: envelope.status_code,
    error_code: envelope.error_code,
    tool: envelope.tool,
    feature: envelope.feature,
    region: envelope.region,
    route: envelope.route,
    reason: envelope.route_reason,
    policy_version: envelope.policy_version,
    engine_version: envelope.engine_version,
    model_asked: envelope.model_asked,
    model_answered: envelope.model_answered,
    entity_counts: envelope.entity_counts === null ? null : JSON.parse(envelope.entity_counts),
    coverage: content?.coverage ? JSON.parse(content.coverage) : null,
    answer_coverage: answerCoverageOf(envelope.detail),
    prompt_tokens: envelope.prompt_tokens,
    response_tokens: envelope.response_tokens,
    usage_estimated: envelope.usage_estimated,
    cost_usd: envelope.cost_usd,
    attempts: envelope.attempts === null ? [] : JSON.parse(envelope.attempts),
    flags: envelope.flags,
    latency_ms: envelope.latency_ms,
    ttft_ms: envelope.ttft_ms,
    accepted_at: new Date(Number(envelope.occurred_at / 1000n)).toISOString(),
    ...(envelope.kind === 'query' && {
      parent_request: envelope.parent_request,
      query: JSON.parse(envelope.detail ?? '{}'),
    }),
    ...(withSubject && { subject: envelope.subject_pseudonym, session: envelope.session_pseudonym }),
  }
}

function answerCoverageOf(detail: string | null): unknown {
  const { answer = null } = JSON.parse(detail ?? '{}') as { answer?: unknown }
  return answer
}

function isRequest(entry: StoredEntry): boolean {
  return ['interaction', 'refusal', 'query'].includes(entry.envelope.kind)
}

async function inFlight(deps: ApiDeps, caller: KeyIdentity, id: string) {
  const store = deps.store.ofTenant(caller.tenantId)
  const inbox = await store.findInbox(id)
  if (!inbox || inbox.context.tenantId !== caller.tenantId || !maySee(caller, inbox.context.app)) return undefined
  const attempts = await store.attempts(id)
  return {
    id,
    state: attempts.length > 0 ? 'running' : 'accepted',
    tool: inbox.context.tool,
    feature: inbox.context.feature,
    region: inbox.context.region,
    model_asked: inbox.context.modelAsked,
    attempts: attempts.map(({ attemptNo, provider, model, state }) => ({ attempt: attemptNo, provider, model, state })),
    accepted_at: new Date(inbox.context.acceptedAt).toISOString(),
  }
}
