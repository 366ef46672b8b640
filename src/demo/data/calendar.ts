import type { ProviderName } from '../../domain/routing/types.ts'

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

/** Shares of a working day by hour, UTC; two peaks around noon. */
const HOURS = [1, 1, 1, 1, 1, 2, 5, 14, 34, 52, 60, 55, 36, 48, 58, 54, 42, 26, 13, 8, 6, 4, 2, 1]
/** Monday to Sunday. */
const WEEKDAYS = [1, 1.06, 1.08, 1.02, 0.86, 0.14, 0.1]

/** What went wrong for some hours. */
export interface Incident {
  from: number
  to: number
  provider: ProviderName
  kind: 'outage' | 'rate limits' | 'slow'
}

/** What changed in one tool for some time. */
export interface ToolChange {
  from: number
  to: number
  tool: string
  /** `pasting`: people put logs with addresses and secrets in; `long prompts`: a loop sends far too much; `not allowed`: an app asks
   * for a model that it may not have. */
  kind: 'pasting' | 'long prompts' | 'not allowed'
}

/** How a year of days goes, from its first day's midnight on, UTC. */
export interface Year {
  startMs: number
  days: number
  /** Requests of each day. */
  counts: readonly number[]
  incidents: readonly Incident[]
  changes: readonly ToolChange[]
}

/** Lays requests out over the days: growth, weekdays, the turn of the year, a slower August. */
export function layOut(startMs: number, days: number, entries: number): Year {
  const weights = Array.from({ length: days }, (_, day) => weightOf(startMs + day * DAY_MS, day / days))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [given, wanted] = [0, 0]
  const counts = weights.map((weight) => {
    wanted += (weight / total) * entries
    const count = Math.round(wanted) - given
    given += count
    return count
  })
  const at = (part: number, hour: number) => workday(startMs + Math.floor(days * part) * DAY_MS) + hour * HOUR_MS
  const incident = (part: number, hour: number, hours: number, provider: ProviderName, kind: Incident['kind']) => ({
    from: at(part, hour),
    to: at(part, hour) + hours * HOUR_MS,
    provider,
    kind,
  })
  return {
    startMs,
    days,
    counts,
    incidents: [
      incident(0.33, 9, 3, 'openai', 'rate limits'),
      incident(0.62, 12, 6, 'openai', 'outage'),
      incident(0.81, 8, 9, 'anthropic', 'slow'),
      incident(0.93, 8, 33, 'azure', 'outage'),
    ],
    changes: [
      { from: at(0.47, 9), to: at(0.47, 14), tool: 'code_assistant', kind: 'not allowed' },
      { from: at(0.55, 0), to: at(0.72, 0), tool: 'code_assistant', kind: 'pasting' },
      { ...monthPart(startMs + Math.floor(days * 0.76) * DAY_MS, 3, 25), tool: 'meeting_notes', kind: 'long prompts' },
    ],
  }
}

function weightOf(midnightMs: number, part: number): number {
  const date = new Date(midnightMs)
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()]
  const holidays = (month === 12 && day >= 24) || (month === 1 && day === 1) ? 0.25 : month === 8 ? 0.85 : 1
  return (0.5 + 1.1 * part ** 1.3) * (WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? 1) * holidays
}

/** From one day of the month that a time lies in to before another. */
function monthPart(at: number, first: number, below: number): { from: number; to: number } {
  const [year, month] = [new Date(at).getUTCFullYear(), new Date(at).getUTCMonth()]
  return { from: Date.UTC(year, month, first), to: Date.UTC(year, month, below) }
}

/** That day, or the Tuesday after where it is a weekend. */
function workday(midnightMs: number): number {
  const weekday = new Date(midnightMs).getUTCDay()
  return weekday === 0 || weekday === 6 ? midnightMs + (weekday === 6 ? 3 : 2) * DAY_MS : midnightMs
}

/** A time of day in milliseconds, as likely as people work; a batch runs from two in the morning. */
export function timeOfDay(chance: { next(): number }, isNightly: boolean): number {
  if (isNightly) return Math.floor((2 + chance.next() ** 2 * 1.5) * HOUR_MS)
  let left = chance.next() * HOURS.reduce((sum, share) => sum + share, 0)
  for (const [hour, share] of HOURS.entries()) {
    if (left < share) return Math.floor((hour + left / share) * HOUR_MS)
    left -= share
  }
  return DAY_MS - 1
}

/** The day of a moment, UTC. @param ms milliseconds since the Unix epoch. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
