import { periodOf } from '../budgets/period.ts'
import { groupBy } from './statistics.ts'
import { DAY_MS, dayText, type Hint, type HintBudget, type HintFacts, type UsageRow } from './types.ts'

/** Days that the forecast rests on, and days before which there is none. */
const BASIS_DAYS = 14
/** Standard deviations below the forecast at which it still breaks the budget: 99 % of months that look so break it. */
const SURELY = 2.326

/**
 * Spend that will break its budget. Each day the rest of the period is forecast by the mean of each weekday over two weeks, with the
 * scatter of days around it; the hint comes where even the low end of the forecast is past the limit, or the limit is passed.
 */
export function spend({ usage, budgets, from, to }: Pick<HintFacts, 'usage' | 'budgets' | 'from' | 'to'>): Hint[] {
  return budgets.flatMap((budget) => {
    const daily = dailyOf(usage.filter((row) => isIn(row, budget)))
    const hints: Hint[] = []
    let told = -1
    for (let day = from + BASIS_DAYS * DAY_MS; day <= to; day += DAY_MS) {
      const period = periodAround(budget.period, day - DAY_MS)
      if (period.from === told || period.from < from) continue
      const forecast = forecastOf(daily, day, period)
      if (Math.max(forecast.low, forecast.spent) < budget.limitUsd) continue
      told = period.from
      hints.push(hintOf(budget, period, day, forecast, to))
    }
    return hints
  })
}

function isIn(row: UsageRow, budget: HintBudget): boolean {
  return (['team', 'app', 'tool', 'feature'] as const).every(
    (name) => budget[name] === null || budget[name] === row[name],
  )
}

function dailyOf(rows: readonly UsageRow[]): Map<number, number> {
  return new Map(
    [...groupBy(rows, ({ day }) => String(day))].map(([day, own]) => [
      Number(day),
      own.reduce((sum, { costUsd }) => sum + costUsd, 0),
    ]),
  )
}

interface Period {
  from: number
  to: number
}

function periodAround(name: HintBudget['period'], day: number): Period {
  const { start, end } = periodOf(name, day)
  return { from: Date.parse(start), to: Date.parse(end) }
}

interface Forecast {
  spent: number
  expected: number
  low: number
  high: number
}

/** What a period will have cost, as it looks at the midnight before `day`. */
function forecastOf(daily: ReadonlyMap<number, number>, day: number, period: Period): Forecast {
  const at = (when: number) => daily.get(when) ?? 0
  let spent = 0
  for (let past = period.from; past < day; past += DAY_MS) spent += at(past)
  const means = new Map<number, number>()
  for (let back = 1; back <= 7; back++)
    means.set(new Date(day - back * DAY_MS).getUTCDay(), (at(day - back * DAY_MS) + at(day - (back + 7) * DAY_MS)) / 2)
  let scatter = 0
  for (let back = 1; back <= BASIS_DAYS; back++) {
    const past = day - back * DAY_MS
    scatter += (at(past) - (means.get(new Date(past).getUTCDay()) ?? 0)) ** 2 / (BASIS_DAYS / 2)
  }
  let rest = 0
  let days = 0
  for (let ahead = day; ahead < period.to; ahead += DAY_MS) {
    rest += means.get(new Date(ahead).getUTCDay()) ?? 0
    days++
  }
  // Of each day to come, and of the means it stands on.
  const error = Math.sqrt(scatter * (days + days ** 2 / BASIS_DAYS))
  return {
    spent,
    expected: spent + rest,
    low: spent + Math.max(0, rest - SURELY * error),
    high: spent + rest + SURELY * error,
  }
}

function hintOf(budget: HintBudget, period: Period, day: number, forecast: Forecast, to: number): Hint {
  const { team, app, tool, feature } = budget
  const scope = Object.entries({ team, app, tool, feature }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value]],
  )
  const cents = (value: number) => value.toFixed(2)
  return {
    kind: 'spend',
    about: {
      budget: `${budget.limit} limit of a ${budget.period}`,
      period: dayText(period.from),
      ...Object.fromEntries(scope),
    },
    since: day,
    until: period.to > to ? null : period.to,
    figures: {
      limit_usd: cents(budget.limitUsd),
      spent_usd: cents(forecast.spent),
      forecast_usd: cents(forecast.expected),
      forecast_low_usd: cents(forecast.low),
      forecast_high_usd: cents(forecast.high),
      days_left: Math.round((period.to - day) / DAY_MS),
    },
    rule: `the low end (${SURELY} standard deviations) of a forecast by weekday means of ${BASIS_DAYS} days is past the limit, or the limit is passed`,
    advice:
      'See the cost report for what grew; take a cheaper model for that tool, shorten its prompts, or raise the budget on purpose.',
  }
}
