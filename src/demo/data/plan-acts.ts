import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { DAY_MS, type Year } from './calendar.ts'
import type { DemoTenant, DemoUser } from './people.ts'
import { officeHour } from './plan-tenants.ts'
import { benchmarkedAt } from './planted.ts'
import { Chance } from './random.ts'

interface At {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
}

/** What officers do; `user` is whom it is about. */
export type PlannedAct =
  | (At & { kind: 'policy'; change: string; before: string | null })
  | (At & { kind: 'hold'; user: DemoUser | null; from: number; to: number; reason: string; id: string })
  | (At & { kind: 'release'; holdId: string; user: DemoUser | null })
  | (At & { kind: 'erasure'; caseId: string; user: DemoUser; completed: At })
  | (At & { kind: 'refused erasure'; caseId: string; holdId: string })
  | (At & { kind: 'benchmark' })

const REASONS = ['a complaint before the labour court', 'an audit of the tax office', 'a claim for damages']
const CHANGES = ['answers are looked at', 'threshold of PERSON is 0.6', 'contract_review only with newer models']

/** The acts of a tenant's officers over the year, in order of time; disclosures come with the calls they are about. */
export function planActs(seed: string, tenant: DemoTenant, year: Year): PlannedAct[] {
  const chance = new Chance(seed, `officers of ${tenant.id}`)
  const moment = (at: number): At => ({ at, id: uuidv7(at, chance.bytes(10)) })
  const staying = tenant.users.filter(({ erasedAt }) => erasedAt === null)
  const acts: PlannedAct[] = CHANGES.map((change, index) => ({
    ...moment(officeHour(chance, year, 0.12 + 0.3 * index + 0.1 * chance.next())),
    kind: 'policy',
    change,
    before: CHANGES[index - 1] ?? null,
  }))
  for (const [index, reason] of REASONS.entries()) {
    const placed = moment(officeHour(chance, year, 0.2 + 0.25 * index))
    const user = index === 1 ? null : (staying[index] ?? null)
    const period = { from: placed.at - 30 * DAY_MS, to: placed.at - 20 * DAY_MS }
    acts.push({ ...placed, ...period, kind: 'hold', user, reason })
    // Who is held is not erased; the last hold stays in force.
    if (user !== null) {
      const refused = moment(placed.at + chance.whole(1, 4) * DAY_MS)
      if (isWithin(year, refused.at)) {
        acts.push({
          ...refused,
          kind: 'refused erasure',
          caseId: uuidv7(refused.at - 60_000, chance.bytes(10)),
          holdId: placed.id,
        })
      }
    }
    const released = moment(placed.at + Math.floor((0.05 + 0.1 * chance.next()) * year.days * DAY_MS))
    const isLast = index === REASONS.length - 1
    if (!isLast && isWithin(year, released.at)) acts.push({ ...released, kind: 'release', holdId: placed.id, user })
  }
  acts.push({ ...moment(benchmarkedAt(year)), kind: 'benchmark' })
  for (const user of tenant.users) {
    if (user.erasedAt === null) continue
    // Behind the person's last call.
    const asked = moment(user.erasedAt)
    const completed = moment(user.erasedAt + chance.whole(20_000, 600_000))
    acts.push({ ...asked, kind: 'erasure', caseId: uuidv7(asked.at - 60_000, chance.bytes(10)), user, completed })
  }
  return acts.filter(({ at }) => isWithin(year, at)).sort((a, b) => a.at - b.at)
}

function isWithin(year: Year, at: number): boolean {
  return at >= year.startMs && at < year.startMs + year.days * DAY_MS - 1_000_000
}
