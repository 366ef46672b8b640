export const periodNames = ['day', 'week', 'month', 'year'] as const
export type PeriodName = (typeof periodNames)[number]

/** Dates in UTC as `2026-11-28`: the first day of a period, and the first one after it. */
export interface BudgetPeriod {
  start: string
  end: string
}

/** The period a time falls in, in UTC; weeks begin on Monday. @param atMs milliseconds since the Unix epoch */
export function periodOf(name: PeriodName, atMs: number): BudgetPeriod {
  const at = new Date(atMs)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (name) {
    case 'day':
      return between(Date.UTC(year, month, day), Date.UTC(year, month, day + 1))
    case 'week': {
      const monday = day - ((at.getUTCDay() + 6) % 7)
      return between(Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7))
    }
    case 'month':
      return between(Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1))
    case 'year':
      return between(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
  }
}

function between(start: number, end: number): BudgetPeriod {
  return { start: dateOf(start), end: dateOf(end) }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
