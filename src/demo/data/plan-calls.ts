import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import type { AttemptOutcome, AttemptSummary, TokenUsage } from '../../domain/requests/types.ts'
import type { RouteReason } from '../../domain/routing/types.ts'
import { DAY_MS, type Incident, timeOfDay, type Year } from './calendar.ts'
import { type DemoModel, type DemoTool, MODELS, modelsOf, TOOLS } from './organisation.ts'
import { type DemoTenant, type DemoUser, weightOf } from './people.ts'
import type { Chance } from './random.ts'

/** A call as it is to be recorded; times in milliseconds since the Unix epoch. */
export interface PlannedCall {
  id: string
  tenantId: string
  at: number
  tool: DemoTool
  /** Null: nobody's, a batch. */
  user: DemoUser | null
  session: number | null
  feature: string
  region: string
  reason: RouteReason
  modelAsked: string
  stream: boolean
  entities: Record<string, number>
  refusal: { code: string; statusCode: number; param: string | null } | null
  attempts: AttemptSummary[]
  /** Values of personal data in the answer that the app did not send. */
  answerEntities: Record<string, number>
}

/** The calls of one day of a tenant, in order of time. */
export function planDay(chance: Chance, year: Year, tenant: DemoTenant, day: number): PlannedCall[] {
  const start = year.startMs + day * DAY_MS
  const calls = Array.from({ length: year.counts[day] ?? 0 }, () => {
    const tool = chance.weighted(TOOLS, ({ weight }) => weight)
    return planCall(chance, year, tenant, tool, start + timeOfDay(chance, tool.isNightly))
  })
  return calls.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function planCall(chance: Chance, year: Year, tenant: DemoTenant, tool: DemoTool, at: number): PlannedCall {
  const part = (at - year.startMs) / (year.days * DAY_MS)
  const user = tool.isNightly ? null : userOf(chance, tenant, tool, at)
  const asked = chance.weighted(modelsOf(tool, part), ({ weight }) => weight).model
  const other =
    tool.otherRegion !== null && chance.isBelow(tool.otherRegion.probability) ? tool.otherRegion.region : null
  const region = other ?? tenant.region
  // Data of a region that the model may not have stays in this house.
  const stays = region !== 'us' && asked.provider !== 'azure'
  const model = stays ? MODELS.local : asked
  const change = year.changes.find((one) => one.tool === tool.name && one.from <= at && at < one.to)?.kind ?? null
  const base = {
    id: uuidv7(at, chance.bytes(10)),
    tenantId: tenant.id,
    at,
    tool,
    user,
    session: user === null ? null : chance.whole(0, 6),
    feature: chance.of(tool.features),
    region,
    reason: stays ? ('region_default' as const) : ('model_map' as const),
    modelAsked: asked.model,
    stream: !tool.isNightly && chance.isBelow(0.55),
    entities: entitiesOf(chance, change === 'pasting' ? { ...tool, ...PASTED } : tool),
    answerEntities: {},
  }
  const refusal = change === 'not allowed' && chance.isBelow(NOT_ALLOWED) ? NOT_ALLOWED_REFUSAL : refusalOf(chance)
  if (refusal !== null) return { ...base, refusal, attempts: [] }
  const attempts = attemptsOf(chance, year, change === 'long prompts' ? longer(tool) : tool, model, base)
  const answered = attempts.at(-1)?.outcome?.status === 'answered'
  const answerEntities: Record<string, number> = answered && chance.isBelow(0.015) ? { PERSON: 1 } : {}
  return { ...base, refusal: null, attempts, answerEntities }
}

/** What people paste for some weeks, the share of calls that a wrong model name is in, and by how much a loop's prompts are longer. */
const PASTED = { pii: 0.3, finds: { SECRET: 3, EMAIL_ADDRESS: 2 } }
const NOT_ALLOWED = 0.7
const NOT_ALLOWED_REFUSAL = { code: 'model_not_allowed', statusCode: 403, param: 'model' }
const LONGER = 7

function longer(tool: DemoTool): DemoTool {
  return { ...tool, promptTokens: tool.promptTokens * LONGER }
}

function userOf(chance: Chance, { crews }: DemoTenant, tool: DemoTool, at: number): DemoUser {
  const crew = crews.get(tool)?.find(({ before }) => at < before)
  if (crew === undefined) throw new Error('a tool has no crew')
  const { users, weight } = crew
  return chance.weighted(users, weightOf, weight)
}

function entitiesOf(chance: Chance, tool: DemoTool): Record<string, number> {
  const counts: Record<string, number> = {}
  if (!chance.isBelow(tool.pii)) return counts
  const types = Object.entries(tool.finds)
  for (let kinds = 1 + Math.min(chance.whole(0, 3), types.length - 1); kinds > 0; kinds--) {
    const [type] = chance.weighted(types, ([, weight]) => weight)
    counts[type] = (counts[type] ?? 0) + 1 + Math.floor(chance.logNormal(0.6, 0.8))
  }
  return counts
}

const REFUSALS = [
  { weight: 0.006, code: 'unscannable_content', statusCode: 422, param: 'messages[0].content[1]' },
  { weight: 0.004, code: 'residency_no_route', statusCode: 403, param: null },
  { weight: 0.003, code: 'model_not_allowed', statusCode: 403, param: 'model' },
  { weight: 0.0004, code: 'redaction_failed', statusCode: 503, param: null },
]

function refusalOf(chance: Chance): PlannedCall['refusal'] {
  let left = chance.next()
  for (const { weight, ...refusal } of REFUSALS) {
    left -= weight
    if (left < 0) return refusal
  }
  return null
}

const FAILED = { status: 'failed', modelAnswered: null, finishReason: null, usage: null, ttftMs: null } as const
const QUIET = { retryAfterMs: null, flags: [] as string[] }

function attemptsOf(
  chance: Chance,
  year: Year,
  tool: DemoTool,
  model: DemoModel,
  { at, stream }: { at: number; stream: boolean },
): AttemptSummary[] {
  const incident = year.incidents.find((one) => one.provider === model.provider && one.from <= at && at < one.to)
  const attempts: AttemptSummary[] = []
  const add = (target: DemoModel, state: AttemptSummary['state'], ms: number, outcome: AttemptOutcome) => {
    const startedAt = attempts.length === 0 ? at + 18 : (attempts.at(-1)?.endedAt ?? at) + 600
    const { provider, model: name } = target
    attempts.push({
      attemptNo: attempts.length + 1,
      provider,
      model: name,
      state,
      startedAt,
      endedAt: startedAt + ms,
      outcome,
    })
  }
  const fails = failuresBefore(chance, incident)
  for (let n = 0; n < fails; n++) {
    const limited = incident?.kind === 'rate limits'
    add(model, 'failed', chance.whole(limited ? 40 : 300, limited ? 120 : 9_000), {
      ...FAILED,
      ...QUIET,
      statusCode: limited ? 429 : 502,
      errorCode: limited ? 'provider_rate_limited' : 'provider_unavailable',
      failureKind: limited ? 'rate_limited' : 'unavailable',
      providerStatus: limited ? 429 : 503,
      retryable: true,
    })
  }
  // Three tries are all there are, and what may not leave the house has nowhere else to go.
  if (fails === 3) return attempts
  const target = fails > 0 && incident?.kind === 'outage' && !tool.isHipaa ? MODELS.haiku : model
  if (chance.isBelow(0.004)) {
    const refused = { statusCode: 400, errorCode: 'provider_rejected', failureKind: 'rejected', providerStatus: 400 }
    add(target, 'failed', chance.whole(60, 300), { ...FAILED, ...QUIET, ...refused, retryable: false })
    return attempts
  }
  const usage = usageOf(chance, tool, target)
  const slow = incident?.kind === 'slow' ? 4 : 1
  const ttftMs = Math.round(chance.logNormal(target.ttftMs, 0.35) * slow)
  const ms = ttftMs + Math.round((usage.responseTokens / target.tokensPerSecond) * 1000 * slow)
  const broken = stream && chance.isBelow(0.003)
  add(target, broken ? 'interrupted' : 'answered', broken ? Math.round(ms / 2) : ms, {
    ...QUIET,
    status: broken ? 'interrupted' : 'answered',
    statusCode: broken ? 502 : 200,
    errorCode: broken ? 'provider_interrupted' : null,
    failureKind: broken ? 'interrupted' : null,
    providerStatus: 200,
    retryable: false,
    modelAnswered: target.model,
    finishReason: broken ? null : usage.responseTokens > 4000 ? 'length' : 'stop',
    usage: broken ? { ...usage, responseTokens: Math.ceil(usage.responseTokens / 2), estimated: true } : usage,
    ttftMs: stream ? ttftMs : null,
  })
  return attempts
}

/** Failed tries before the one that decides; 3: none does. */
function failuresBefore(chance: Chance, incident: Incident | undefined): number {
  if (incident?.kind === 'outage') return chance.weighted([0, 1, 2, 3], (n) => [6, 20, 24, 50][n] ?? 0)
  if (incident?.kind === 'rate limits') return chance.weighted([0, 1, 2, 3], (n) => [45, 35, 12, 8][n] ?? 0)
  return chance.weighted([0, 1, 3], (n) => [9_930, 60, 0, 10][n] ?? 0)
}

function usageOf(chance: Chance, tool: DemoTool, { provider }: DemoModel): TokenUsage {
  const promptTokens = Math.max(12, Math.round(chance.logNormal(tool.promptTokens, 0.75)))
  const responseTokens = Math.max(1, Math.round(Math.min(chance.logNormal(tool.responseTokens, 0.7), 8_000)))
  const cached = provider === 'openai' && promptTokens > 1024 && chance.isBelow(0.4)
  const cachedTokens = cached ? Math.floor((promptTokens * 0.6) / 128) * 128 : 0
  return { promptTokens, responseTokens, cachedTokens, reasoningTokens: 0, estimated: provider === 'ollama-local' }
}
