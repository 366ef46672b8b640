import { BudgetExhausted, type Reservation } from '../../../ports/budgets.ts'

const NO_ROOM = 'PB402'

/** A reservation as the parameters of `budget_reserve`. */
export function columnsOf({ amountUsd, allowances }: Reservation) {
  return {
    amount: amountUsd,
    names: allowances.map(({ name }) => name),
    subjects: allowances.map(({ subjectPseudonym }) => subjectPseudonym),
    starts: allowances.map(({ period }) => period.start),
    ends: allowances.map(({ period }) => period.end),
    softs: allowances.map(({ softLimitUsd }) => softLimitUsd),
    hards: allowances.map(({ hardLimitUsd }) => hardLimitUsd),
  }
}

/** What the database says where a budget has no room, as the port says it; any other error as it is. */
export function toBudgetError(error: unknown): unknown {
  const { code, detail } = error as { code?: unknown; detail?: unknown }
  if (code !== NO_ROOM || typeof detail !== 'string') return error
  const { budget, period_start: start, period_end: end, limit_usd: limitUsd, held } = JSON.parse(detail)
  return new BudgetExhausted({ budget, period: { start, end }, limitUsd, held })
}
