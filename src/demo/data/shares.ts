import { DAY_MS, layOut, type Year } from './calendar.ts'
import type { DemoOptions } from './options.ts'

/** How the year of each tenant goes. The first one has most of the requests; together they have all. */
export function yearsOf({
  entries,
  days,
  untilMs,
  tenants,
}: Pick<DemoOptions, 'entries' | 'days' | 'untilMs'> & { tenants: readonly unknown[] }): Year[] {
  const weights = tenants.map((_, n) => 0.55 ** n)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [given, wanted] = [0, 0]
  return weights.map((weight) => {
    wanted += (weight / total) * entries
    const count = Math.round(wanted) - given
    given += count
    return layOut(untilMs - days * DAY_MS, days, count)
  })
}
