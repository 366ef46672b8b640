/** Milliseconds after its last request for which a tenant still counts as one of those that share. */
const PRESENT_MS = 10_000
/** Milliseconds for which a request that was just begun has others wait. */
const YIELD_MS = 1_000
/** Places that a tenant may hold however many share: with one the processors would idle while it waits for a disk. */
const LEAST_SHARE = 2

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
  begunAt: number
}

/**
 * Who is at work, and who may begin. What is begun shares the processors with all that is at work, so a tenant is as slow as the
 * others hold places: while there is no time to spare, each holds at most its share of them, and who has more to do than that
 * begins nothing while somebody is worked on who has not. A tenant that has nothing at work does not wait for a place.
 */
export class Places<T extends object> {
  readonly #places: number
  /** Since when, the oldest first. */
  readonly #working = new Map<T, { tenantId: string; since: number }>()
  readonly #tenants = new Map<string, Tenant>()

  /** @param places requests at work at most; for tenants that have none at work, twice as many. */
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

  /** It works, whether or not it might begin; a second time has no effect. */
  begin(tenantId: string, one: T, now: number): void {
    if (this.#working.has(one)) return
    this.#working.set(one, { tenantId, since: now })
    const tenant = this.#tenant(tenantId, now)
    tenant.atWork += 1
    tenant.begunAt = now
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
    const own = this.#tenants.get(tenantId)?.atWork ?? 0
    if (own === 0) return this.atWork < 2 * this.#places
    if (this.atWork >= this.#places) return false
    if (!crowd.isBusy) return true
    return own < this.#share(crowd.now) && !this.#yields(tenantId, crowd)
  }

  /** An equal part of the places for each tenant that has been here lately. */
  #share(now: number): number {
    for (const [id, { atWork, seenAt }] of this.#tenants) {
      if (atWork === 0 && seenAt <= now - PRESENT_MS) this.#tenants.delete(id)
    }
    if (this.#tenants.size <= 1) return this.#places
    return Math.max(LEAST_SHARE, Math.floor(this.#places / this.#tenants.size))
  }

  /** Whether somebody else was just begun who has all that he asked for at work. */
  #yields(tenantId: string, { now, waitingOf }: Crowd): boolean {
    for (const [id, { atWork, begunAt }] of this.#tenants) {
      if (id !== tenantId && atWork > 0 && begunAt > now - YIELD_MS && waitingOf(id) === 0) return true
    }
    return false
  }

  #tenant(tenantId: string, now: number): Tenant {
    const tenant = this.#tenants.get(tenantId) ?? { atWork: 0, seenAt: now, begunAt: now }
    tenant.seenAt = now
    this.#tenants.set(tenantId, tenant)
    return tenant
  }
}
