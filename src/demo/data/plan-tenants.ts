import { DAY_MS, HOUR_MS, type Year } from './calendar.ts'
import { TOOLS, userNames } from './organisation.ts'
import { crewsOf, type DemoTenant, type DemoUser } from './people.ts'
import { Chance } from './random.ts'

/** Requests of one person in the whole time, on average. */
const CALLS_A_PERSON = 90
const FEWEST_PEOPLE = 12
const MOST_PEOPLE = 600
/** Days between two erasures of a tenant, on average. */
const ERASURE_EVERY_DAYS = 24

/** The people of a tenant: some work with several tools, some ask a lot, a few are erased in the course of the year. */
export function planTenant(seed: string, id: string, region: string, year: Year): DemoTenant {
  const chance = new Chance(seed, `people of ${id}`)
  const entries = year.counts.reduce((sum, count) => sum + count, 0)
  const people = Math.min(MOST_PEOPLE, Math.max(FEWEST_PEOPLE, Math.round(entries / CALLS_A_PERSON)))
  const erasures = Math.min(Math.floor(people / 8), Math.round(year.days / ERASURE_EVERY_DAYS))
  const tools = TOOLS.filter(({ isNightly }) => !isNightly)
  const users = userNames(people).map((name, index): DemoUser => {
    const own = index < tools.length ? tools[index % tools.length] : chance.weighted(tools, ({ weight }) => weight)
    const more = chance.isBelow(0.3) ? [chance.of(tools)] : []
    return {
      name,
      tools: own === undefined ? more : [own, ...more],
      weight: chance.logNormal(1, 0.9),
      // Never those whom a tool needs.
      erasedAt: index >= people - erasures ? officeHour(chance, year, 0.15 + 0.83 * chance.next()) : null,
    }
  })
  return { id, region, users, crews: crewsOf(users) }
}

/** A moment of a working day between nine and seventeen, UTC, around a part of the year from 0 to 1. */
export function officeHour(chance: Chance, year: Year, part: number): number {
  const day = Math.min(year.days - 1, Math.floor(part * year.days))
  const midnight = year.startMs + day * DAY_MS
  const weekday = new Date(midnight).getUTCDay()
  const workday = weekday === 0 || weekday === 6 ? midnight - (weekday === 0 ? 2 : 1) * DAY_MS : midnight
  return Math.max(year.startMs, workday) + Math.floor((9 + 8 * chance.next()) * HOUR_MS)
}
