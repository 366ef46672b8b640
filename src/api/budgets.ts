import { Hono } from 'hono'
import type { KeyIdentity } from '../config/types.ts'
import { type Budget, budgetName } from '../domain/budgets/budget.ts'
import { periodOf } from '../domain/budgets/period.ts'
import { addDecimals, negated, parseDecimal, plainText } from '../domain/cost/decimal.ts'
import type { BudgetStanding } from '../ports/budgets.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'

/** Budgets of the caller's tenant and how they stand in their periods; an app sees those that may bind its calls. */
export function budgets(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/budgets', requireRole(deps, 'operator', 'admin', 'app'), async (c) => {
    const caller = c.get('caller')
    const now = deps.now()
    const own = (deps.config.tenants.get(caller.tenantId)?.budgets ?? []).filter((budget) => maySee(caller, budget))
    const asked = own.map((budget) => ({ name: budgetName(budget), start: periodOf(budget.period, now).start }))
    const found = new Map((await deps.budgets.standing(caller.tenantId, asked)).map((one) => [one.name, one]))
    c.header('cache-control', 'no-store')
    return c.json({ budgets: own.map((budget) => budgetJson(budget, found.get(budgetName(budget)), now)) })
  })
  return app
}

function maySee({ roles, app, team }: KeyIdentity, budget: Budget): boolean {
  if (roles.includes('operator') || roles.includes('admin')) return true
  return (budget.app ?? app) === app && (budget.team ?? team) === team
}

function budgetJson(budget: Budget, standing: BudgetStanding | undefined, now: number) {
  const { team, app, tool, feature, user, softLimitUsd, hardLimitUsd } = budget
  const period = periodOf(budget.period, now)
  const most = plain(standing?.mostUsedUsd)
  return {
    name: budgetName(budget),
    ...{ team, app, tool, feature, user: user ?? null },
    period: budget.period,
    period_start: period.start,
    period_end: period.end,
    soft_limit_usd: softLimitUsd,
    hard_limit_usd: hardLimitUsd,
    spent_usd: plain(standing?.spentUsd),
    reserved_usd: plain(standing?.reservedUsd),
    // Where each user has one of their own, of the one who used most.
    remaining_usd: hardLimitUsd === null ? null : remaining(hardLimitUsd, most),
    ...(user && { users: standing?.counters ?? 0, most_used_usd: most }),
  }
}

function plain(amount = '0'): string {
  return plainText(parseDecimal(amount))
}

function remaining(limit: string, used: string): string {
  const left = addDecimals(parseDecimal(limit), negated(parseDecimal(used)))
  return left.units < 0n ? '0' : plainText(left)
}
