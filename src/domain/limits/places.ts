/** Milliseconds after its last request for which a tenant still counts as one of those that share. */
const PRESENT_MS = 10_000
/** Milliseconds for which a request that was just begun has others wait. */
const YIELD_MS = 1_000
/** What a tenant saves of its part at most, in small requests: what comes at once may be so much. */
const SAVED_AT_MOST = 4
/** What a tenant owes at most, in small requests: as much as the largest body costs. */
const OWED_AT_MOST = 64
/** What the places cannot know by themselves. */
export interface Crowd {
  /** Milliseconds that never go back. */
  now: number
  /** Whether this process has no time to spare, so that who is begun slows down who is at work. */
  isBusy: boolean
  /** Requests of a tenant that wait for a place. */
  waitingOf(tenantId: string): number
}

interface Tenant {
  atWork: number
  /** When it last came, began or left. */
  seenAt: number
  /** When one of its requests last began or went on. */
  activeAt: number
  /** The number of its newest request, counted over all tenants, and of the one before. */
  newest: number
  before: number
  /** What it has left of its part, in small requests; less than nothing where it used more. */
  saved: number
}

/**
 * Who is at work, and who may begin. What is begun shares the processors with all that is at work, so a tenant is as slow as the
 * others hold places. While there is no time to spare each holds at most its part of half of them, and who has several that
 * wait lets a request of somebody who has none go first, one for each of its own. A tenant that has nothing at work waits for no place.
 *
 * Of whatever is begun each tenant that is here is given an equal part, and who begins pays for it. So whoever asks for less than
 * its part has some of it saved: it holds up to half of the places, waits behind no request of its own until then, and the others let
 * all of its requests go first. It pays for each, so that this ends where it asks for more.
 */
export class Places<T extends object> {
  readonly #places: number
  /** Since when, the oldest first. */
  readonly #working = new Map<T, { tenantId: string; since: number }>()
  readonly #tenants = new Map<string, Tenant>()
  #begun = 0
  /** Until then nobody is away for so long that it is forgotten. */
  #nobodyLeavesUntil = 0

  /** @param places requests at work at most; for tenants that have none at work, or have saved some of their part, twice as many. */
  constructor(places: number) {
    this.#places = places
  }

  get atWork(): number {
    return this.#working.size
  }

  /** It asks for a place. */
  came(tenantId: string, now: number): void {
    this.#tenant(tenantId, now)
  }

  /**
   * A request of a tenant works, whether or not it might begin.
   * @param cost 1 for a small request.
   */
  begin(tenantId: string, one: T, now: number, cost = 1): void {
    const tenant = this.#tenant(tenantId, now)
    this.#forgetAbsent(now)
    this.#charge(tenant, cost)
    tenant.before = tenant.newest
    tenant.newest = ++this.#begun
    this.goOn(tenantId, one, now)
  }

  /** One that began before works again; nothing where it is at work. */
  goOn(tenantId: string, one: T, now: number): void {
    if (this.#working.has(one)) return
    this.#working.set(one, { tenantId, since: now })
    const tenant = this.#tenant(tenantId, now)
    tenant.atWork += 1
    tenant.activeAt = now
  }

  /** False: it was not at work. */
  leave(one: T, now: number): boolean {
    const place = this.#working.get(one)
    if (!place) return false
    this.#working.delete(one)
    this.#tenant(place.tenantId, now).atWork -= 1
    return true
  }

  /** Has those leave that have been at work since then or longer. */
  leaveSince(since: number, now: number): void {
    for (const [one, place] of this.#working) if (place.since <= since) this.leave(one, now)
  }

  mayBegin(tenantId: string, crowd: Crowd): boolean {
    this.#forgetAbsent(crowd.now)
    const tenant = this.#tenants.get(tenantId)
    const own = tenant?.atWork ?? 0
    // So many it holds whoever else is at work.
    const ensured = tenant && this.#hasSaved(tenant) ? this.#half() : 1
    if (this.atWork >= (own < ensured ? 2 : 1) * this.#places) return false
    if (!crowd.isBusy) return true
    return own < Math.max(ensured, this.#share()) && !this.#yields(tenantId, crowd)
  }

  /** All places of one that is alone; else an equal part of half of them for each tenant that has been here lately. */
  #share(): number {
    const { size } = this.#tenants
    return size <= 1 ? this.#places : Math.max(1, Math.floor(this.#half() / size))
  }

  #half(): number {
    return Math.max(1, Math.floor(this.#places / 2))
  }

  /** Whether it asks for less than its part, beside others. */
  #hasSaved({ saved }: Tenant): boolean {
    return this.#tenants.size > 1 && saved >= 1
  }

  #charge(tenant: Tenant, cost: number): void {
    const part = cost / this.#tenants.size
    for (const one of this.#tenants.values()) one.saved = Math.min(SAVED_AT_MOST, one.saved + part)
    tenant.saved = Math.max(-OWED_AT_MOST, tenant.saved - cost)
  }

  #forgetAbsent(now: number): void {
    if (now < this.#nobodyLeavesUntil) return
    this.#nobodyLeavesUntil = now + PRESENT_MS
    for (const [id, { atWork, seenAt }] of this.#tenants) {
      if (atWork > 0) continue
      if (seenAt <= now - PRESENT_MS) this.#tenants.delete(id)
      else this.#nobodyLeavesUntil = Math.min(this.#nobodyLeavesUntil, seenAt + PRESENT_MS)
    }
  }

  /**
   * Whether several of it wait, and somebody is at work of whom none does and who began one, no more, since it began one itself, or
   * asks for less than its part.
   */
  #yields(tenantId: string, { now, waitingOf }: Crowd): boolean {
    if (waitingOf(tenantId) <= 1) return false
    const own = this.#tenants.get(tenantId)?.newest ?? 0
    for (const [id, tenant] of this.#tenants) {
      const isQuiet = tenant.atWork > 0 && tenant.activeAt > now - YIELD_MS && waitingOf(id) === 0
      const isFirst = tenant.newest > own && (tenant.before <= own || this.#hasSaved(tenant))
      if (id !== tenantId && isQuiet && isFirst) return true
    }
    return false
  }

  #tenant(tenantId: string, now: number): Tenant {
    const fresh = { atWork: 0, seenAt: now, activeAt: now, newest: 0, before: 0, saved: 0 }
    const tenant = this.#tenants.get(tenantId) ?? fresh
    tenant.seenAt = now
    this.#tenants.set(tenantId, tenant)
    return tenant
  }
}
