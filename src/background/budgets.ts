import type { Config } from '../config/types.ts'
import { budgetName } from '../domain/budgets/budget.ts'
import { periodOf } from '../domain/budgets/period.ts'
import type { Budgets } from '../ports/budgets.ts'

export interface MeasureDeps {
  budgets: Pick<Budgets, 'standing'>
  config: Pick<Config, 'tenants'>
  metrics: { budgetUsed(tenant: string, budget: string, ratio: number): void }
  now(): number
}

/** How much of each budget with a hard limit is spent and reserved; where each user has one, of the one who used most. */
export async function measureBudgets({ budgets, config, metrics, now }: MeasureDeps): Promise<void> {
  for (const tenant of config.tenants.values()) {
    const limited = tenant.budgets.filter(({ hardLimitUsd }) => hardLimitUsd !== null)
    const asked = limited.map((budget) => ({ name: budgetName(budget), start: periodOf(budget.period, now()).start }))
    const standing = new Map((await budgets.standing(tenant.id, asked)).map((one) => [one.name, one]))
    for (const budget of limited) {
      const name = budgetName(budget)
      const [used, limit] = [Number(standing.get(name)?.mostUsedUsd ?? 0), Number(budget.hardLimitUsd)]
      metrics.budgetUsed(tenant.id, name, limit > 0 ? used / limit : used > 0 ? 1 : 0)
    }
  }
}
