import { BoundedLabel } from './bounded-label.ts'
import type { Makers } from './makers.ts'

export interface MoneyMetrics {
  /** How much of a budget is spent and reserved, 1 is all of its hard limit. Both names are the configuration's. */
  budgetUsed(tenant: string, budget: string, ratio: number): void
  /** A webhook was delivered, or was not after its last try. */
  webhookEnded(outcome: 'delivered' | 'failed'): void
}

const MOST_TENANTS = 200
const MOST_BUDGETS = 500

/** Budgets, and who is told of them. */
export function moneyMetrics({ counter, gauge }: Makers): MoneyMetrics {
  const used = gauge(
    'budget_used_ratio',
    "Spent and reserved of a budget's hard limit in its period; 1 is all of it.",
    ['tenant', 'budget'],
  )
  const webhooks = counter('webhooks_total', 'Webhooks by outcome.', ['outcome'])
  const [tenants, budgets] = [new BoundedLabel(MOST_TENANTS), new BoundedLabel(MOST_BUDGETS)]
  return {
    budgetUsed: (tenant, budget, ratio) => used.set({ tenant: tenants.of(tenant), budget: budgets.of(budget) }, ratio),
    webhookEnded: (outcome) => webhooks.inc({ outcome }),
  }
}
