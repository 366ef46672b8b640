import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import type { EntryDraft } from '../../domain/ledger/entry-draft.ts'
import type { Subject } from '../../ports/subject-directory.ts'
import { type ActContext, buildAct, buildDisclosure } from './build-act.ts'
import { buildCall } from './build-call.ts'
import { DAY_MS, dayOf, HOUR_MS, type Year } from './calendar.ts'
import type { DemoTenantOptions, ShareStore } from './options.ts'
import type { DemoTenant } from './people.ts'
import { type PlannedAct, planActs } from './plan-acts.ts'
import { type PlannedCall, planDay } from './plan-calls.ts'
import { planTenant } from './plan-tenants.ts'
import { Chance } from './random.ts'

const SUBJECTS_AT_ONCE = 4
/** One in so many calls is read by an officer. */
const DISCLOSED_OF = 350
const PURPOSES = ['a complaint of the customer', 'access under Art. 15 GDPR', 'looking into a wrong answer']

/** The plan of a tenant's year, day by day: all of it is planned, so that chance goes on; what of it becomes entries is chosen. */
export class TenantYear {
  private readonly store: ShareStore
  private readonly year: Year
  private readonly given: DemoTenantOptions
  private readonly tenant: DemoTenant
  private readonly chance: Chance
  private readonly acts: PlannedAct[]
  private readonly subjects = new Map<string, Subject>()
  private readonly calls = new Map<string, number>()
  private receipt: number

  constructor(store: ShareStore, seed: string, year: Year, given: DemoTenantOptions) {
    this.store = store
    this.year = year
    this.given = given
    this.tenant = planTenant(seed, given.id, given.region, year)
    this.chance = new Chance(seed, `calls of ${given.id}`)
    this.acts = planActs(seed, this.tenant, year)
    this.receipt = given.firstReceipt
  }

  /** The next day's calls, in order of time, and who looked into which of them. Days are asked for one after the other. */
  plan(day: number): { calls: PlannedCall[]; lookedInto: LookedInto[] } {
    const calls = planDay(this.chance, this.year, this.tenant, day)
    for (const call of calls) this.calls.set(identityOf(call), (this.calls.get(identityOf(call)) ?? 0) + 1)
    return { calls, lookedInto: calls.flatMap((call) => this.lookInto(call)) }
  }

  /** The entries of calls, some at a time. */
  async *calledOn(calls: readonly PlannedCall[], atOnce: number): AsyncGenerator<EntryDraft[]> {
    await this.resolveAll(new Set(calls.map(identityOf)))
    const { prices } = this.store
    for (let at = 0; at < calls.length; at += atOnce) {
      const some = calls.slice(at, at + atOnce)
      yield some.map((call) => buildCall(call, this.subjects.get(identityOf(call)) as Subject, this.given, prices))
    }
  }

  /** The entries of what officers do on the day that was planned last, in order of time. */
  async actedOn(day: number, lookedInto: readonly LookedInto[]): Promise<EntryDraft[]> {
    await this.resolveAll(new Set(lookedInto.map(({ call }) => identityOf(call))))
    const drafts = lookedInto.map(({ call, ...act }) =>
      buildDisclosure(call, this.subjects.get(identityOf(call)) as Subject, this.given, act),
    )
    const from = this.year.startMs + day * DAY_MS
    for (const act of this.acts) if (act.at >= from && act.at < from + DAY_MS) drafts.push(...(await this.act(act)))
    return drafts.sort((a, b) => Number(a.envelope.occurred_at - b.envelope.occurred_at))
  }

  private lookInto(call: PlannedCall): LookedInto[] {
    if (call.user === null || call.user.erasedAt !== null || !this.chance.isBelow(1 / DISCLOSED_OF)) return []
    const midnight = Math.floor(call.at / DAY_MS) * DAY_MS
    // On the same day: an entry stands in the day of its id.
    const at = Math.min(call.at + this.chance.whole(60_000, 4 * HOUR_MS), midnight + DAY_MS - 1)
    return [{ call, id: uuidv7(at, this.chance.bytes(10)), at, purpose: this.chance.of(PURPOSES) }]
  }

  private async act(act: PlannedAct): Promise<EntryDraft[]> {
    const { id: tenantId } = this.tenant
    const user = 'user' in act ? act.user : null
    const identity = user === null ? null : `user:${user.name}`
    const context: ActContext = {
      tenantId,
      policy: this.given,
      subject: identity === null ? null : await this.resolve(identity),
      holdKey: act.kind === 'hold' && user === null ? await this.store.createDataKey(tenantId, `hold_${act.id}`) : null,
      receiptNumber: act.kind === 'erasure' ? this.receipt++ : 0,
      entries: identity === null ? 0 : (this.calls.get(identity) ?? 0),
    }
    return buildAct(act, context)
  }

  private async resolveAll(identities: ReadonlySet<string>): Promise<void> {
    const next = identities.values()
    const work = async () => {
      for (const identity of next) await this.resolve(identity)
    }
    await Promise.all(Array.from({ length: SUBJECTS_AT_ONCE }, work))
  }

  private async resolve(identity: string): Promise<Subject> {
    const known = this.subjects.get(identity)
    if (known) return known
    const subject = await this.store.resolve(this.tenant.id, identity)
    this.subjects.set(identity, subject)
    return subject
  }
}

/** A call whose text an officer reads: beside it, some hours later. */
export interface LookedInto {
  call: PlannedCall
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  purpose: string
}

function identityOf({ user, tool, at }: PlannedCall): string {
  return user === null ? `daily:${tool.app}:${dayOf(at)}` : identityOfUser(user)
}

/** As the directory of subjects knows a person. */
export function identityOfUser({ name }: { name: string }): string {
  return `user:${name}`
}
