import { BUSY_WINDOW_MS } from './admission.ts'

/** Milliseconds after its last request for which a tenant still counts as one of those that share. */
const PRESENT_MS = 3_000
/** Milliseconds for which a request that was just begun has others wait, and the longest break. */
const YIELD_MS = 1_000
/** Whose line is so many times shorter than another's asks for little, though something has held it up. */
const TIMES_SHORTER = 8
const isFarShorter = (line: number, other: number): boolean => line * TIMES_SHORTER <= other

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
  /** When its newest request began. */
  begunAt: number
  /** The number of its newest request, counted over all tenants, and of the one before. */
  newest: number
  before: number
  /** When it has paused for as long as its last request worked. */
  breakUntil: number
}

/**
 * Who is at work, and who may begin. What is begun shares the processors with all that is at work, so a tenant is as slow as the
 * others hold places. While there is no time to spare each holds at most its part of half of them, and who has several that
 * wait lets a request of somebody who has none, or a far shorter line, go first, one for each of its own, and takes a break as
 * long as its last one worked: what is recorded behind an answer takes processors too. While there is, it takes more than its
 * part one by one, as it shows that there still is. A tenant that has nothing at work waits for no place.
 */
export class Places<T extends object> {
  readonly #places: number
  /** Since when, the oldest first. */
  readonly #working = new Map<T, { tenantId: string; since: number }>()
  readonly #tenants = new Map<string, Tenant>()
  #begun = 0

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

  /** A request of a tenant works, whether or not it might begin. */
  begin(tenantId: string, one: T, now: number): void {
    const tenant = this.#tenant(tenantId, now)
    tenant.before = tenant.newest
    tenant.newest = ++this.#begun
    tenant.begunAt = now
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
    const tenant = this.#tenant(place.tenantId, now)
    tenant.atWork -= 1
    tenant.breakUntil = Math.max(tenant.breakUntil, now + Math.min(YIELD_MS, now - place.since))
    return true
  }

  /** Has those leave that have been at work since then or longer. */
  leaveSince(since: number, now: number): void {
    for (const [one, place] of this.#working) if (place.since <= since) this.leave(one, now)
  }

  mayBegin(tenantId: string, crowd: Crowd): boolean {
    const { atWork: own = 0, begunAt = Number.NEGATIVE_INFINITY } = this.#tenants.get(tenantId) ?? {}
    if (this.atWork >= (own === 0 ? 2 : 1) * this.#places) return false
    const hasShare = own < this.#share(crowd)
    const isModest = this.#isModest(tenantId, crowd)
    if (!crowd.isBusy) return isModest || hasShare || crowd.now - begunAt >= BUSY_WINDOW_MS
    return hasShare && (isModest || (this.breakOf(tenantId, crowd.now) === 0 && !this.#yields(tenantId, crowd)))
  }

  /** Who sends one after another asks for little, or who is alone: no break, and nobody goes first. */
  #isModest(tenantId: string, { waitingOf }: Crowd): boolean {
    const waiting = waitingOf(tenantId)
    if (this.#tenants.size <= 1 || waiting <= 1) return true
    for (const id of this.#tenants.keys()) if (isFarShorter(waiting, waitingOf(id))) return true
    return false
  }

  /** Whether a request of somebody who has none, or a far shorter line, is at work while this tenant's line is long. */
  isBesideModest(tenantId: string, crowd: Crowd): boolean {
    if (!crowd.isBusy || crowd.waitingOf(tenantId) <= 1) return false
    for (const _ of this.#modestBeside(tenantId, crowd)) return true
    return false
  }

  /** Milliseconds that are left of a tenant's break. */
  breakOf(tenantId: string, now: number): number {
    return Math.max(0, (this.#tenants.get(tenantId)?.breakUntil ?? 0) - now)
  }

  /** All places of one that is alone; else an equal part of half of them for each tenant that waits or has been here lately. */
  #share({ now, waitingOf }: Crowd): number {
    for (const [id, { atWork, seenAt }] of this.#tenants) {
      if (atWork === 0 && seenAt <= now - PRESENT_MS && waitingOf(id) === 0) this.#tenants.delete(id)
    }
    return this.#tenants.size <= 1 ? this.#places : Math.max(1, Math.floor(this.#places / 2 / this.#tenants.size))
  }

  /** Whether somebody is at work of whom hardly any waits and who began one, no more, since this tenant began one itself. */
  #yields(tenantId: string, crowd: Crowd): boolean {
    const own = this.#tenants.get(tenantId)?.newest ?? 0
    for (const { newest, before } of this.#modestBeside(tenantId, crowd)) if (newest > own && before <= own) return true
    return false
  }

  /** Others that lately were at work and are, of whom none waits, or far fewer. */
  *#modestBeside(tenantId: string, { now, waitingOf }: Crowd): Generator<Tenant> {
    const waiting = waitingOf(tenantId)
    for (const [id, tenant] of this.#tenants) {
      const isActive = tenant.atWork > 0 && tenant.activeAt > now - YIELD_MS
      if (id !== tenantId && isActive && isFarShorter(waitingOf(id), waiting)) yield tenant
    }
  }

  #tenant(tenantId: string, now: number): Tenant {
    const tenant = this.#tenants.get(tenantId) ?? {
      atWork: 0,
      seenAt: now,
      activeAt: now,
      begunAt: Number.NEGATIVE_INFINITY,
      newest: 0,
      before: 0,
      breakUntil: 0,
    }
    tenant.seenAt = now
    this.#tenants.set(tenantId, tenant)
    return tenant
  }
}
