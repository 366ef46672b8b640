import { type BudgetPeriod, type PeriodName, periodOf } from './period.ts'

/** What may be spent, of what, in a period. Amounts are decimal text in US dollars. */
export interface Budget {
  period: PeriodName
  softLimitUsd: string | null
  hardLimitUsd: string | null
  /** What the budget is for; all null: the tenant. */
  team: string | null
  app: string | null
  tool: string | null
  feature: string | null
  /** `any`: each user has this budget of their own. Absent: no user in particular. */
  user?: 'any'
}

/** Of a call, what decides which budgets bind it. */
export interface Spender {
  team: string | null
  app: string
  tool: string
  feature: string | null
  /** Null: the call names no user. */
  subjectPseudonym: string | null
}

/** A budget that binds a call. */
export interface Allowance {
  name: string
  /** Whose of those who each have their own; empty: there is one for all. */
  subjectPseudonym: string
  period: BudgetPeriod
  softLimitUsd: string | null
  hardLimitUsd: string | null
}

const FILTERS = ['team', 'app', 'tool', 'feature'] as const

/**
 * What a budget is called, and what it counts under: its period and what it is for, such as `month app=helpdesk user=any`. Its limits
 * are not in it, so that it goes on where they are changed.
 */
export function budgetName(budget: Budget): string {
  const named = FILTERS.flatMap((filter) => (budget[filter] === null ? [] : [`${filter}=${budget[filter]}`]))
  return [budget.period, ...named, ...(budget.user ? [`user=${budget.user}`] : [])].join(' ')
}

/** The budgets that bind a call at this time, in the order in which they are locked. @param atMs since the Unix epoch */
export function allowancesOf(budgets: readonly Budget[], spender: Spender, atMs: number): Allowance[] {
  return budgets
    .filter((budget) => binds(budget, spender))
    .map((budget) => ({
      name: budgetName(budget),
      subjectPseudonym: budget.user ? (spender.subjectPseudonym ?? '') : '',
      period: periodOf(budget.period, atMs),
      softLimitUsd: budget.softLimitUsd,
      hardLimitUsd: budget.hardLimitUsd,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A call that names no user is not held to what each user has: the pseudonym it runs under lasts a day. */
function binds(budget: Budget, spender: Spender): boolean {
  if (budget.user && spender.subjectPseudonym === null) return false
  return FILTERS.every((filter) => budget[filter] === null || budget[filter] === spender[filter])
}

/** The hard limit of each budget by its name, null for one without: what further attempts are held to. */
export function hardLimits(budgets: readonly Budget[]): Record<string, string | null> {
  return Object.fromEntries(budgets.map((budget) => [budgetName(budget), budget.hardLimitUsd]))
}
