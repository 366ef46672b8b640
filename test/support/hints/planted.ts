import type { Planted } from '../../../src/demo/data/planted.ts'
import { DAY_MS, type Hint } from '../../../src/domain/hints/types.ts'

/** Days that a hint may begin after, or before, what it is about: weeks are judged as a whole. */
const SLACK_DAYS = { personal_data: 28, latency: 1, errors: 1, refusals: 1, spend: 14, models: 0 }

/** Whether a hint is about something that was put into the year. */
export function isAbout(hint: Hint, planted: Planted): boolean {
  const slack = SLACK_DAYS[hint.kind] * DAY_MS
  return (
    hint.kind === planted.kind &&
    Object.entries(planted.about).every(([name, value]) => hint.about[name] === value) &&
    hint.since < planted.to + slack &&
    (hint.until ?? Number.POSITIVE_INFINITY) > planted.from - slack
  )
}

/** How many of these hints began in each month of the calendar. */
export function byMonth(hints: readonly Hint[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { since } of hints) {
    const month = new Date(since).toISOString().slice(0, 7)
    counts.set(month, (counts.get(month) ?? 0) + 1)
  }
  return counts
}
