import { endUserOf } from '../../domain/chat/validate.ts'
import { addDecimals, type Decimal, negated, parseDecimal, plainText } from '../../domain/cost/decimal.ts'
import type { RouteDecision, RouteRefusal } from '../../domain/routing/types.ts'
import { BudgetExhausted, type Reservation } from '../../ports/budgets.ts'
import { budgetExhausted, nameOf, PriceUnknown, priceUnknown, reservationOf } from '../chat-completions/reserve.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call, Step } from './dry-run-steps.ts'

/** What the call may cost, and how the budgets stand that bind it; nothing is reserved. */
export async function budgetStep(
  deps: ApiDeps,
  { caller, headers, body }: Call,
  planned: RouteDecision | RouteRefusal,
): Promise<Step> {
  const { tenantId, team, app } = caller
  const user = endUserOf(body) || null
  const person = user === null ? undefined : await deps.subjects.find(tenantId, `user:${user}`)
  const { tool, feature } = headers
  const context = { tenantId, team, app, tool, feature, acceptedAt: deps.now() }
  // Somebody who is not known yet has spent nothing.
  const subjectPseudonym = user === null ? null : (person?.pseudonym ?? '')
  let reservation: Reservation | null
  try {
    reservation = reservationOf(deps, { context, subjectPseudonym, body, planned })
  } catch (error) {
    if (!(error instanceof PriceUnknown)) throw error
    const found = { unpriced: nameOf(error.target), budgets: [] }
    return { step: 'budget', refused: priceUnknown(error), found }
  }
  if (reservation === null) return { step: 'budget', refused: null, found: { budgets: [] } }
  const standing = await Promise.all(
    reservation.allowances.map(async (allowance) => ({
      allowance,
      used: await deps.budgets.used(tenantId, allowance),
    })),
  )
  const amount = parseDecimal(reservation.amountUsd)
  const budgets = standing.map(({ allowance, used: { spentUsd, reservedUsd } }) => {
    const { hardLimitUsd, period, name } = allowance
    const left = hardLimitUsd === null ? null : minus(parseDecimal(hardLimitUsd), parseDecimal(spentUsd), amount)
    const isOver = left !== null && isNegative(minus(left, parseDecimal(reservedUsd)))
    const over =
      isOver && new BudgetExhausted({ budget: name, period, limitUsd: hardLimitUsd ?? '', held: !isNegative(left) })
    return { name, ok: !isOver, hard_limit_usd: hardLimitUsd, spent_usd: spentUsd, reserved_usd: reservedUsd, over }
  })
  const first = budgets.find(({ over }) => over)?.over
  return {
    step: 'budget',
    refused: first ? budgetExhausted(first, deps.now()) : null,
    found: { may_cost_usd: plainText(amount), budgets: budgets.map(({ over, ...shown }) => shown) },
  }
}

function minus(from: Decimal, ...amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((left, amount) => addDecimals(left, negated(amount)), from)
}

function isNegative({ units }: Decimal): boolean {
  return units < 0n
}
