import { allowancesOf } from '../../domain/budgets/budget.ts'
import { pricedTarget, unpricedTargets } from '../../domain/budgets/priced-target.ts'
import { worstCaseTokens, worstCaseUsd } from '../../domain/budgets/worst-case.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { jcs } from '../../domain/ledger/json.ts'
import type { RequestContext } from '../../domain/requests/types.ts'
import type { RouteDecision, RouteRefusal, RouteTarget } from '../../domain/routing/types.ts'
import { PalimpsestError } from '../../errors.ts'
import type { BudgetExhausted, Reservation } from '../../ports/budgets.ts'
import type { ApiDeps } from '../deps.ts'

/** Seconds after which a call is worth another try that only calls in flight left no room for. */
const HELD_RETRY_SECONDS = 10

/** Thrown where a hard limit binds a call and nobody says what one of its models costs; nothing was written. */
export class PriceUnknown extends Error {
  readonly budget: string
  readonly target: RouteTarget

  constructor(budget: string, target: RouteTarget) {
    super('a hard limit cannot hold a call without a price')
    this.name = 'PriceUnknown'
    this.budget = budget
    this.target = target
  }
}

/**
 * What has to be reserved for a call: the worst that the dearest of its models may charge, in every budget that binds it. Null: none
 * does, or nothing will be asked.
 * @param subjectPseudonym null where the call names no user
 * @throws PriceUnknown where the tenant does not let such calls pass its hard limits
 */
export function reservationOf(
  deps: Pick<ApiDeps, 'config' | 'prices'>,
  call: {
    context: Pick<RequestContext, 'tenantId' | 'team' | 'app' | 'tool' | 'feature' | 'acceptedAt'>
    subjectPseudonym: string | null
    body: ChatRequest
    planned: RouteDecision | RouteRefusal
  },
): Reservation | null {
  const { context, subjectPseudonym, body, planned } = call
  const tenant = deps.config.tenants.get(context.tenantId)
  const budgets = tenant?.budgets ?? []
  if (budgets.length === 0 || planned.kind === 'refusal') return null
  const allowances = allowancesOf(budgets, { ...context, subjectPseudonym }, context.acceptedAt)
  if (allowances.length === 0) return null
  const at = context.acceptedAt
  const { prices } = deps
  const rules = deps.config.routing
  const targets = [planned.target, ...planned.fallbacks]
  const hard = allowances.find(({ hardLimitUsd }) => hardLimitUsd !== null)
  const [unpriced] = unpricedTargets(targets, { rules, at, prices })
  if (hard && unpriced && tenant?.onUnknownPrice !== 'send') throw new PriceUnknown(hard.name, unpriced)
  const priced = targets.map((target) => pricedTarget(target, rules))
  return { amountUsd: worstCaseUsd(priced, worstCaseTokens(body), at, prices), allowances }
}

/** What a caller is told where a hard limit binds the call and one of its models has no price. */
export function priceUnknown({ budget }: PriceUnknown): PalimpsestError {
  return new PalimpsestError({
    code: 'price_unknown',
    status: 402,
    message: `The budget "${budget}" has a hard limit, and a model that may answer has no price, so nothing was sent: POST /v1/policy/dry-run names the model; give it a line under prices in the configuration, or set on_unknown_price: send for the tenant.`,
  })
}

/** What the entry of such a refusal says. */
export function unpricedDetail({ budget, target }: PriceUnknown): string {
  return jcs({ budget, unpriced: nameOf(target) })
}

export function nameOf({ provider, model }: RouteTarget): string {
  return `${provider}/${model}`
}

/** What a caller is told whose budget has no room. @param now milliseconds since the Unix epoch */
export function budgetExhausted({ budget, period, held }: BudgetExhausted, now: number): PalimpsestError {
  const renewsInSeconds = Math.max(1, Math.ceil((Date.parse(period.end) - now) / 1000))
  const message = held
    ? `Calls in flight hold what is left of the budget "${budget}", so nothing was sent; try again shortly, or with a lower max_completion_tokens.`
    : `The budget "${budget}" has no room for what this call may cost, so nothing was sent; it is renewed on ${period.end}, 00:00 UTC.`
  return new PalimpsestError({
    code: 'budget_exhausted',
    status: 402,
    message,
    retryAfterSeconds: held ? Math.min(HELD_RETRY_SECONDS, renewsInSeconds) : renewsInSeconds,
  })
}

/** What the entry of such a refusal says. */
export function exhaustedDetail({ budget, period, limitUsd, held }: BudgetExhausted): string {
  return jcs({ budget, period_start: period.start, period_end: period.end, limit_usd: limitUsd, held })
}
