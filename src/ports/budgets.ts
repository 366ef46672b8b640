import type { Allowance } from '../domain/budgets/budget.ts'
import type { BudgetPeriod } from '../domain/budgets/period.ts'

/** What a call may cost at most, in every budget that binds it. */
export interface Reservation {
  /** Decimal text in US dollars. */
  amountUsd: string
  /** In the order in which they are locked; at least one. */
  allowances: readonly Allowance[]
}

/** How a budget stands in a period. Amounts are decimal text in US dollars. */
export interface BudgetStanding {
  name: string
  /** What the ledger's entries of its calls cost. */
  spentUsd: string
  /** What calls in flight may cost beside that. */
  reservedUsd: string
  /** Of the one who used most, where each user has their own. */
  mostUsedUsd: string
  /** Counters it stands for: users, where each has their own. */
  counters: number
}

/** A soft limit that was reached and is not on record yet. */
export interface BudgetNotice {
  id: string
  tenantId: string
  budget: string
  subjectPseudonym: string
  period: BudgetPeriod
  limitUsd: string
  spentUsd: string
}

/** What budgets stand at. Reservations are made and settled by the stores of requests and entries, in their transactions. */
export interface Budgets {
  /** Of these budgets of a tenant, those that were counted in the period that begins on `start`. */
  standing(tenantId: string, budgets: readonly { name: string; start: string }[]): Promise<BudgetStanding[]>
  /** What is spent and reserved of one allowance, for a look before a call is made. */
  used(tenantId: string, allowance: Allowance): Promise<{ spentUsd: string; reservedUsd: string }>
  /** What has to be put on record, oldest first. The entry takes it away. */
  notices(limit: number): Promise<BudgetNotice[]>
  /** Removes counters of periods that ended more than `days` days ago and that no call in flight counts in. */
  removeEnded(days: number): Promise<number>
}

/** Thrown where a budget has no room for what a call may cost; nothing was written. */
export class BudgetExhausted extends Error {
  readonly budget: string
  readonly period: BudgetPeriod
  readonly limitUsd: string
  /** What is spent leaves room: calls in flight hold the rest. */
  readonly held: boolean

  constructor(fields: { budget: string; period: BudgetPeriod; limitUsd: string; held: boolean }) {
    super('a budget has no room for this call')
    this.name = 'BudgetExhausted'
    this.budget = fields.budget
    this.period = fields.period
    this.limitUsd = fields.limitUsd
    this.held = fields.held
  }
}
