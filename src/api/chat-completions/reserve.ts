import { allowancesOf } from '../../domain/budgets/budget.ts'
import { worstCaseTokens, worstCaseUsd } from '../../domain/budgets/worst-case.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { jcs } from '../../domain/ledger/json.ts'
import type { RequestContext } from '../../domain/requests/types.ts'
import type { RouteDecision, RouteRefusal } from '../../domain/routing/types.ts'
import { PalimpsestError } from '../../errors.ts'
import type { BudgetExhausted, Reservation } from '../../ports/budgets.ts'
import type { ApiDeps } from '../deps.ts'

/** Seconds after which a call is worth another try that only calls in flight left no room for. */
const HELD_RETRY_SECONDS = 10

/**
 * What has to be reserved for a call: the worst that the dearest of its models may charge, in every budget that binds it. Null: none
 * does, or nothing will be asked.
 * @param subjectPseudonym null where the call names no user
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
  const budgets = deps.config.tenants.get(context.tenantId)?.budgets ?? []
  if (budgets.length === 0 || planned.kind === 'refusal') return null
  const allowances = allowancesOf(budgets, { ...context, subjectPseudonym }, context.acceptedAt)
  if (allowances.length === 0) return null
  const targets = [planned.target, ...planned.fallbacks]
  return { amountUsd: worstCaseUsd(targets, worstCaseTokens(body), context.acceptedAt, deps.prices), allowances }
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
