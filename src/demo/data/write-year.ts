import type { PriceTable } from '../../domain/cost/price.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import type { EntryDraft } from '../../domain/ledger/entry-draft.ts'
import { PalimpsestError } from '../../errors.ts'
import type { KeyService } from '../../ports/key-service.ts'
import type { LedgerWriter } from '../../ports/ledger-writer.ts'
import type { Subject, SubjectDirectory } from '../../ports/subject-directory.ts'
import { type ActContext, buildAct, buildDisclosure } from './build-act.ts'
import { buildCall, type DemoPolicy } from './build-call.ts'
import { DAY_MS, HOUR_MS, layOut, type Year } from './calendar.ts'
import { type PlannedAct, planActs } from './plan-acts.ts'
import { type DemoTenant, type PlannedCall, planDay } from './plan-calls.ts'
import { planTenant } from './plan-tenants.ts'
import { Chance } from './random.ts'

export interface DemoStore {
  ledger: LedgerWriter
  subjects: SubjectDirectory
  keys: KeyService
  prices: PriceTable
  /** Makes sure that a day's partitions exist. */
  ensureDay(day: string): Promise<void>
  /** Whether there is an entry of this id. */
  exists(id: string): Promise<boolean>
  /** The number behind the tenant's last receipt. */
  nextReceipt(tenantId: string): Promise<number>
  /** Detaches a person from what they are known by, and destroys their key. */
  erase(subject: Subject): Promise<void>
  /** Gives leaves to what was written; where it is said, until nothing waits for one. */
  sequence(until?: 'nothing waits'): Promise<void>
}

export interface DemoOptions {
  /** Requests, over all tenants and days. */
  entries: number
  days: number
  /** Milliseconds since the Unix epoch of the midnight, UTC, that the year ends at. */
  untilMs: number
  seed: string
  tenants: readonly (DemoPolicy & { id: string; region: string })[]
  /** Told now and then how many entries are written. */
  onProgress(entries: number): void
}

export interface DemoResult {
  /** Entries by kind. */
  written: Record<string, number>
  from: string
  to: string
}

const AT_ONCE = 4096
const SUBJECTS_AT_ONCE = 8
/** One in so many calls is read by an officer. */
const DISCLOSED_OF = 350
const PURPOSES = ['a complaint of the customer', 'access under Art. 15 GDPR', 'looking into a wrong answer']

/**
 * Writes a made-up year through the ledger's own writer: entries with their days' ids, content sealed under keys of persons, so
 * that whatever checks, archives or reports real entries does so with these.
 * @throws PalimpsestError `demo_data_there` where this seed's entries stand in the store already.
 */
export async function writeYear(store: DemoStore, options: DemoOptions): Promise<DemoResult> {
  const { entries, days, untilMs, tenants } = options
  const startMs = untilMs - days * DAY_MS
  const counts = sharesOf(tenants.length, entries)
  const all = tenants.map(
    (tenant, index) => new TenantYear(store, options.seed, layOut(startMs, days, counts[index] ?? 0), tenant),
  )
  const result: DemoResult = { written: {}, from: dayOf(startMs), to: dayOf(untilMs - DAY_MS) }
  const appending = new Appending(store, result, options.onProgress)
  for (let day = 0; day < days; day++) {
    await store.ensureDay(dayOf(startMs + day * DAY_MS))
    for (const tenant of all) {
      for await (const drafts of tenant.day(day)) await appending.add(drafts)
    }
  }
  await appending.finish()
  for (const tenant of all) await tenant.eraseAll()
  return result
}

/** The first tenant has most; together they have all. */
function sharesOf(tenants: number, entries: number): number[] {
  const weights = Array.from({ length: tenants }, (_, n) => 0.55 ** n)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [given, wanted] = [0, 0]
  return weights.map((weight) => {
    wanted += (weight / total) * entries
    const count = Math.round(wanted) - given
    given += count
    return count
  })
}

class TenantYear {
  private readonly store: DemoStore
  private readonly year: Year
  private readonly policy: DemoPolicy
  private readonly tenant: DemoTenant
  private readonly chance: Chance
  private readonly acts: PlannedAct[]
  private readonly subjects = new Map<string, Subject>()
  private readonly calls = new Map<string, number>()
  private receipt: number | null = null

  constructor(store: DemoStore, seed: string, year: Year, given: DemoOptions['tenants'][number]) {
    this.store = store
    this.year = year
    this.policy = given
    this.tenant = planTenant(seed, given.id, given.region, year)
    this.chance = new Chance(seed, `calls of ${given.id}`)
    this.acts = planActs(seed, this.tenant, year)
  }

  /** The drafts of a day, in order of time, some at a time. */
  async *day(day: number): AsyncGenerator<EntryDraft[]> {
    const calls = planDay(this.chance, this.year, this.tenant, day)
    const [first] = calls
    if (first !== undefined && day === 0 && (await this.store.exists(first.id))) throw isThere()
    await this.resolveAll(calls)
    const from = this.year.startMs + day * DAY_MS
    for (let at = 0; at < calls.length; at += AT_ONCE) {
      yield calls.slice(at, at + AT_ONCE).map((call) => this.call(call))
    }
    const others = calls.flatMap((call) => this.disclosure(call))
    for (const act of this.acts) if (act.at >= from && act.at < from + DAY_MS) others.push(...(await this.act(act)))
    yield others.sort((a, b) => Number(a.envelope.occurred_at - b.envelope.occurred_at))
  }

  async eraseAll(): Promise<void> {
    for (const user of this.tenant.users) {
      const subject = user.erasedAt === null ? undefined : this.subjects.get(`user:${user.name}`)
      if (subject) await this.store.erase(subject)
    }
  }

  private async resolveAll(calls: readonly PlannedCall[]): Promise<void> {
    const wanted = new Set(calls.map(identityOf).filter((identity) => !this.subjects.has(identity)))
    const next = wanted.values()
    const work = async () => {
      for (const identity of next) await this.resolve(identity)
    }
    await Promise.all(Array.from({ length: SUBJECTS_AT_ONCE }, work))
  }

  private async resolve(identity: string): Promise<Subject> {
    const known = this.subjects.get(identity)
    if (known) return known
    const subject = await this.store.subjects.resolve(this.tenant.id, identity)
    this.subjects.set(identity, subject)
    return subject
  }

  private call(call: PlannedCall): EntryDraft {
    const identity = identityOf(call)
    this.calls.set(identity, (this.calls.get(identity) ?? 0) + 1)
    return buildCall(call, this.subjects.get(identity) as Subject, this.policy, this.store.prices)
  }

  private disclosure(call: PlannedCall): EntryDraft[] {
    if (call.user === null || call.user.erasedAt !== null || !this.chance.isBelow(1 / DISCLOSED_OF)) return []
    const midnight = Math.floor(call.at / DAY_MS) * DAY_MS
    // On the same day: an entry stands in the day of its id.
    const at = Math.min(call.at + this.chance.whole(60_000, 4 * HOUR_MS), midnight + DAY_MS - 1)
    const act = { id: uuidv7(at, this.chance.bytes(10)), at, purpose: this.chance.of(PURPOSES) }
    return [buildDisclosure(call, this.subjects.get(identityOf(call)) as Subject, this.policy, act)]
  }

  private async act(act: PlannedAct): Promise<EntryDraft[]> {
    const { id: tenantId } = this.tenant
    const user = 'user' in act ? act.user : null
    const identity = user === null ? null : `user:${user.name}`
    const context: ActContext = {
      tenantId,
      policy: this.policy,
      subject: identity === null ? null : await this.resolve(identity),
      holdKey:
        act.kind === 'hold' && user === null ? await this.store.keys.createDataKey(tenantId, `hold_${act.id}`) : null,
      receiptNumber: act.kind === 'erasure' ? await this.numberReceipt() : 0,
      entries: identity === null ? 0 : (this.calls.get(identity) ?? 0),
    }
    return buildAct(act, context)
  }

  private async numberReceipt(): Promise<number> {
    this.receipt = this.receipt === null ? await this.store.nextReceipt(this.tenant.id) : this.receipt + 1
    return this.receipt
  }
}

function identityOf({ user, tool, at }: PlannedCall): string {
  return user === null ? `daily:${tool.app}:${dayOf(at)}` : `user:${user.name}`
}

/** Appends while the next entries are made, and gives leaves beside it. */
class Appending {
  private readonly store: DemoStore
  private readonly result: DemoResult
  private readonly onProgress: (entries: number) => void
  private under: Promise<unknown> = Promise.resolve()
  private held: EntryDraft[] = []
  private count = 0

  constructor(store: DemoStore, result: DemoResult, onProgress: (entries: number) => void) {
    this.store = store
    this.result = result
    this.onProgress = onProgress
  }

  async add(drafts: readonly EntryDraft[]): Promise<void> {
    this.held.push(...drafts)
    if (this.held.length >= AT_ONCE) await this.flush()
  }

  async finish(): Promise<void> {
    await this.flush()
    await this.under
    await this.store.sequence('nothing waits')
  }

  private async flush(): Promise<void> {
    const drafts = this.held
    this.held = []
    await this.under
    this.under = this.append(drafts)
    // What it rejects with is heard when it is waited for.
    this.under.catch(() => undefined)
  }

  private async append(drafts: readonly EntryDraft[]): Promise<void> {
    await Promise.all([...drafts.map((draft) => this.store.ledger.append(draft)), this.store.sequence()])
    for (const { envelope } of drafts)
      this.result.written[envelope.kind] = (this.result.written[envelope.kind] ?? 0) + 1
    this.count += drafts.length
    this.onProgress(this.count)
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function isThere(): PalimpsestError {
  return new PalimpsestError({
    code: 'demo_data_there',
    status: 409,
    message: 'The entries of this seed stand in the store already: choose another --seed.',
  })
}
