import { PalimpsestError } from '../../errors.ts'
import { DAY_MS, dayOf, type Year } from './calendar.ts'
import type { DemoOptions, DemoResult, DemoTenantOptions, Share } from './options.ts'
import { planDay } from './plan-calls.ts'
import { planTenant } from './plan-tenants.ts'
import { Chance } from './random.ts'
import { yearsOf } from './shares.ts'
import { identityOfUser } from './tenant-year.ts'

/** The store that a year is written into, as whoever hands out its shares needs it. */
export interface YearStore {
  /** Whether there is an entry of this id. */
  exists(id: string): Promise<boolean>
  /** Makes log and keys of a tenant, so that shares find them; gives the number behind its last receipt. */
  prepare(tenantId: string): Promise<number>
  /** Makes sure that the partitions of days exist. Nobody writes while some are made: so they are there before any share is written. */
  ensureDays(firstDay: string, days: number): Promise<void>
  /** Writes a share. @param told how many entries of each kind were written since it was told last. */
  writeShare(share: Share, told: (written: Record<string, number>) => void): Promise<void>
  /** Gives leaves to what is written until `writing` has ended and nothing waits for one. @throws what `writing` rejects with */
  sequence(writing: Promise<unknown>): Promise<void>
  /** Detaches a person from what they are known by, and destroys their key; nobody is known by that: nothing. */
  erase(tenantId: string, identity: string): Promise<void>
}

/**
 * Writes a made-up year in so many shares beside each other.
 * @throws PalimpsestError `demo_data_there` where this seed's entries stand in the store already.
 */
export async function writeYear(store: YearStore, options: DemoOptions, shares: number): Promise<DemoResult> {
  const { entries, days, untilMs, seed } = options
  const years = yearsOf(options)
  const planned = options.tenants.map((tenant, index) => ({ ...tenant, year: years[index] as Year }))
  const tenants: DemoTenantOptions[] = []
  for (const { year, ...tenant } of planned) {
    const id = firstId(seed, tenant, year)
    if (id !== null && (await store.exists(id))) throw isThere()
    tenants.push({ ...tenant, firstReceipt: await store.prepare(tenant.id) })
  }
  await store.ensureDays(dayOf(untilMs - days * DAY_MS), days)
  const result: DemoResult = { written: {}, from: dayOf(untilMs - days * DAY_MS), to: dayOf(untilMs - DAY_MS) }
  let count = 0
  const told = (written: Record<string, number>) => {
    for (const [kind, more] of Object.entries(written)) {
      result.written[kind] = (result.written[kind] ?? 0) + more
      count += more
    }
    options.onProgress(count)
  }
  const writing = Array.from({ length: shares }, (_, index) =>
    store.writeShare({ entries, days, untilMs, seed, tenants, index, of: shares }, told),
  )
  await store.sequence(Promise.all(writing))
  for (const { id, region, year } of planned) {
    for (const user of planTenant(seed, id, region, year).users) {
      if (user.erasedAt !== null) await store.erase(id, identityOfUser(user))
    }
  }
  return result
}

/** The id of a tenant's first request; null: it has none. */
function firstId(seed: string, { id, region }: { id: string; region: string }, year: Year): string | null {
  const tenant = planTenant(seed, id, region, year)
  const day = year.counts.findIndex((count) => count > 0)
  const [call] = day < 0 ? [] : planDay(new Chance(seed, `calls of ${id}`), year, tenant, day)
  return call?.id ?? null
}

function isThere(): PalimpsestError {
  return new PalimpsestError({
    code: 'demo_data_there',
    status: 409,
    message: 'The entries of this seed stand in the store already: choose another --seed.',
  })
}
