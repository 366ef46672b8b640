import { Hono } from 'hono'
import { withAnswerBound } from '../../domain/chat/answer-length.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { validateChatRequest } from '../../domain/chat/validate.ts'
import { validateHeaders } from '../../domain/chat/validate-headers.ts'
import { estimateTokens, type TokenEstimate } from '../../domain/limits/estimate.ts'
import { decideRoute } from '../../domain/routing/decide-route.ts'
import { refusalError } from '../../domain/routing/refusal-error.ts'
import type { RouteDecision, RouteRefusal } from '../../domain/routing/types.ts'
import { PalimpsestError } from '../../errors.ts'
import { BudgetExhausted } from '../../ports/budgets.ts'
import type { RequestInFlight } from '../../ports/in-flight.ts'
import { requireRole } from '../authenticate.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { limitHeaders } from '../limit-headers.ts'
import { type Settle, takeFromLimits } from '../limits.ts'
import { callFacts, recordRefusal } from '../record-refusal.ts'
import { requireScope } from '../require-scope.ts'
import { type Place, takeTurn } from '../take-turn.ts'
import { type Accepted, accept, type Incoming } from './accept.ts'
import { refusePersonalDataInNames } from './check-names.ts'
import { parseBody, readJsonBytes } from './parse-body.ts'
import { budgetExhausted, exhaustedDetail, nameOf, PriceUnknown, priceUnknown, unpricedDetail } from './reserve.ts'
import { answerJson, answerReplay, requestIdHeaders } from './respond-json.ts'
import { answerStream } from './respond-stream.ts'
import { parseSimulate } from './simulate.ts'
import { startOrWithdraw } from './start.ts'
import { replayWhenRecorded } from './wait-for-answer.ts'
import { WaitingDelivery } from './waiting-delivery.ts'

/** Bytes of a request body at most. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024
/** Milliseconds that a client waits at most; the request itself lives 24 h. */
const ANSWER_WITHIN_MS = 15 * 60_000

/** OpenAI's chat completions, through the whole path: sealed inbox, workflow, answer, record. */
export function chatCompletions(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post('/v1/chat/completions', requireRole(deps, 'app'), limitHeaders, limitBody(MAX_BODY_BYTES), async (c) => {
    refuseWhileDraining(deps)
    const headers = validateHeaders((name) => c.req.header(name))
    const simulate = parseSimulate(c.req.header('x-simulate'), deps.development)
    const caller = c.get('caller')
    const bytes = await readJsonBytes(c)
    const place = await takeTurn(deps, caller.tenantId, bytes.byteLength, c.req.raw.signal)
    const delivery = new WaitingDelivery()
    const take = (estimate: TokenEstimate) => takeFromLimits(deps, c, caller, estimate)
    const known = { caller, headers, simulate, bytes, take }
    const { body, planned, accepted, settle } = await begin(deps, known, delivery).catch((error) => {
      place.leave()
      throw error
    })
    const held = accepted.kind === 'accepted' ? deps.inFlight.get(accepted.requestId) : undefined
    if (held) hand(held, place, settle)
    else place.leave()
    // On errors too: what was recorded can be looked up.
    for (const [name, value] of Object.entries(requestIdHeaders(accepted.requestId))) c.header(name, value)
    const wanted = { stream: body.stream === true, includeUsage: wantsUsage(body), seen: c.get('hear') }
    const deadline = deps.now() + ANSWER_WITHIN_MS
    if (accepted.kind === 'duplicate') {
      // A duplicate waits for the first request's record, as long as a first one would. It uses no tokens.
      settle(0)
      const first = { requestId: accepted.requestId, tenantId: caller.tenantId, deadline }
      return answerReplay(await replayWhenRecorded(deps, first), accepted.requestId, wanted)
    }
    await startOrWithdraw(deps, accepted.requestId, {
      tenantId: caller.tenantId,
      tool: headers.tool,
      route: planned.kind === 'route' ? nameOf(planned.target) : `refused/${planned.code}`,
    }).catch((error: unknown) => {
      if (isNothingSent(error)) settle(0)
      throw error
    })
    const waiting = { requestId: accepted.requestId, tenantId: caller.tenantId, delivery, deadline, ...wanted }
    watchClient(deps, waiting, c.req.raw.signal)
    return wanted.stream ? answerStream(deps, waiting) : answerJson(deps, waiting)
  })
  return app
}

/** From here on the request itself holds its place, until it is in memory no more. */
function hand(request: RequestInFlight, place: Place, settle: Settle): void {
  request.turn = place.turn
  request.used = settle
  request.release = place.leave
}

interface Known extends Pick<Incoming, 'caller' | 'headers' | 'simulate'> {
  bytes: ArrayBuffer
  take(estimate: TokenEstimate): Promise<Settle>
}

/** From a body to a request on record, or the first one that has its key. */
async function begin(
  deps: ApiDeps,
  { bytes, take, ...known }: Known,
  delivery: WaitingDelivery,
): Promise<{ body: ChatRequest; planned: RouteDecision | RouteRefusal; accepted: Accepted; settle: Settle }> {
  const sent = validateChatRequest(parseBody(bytes))
  const { maxAnswerTokens } = deps.policy.tool(known.caller.tenantId, known.headers.tool)
  const body = withAnswerBound(sent, maxAnswerTokens)
  await refusePersonalDataInNames(deps.engine, known.headers, body.model)
  const planned = planRoute(deps, known.caller.tenantId, known.headers, body.model)
  const { tool, feature } = known.headers
  await requireScope(deps, known.caller, { tool, feature, model: body.model, region: planned.region })
  const incoming: Incoming = { ...known, sent, body, region: planned.region ?? '', planned }
  const settle = await take(estimateTokens(body))
  const accepted = await accept(deps, incoming, delivery).catch((error: unknown) => {
    if (isNothingSent(error)) settle(0)
    if (error instanceof BudgetExhausted) {
      return refuseUnpaid(deps, incoming, exhaustedDetail(error), budgetExhausted(error, deps.now()))
    }
    if (error instanceof PriceUnknown) return refuseUnpaid(deps, incoming, unpricedDetail(error), priceUnknown(error))
    return notRecorded(error)
  })
  return { body, planned, accepted, settle }
}

/** A budget keeps the call: a refusal on record. */
async function refuseUnpaid(
  deps: ApiDeps,
  { caller, headers, body, region }: Incoming,
  detail: string,
  refusal: PalimpsestError,
): Promise<never> {
  const call = callFacts(deps, caller, { ...headers, modelAsked: body.model, region })
  return recordRefusal(deps, { ...call, detail }, refusal)
}

/** Whether it is certain that no model was asked: what was taken for its tokens comes back. */
function isNothingSent(error: unknown): boolean {
  return !(error instanceof PalimpsestError) || error.code !== 'acceptance_unknown'
}

/** The plan for the list of workflows; who asks for what does not exist is told at once. */
function planRoute(
  deps: ApiDeps,
  tenantId: string,
  headers: { tool: string; region: string | null },
  model: string,
): RouteDecision | RouteRefusal {
  const policy = deps.policy.now()
  const decision = decideRoute({
    model,
    toolName: headers.tool,
    tool: policy.tool(tenantId, headers.tool),
    region: headers.region,
    ...policy.routing(tenantId),
  })
  if (decision.kind === 'refusal' && (decision.code === 'region_unknown' || decision.code === 'model_not_found')) {
    throw refusalError(decision)
  }
  return decision
}

function wantsUsage(body: ChatRequest): boolean {
  return (body.stream_options as { include_usage?: boolean } | null | undefined)?.include_usage === true
}

/** The client went away: by the tenant's policy the call goes on and is recorded, or is cancelled and recorded. */
function watchClient(deps: ApiDeps, waiting: { requestId: string; tenantId: string }, signal: AbortSignal): void {
  signal.addEventListener(
    'abort',
    () => {
      const request = deps.inFlight.get(waiting.requestId)
      if (!request) return
      request.clientGone = true
      if ((request.policy ?? deps.policy).onDisconnect(waiting.tenantId) === 'cancel') request.cancel.abort()
    },
    { once: true },
  )
}

function refuseWhileDraining(deps: ApiDeps): void {
  if (!deps.draining()) return
  throw new PalimpsestError({
    code: 'draining',
    status: 503,
    message: 'This gateway is shutting down; send the request again.',
    retryAfterSeconds: 1,
  })
}

/** No recorded call, no call. */
function notRecorded(cause: unknown): never {
  if (cause instanceof PalimpsestError) throw cause
  throw new PalimpsestError({
    code: 'ledger_unavailable',
    status: 503,
    message: 'The request could not be put on record, so nothing was sent; try again shortly.',
    retryAfterSeconds: 2,
    cause,
  })
}
