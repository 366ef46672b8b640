import { limitsOf } from '../../config/limits.ts'
import type { KeyIdentity } from '../../config/types.ts'
import { outsideScope, scopeError } from '../../domain/access/scope.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { endUserOf } from '../../domain/chat/validate.ts'
import type { RequestHeaders } from '../../domain/chat/validate-headers.ts'
import { consentError, consentObstacle } from '../../domain/consent/consent.ts'
import { isUuid } from '../../domain/ids/uuidv7.ts'
import { holds, waitMs } from '../../domain/limits/bucket.ts'
import { burstExceeded, demandOf } from '../../domain/limits/demand.ts'
import { estimateTokens } from '../../domain/limits/estimate.ts'
import { considerTargets, decideRoute } from '../../domain/routing/decide-route.ts'
import { restsOnConsent, statedBasis } from '../../domain/routing/lawful-basis.ts'
import { refusalError } from '../../domain/routing/refusal-error.ts'
import type { RouteDecision, RouteRefusal, RouteTarget } from '../../domain/routing/types.ts'
import type { PalimpsestError } from '../../errors.ts'
import type { RequestPolicy } from '../../ports/request-policy.ts'
import type { ApiDeps } from '../deps.ts'
import { exceeded, limiterUnavailable, tooLarge } from '../limits.ts'

/** A call that is looked at and not made. */
export interface Call {
  caller: KeyIdentity
  headers: RequestHeaders
  body: ChatRequest
  policy: RequestPolicy
}

/** One step of the request path: what was found, and whether it would refuse. */
export interface Step {
  step: string
  refused: PalimpsestError | null
  found: object
}

export function scopeStep({ caller, headers, body }: Call, region: string | null): Step {
  const outside = caller.scope ? outsideScope(caller.scope, { tool: headers.tool, model: body.model, region }) : null
  return { step: 'scope', refused: outside && scopeError(outside), found: { scoped: caller.scope !== undefined } }
}

export function toolStep({ caller, headers, policy }: Call): Step {
  const { risk, record, interactive, hipaa, models, region, ...tool } = policy.tool(caller.tenantId, headers.tool)
  const found = {
    tool: headers.tool,
    ...{ risk, record, interactive, hipaa, models, region, purpose: tool.purpose },
    lawful_basis: statedBasis(tool),
    restore_arguments: tool.restoreArguments ?? true,
    max_answer_tokens: tool.maxAnswerTokens ?? null,
  }
  return { step: 'tool', refused: null, found }
}

export function routeStep(call: Call): Step & { region: string | null; decision: RouteDecision | RouteRefusal } {
  const { caller, headers, body, policy } = call
  const input = {
    model: body.model,
    toolName: headers.tool,
    tool: policy.tool(caller.tenantId, headers.tool),
    region: headers.region,
    ...policy.routing(caller.tenantId),
  }
  const decision = decideRoute(input)
  const isRoute = decision.kind === 'route'
  const found = {
    region: decision.region,
    target: isRoute ? named(decision.target) : null,
    reason: isRoute ? decision.reason : null,
    fallbacks: isRoute ? decision.fallbacks.map(named) : [],
    covered: isRoute ? decision.covered : null,
    excluded: considerTargets(input).flatMap(({ target, excluded }) =>
      excluded === null ? [] : [{ target: named(target), why: excluded }],
    ),
  }
  return { step: 'route', refused: isRoute ? null : refusalError(decision), found, region: decision.region, decision }
}

function named({ provider, model }: RouteTarget): string {
  return `${provider}/${model}`
}

/** The consent is looked up by its id; nobody becomes known by it. */
export async function consentStep(deps: ApiDeps, { caller, headers, body, policy }: Call): Promise<Step> {
  const { tenantId } = caller
  const tool = policy.tool(tenantId, headers.tool)
  const needed = restsOnConsent(statedBasis(tool))
  if (!needed) return { step: 'consent', refused: null, found: { needed } }
  const { consentId } = headers
  if (consentId === null) return { step: 'consent', refused: consentError('consent_required'), found: { needed } }
  const user = endUserOf(body) || null
  const [named, person] = await Promise.all([
    isUuid(consentId) ? deps.consents.find(tenantId, consentId) : undefined,
    user === null ? undefined : deps.subjects.find(tenantId, `user:${user}`),
  ])
  const own = named && person && named.subjectPseudonym === person.pseudonym ? named : undefined
  const obstacle = consentObstacle(own, { tool: headers.tool, purpose: tool.purpose }, deps.now())
  return { step: 'consent', refused: obstacle && consentError(obstacle), found: { needed } }
}

/** How the buckets stand that bind the caller: each is asked for nothing. */
export async function limitsStep(deps: ApiDeps, { caller, body }: Call): Promise<Step> {
  const limited = limitsOf(deps.config, caller)
  if (limited.length === 0) return { step: 'limits', refused: null, found: { buckets: [] } }
  const estimate = estimateTokens(body)
  const burst = burstExceeded(limited, estimate)
  const demand = demandOf(caller.tenantId, limited, estimate)
  const asked = await deps.limiter.take(demand.map((one) => ({ ...one, cost: 0 })))
  if (asked.kind === 'away') return { step: 'limits', refused: limiterUnavailable(), found: { buckets: [] } }
  const buckets = asked.standing.map(({ scope, unit, rate, level }, index) => {
    const needs = Math.min(demand[index]?.cost ?? 0, rate.burst)
    return {
      scope,
      unit,
      limit: rate.burst,
      remaining: Math.max(0, Math.floor(level)),
      needs,
      ok: holds(level, needs),
      level,
      rate,
    }
  })
  const over = buckets.filter(({ ok }) => !ok)
  const waits = over.map(({ unit, level, rate, needs }) => ({ unit, ms: waitMs(level, rate, needs) }))
  const longest = waits.toSorted((a, b) => b.ms - a.ms)[0]
  const refused = burst !== null ? tooLarge(burst) : longest ? exceeded(longest.unit, longest.ms) : null
  return { step: 'limits', refused, found: { buckets: buckets.map(({ level, rate, ...shown }) => shown) } }
}
