import { type AdmissionLimits, type BusyShares, costOfBody, isBusy } from '../domain/limits/admission.ts'
import { AdmissionQueue } from '../domain/limits/admission-queue.ts'
import { type Crowd, Places } from '../domain/limits/places.ts'
import { PalimpsestError } from '../errors.ts'
import type { Turn } from '../ports/in-flight.ts'

/** Bytes of bodies of one tenant that wait: they stand in memory. */
const WAITING_BYTES = 64 * 1024 * 1024
/** Milliseconds after which a turn counts as work no more: whoever is stuck for so long waits for something. */
const LONGEST_WORK_MS = 60_000
/** Milliseconds between two looks at who is in flight and who is stuck, while anybody waits. */
const LOOK_MS = 250
/** Milliseconds for which what is recorded behind an answer lets others go first. */
const WAY_MS = 60
const RETRY_AFTER_SECONDS = 5

export interface AdmissionDeps {
  /** Requests in flight in this process. */
  inFlight(): number
  /** Milliseconds that never go back. */
  monotonicNow(): number
  busyShares(): BusyShares
  /** Somebody was refused: the line was full, or the wait too long. */
  refused(reason: 'line_full' | 'waited'): void
  /** Somebody left the line after so many milliseconds, with a turn or without. */
  waited?(ms: number): void
}

interface Waiting {
  tenantId: string
  bytes: number
  admit(turn: Turn): void
}

/**
 * Who is worked on. As long as a tenant may hold another place its requests pass at once; beyond that it has a line, and the
 * lines are served in turn, so that a tenant that sends much delays itself. A turn ends where the request ends, and rests
 * while its provider is waited for: only work in this process counts.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #deps: AdmissionDeps
  readonly #queue = new AdmissionQueue<Waiting>()
  readonly #waitingBytes = new Map<string, number>()
  readonly #places: Places<Turn>
  /** Told when somebody leaves a place. */
  readonly #givingWay = new Set<() => void>()
  #isBusy = false
  #looking: NodeJS.Timeout | null = null

  constructor(limits: AdmissionLimits, deps: AdmissionDeps) {
    this.#limits = limits
    this.#deps = deps
    this.#places = new Places(limits.atWork)
  }

  get atWork(): number {
    return this.#places.atWork
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** @throws PalimpsestError `gateway_busy`, 503, where the line is full or the turn does not come in time; the signal's reason */
  async enter(tenantId: string, bytes: number, signal?: AbortSignal): Promise<Turn> {
    signal?.throwIfAborted()
    this.#places.came(tenantId, this.#deps.monotonicNow())
    const passes = this.#queue.lengthOf(tenantId) === 0 && this.#isRoomIn() && this.#mayBegin()(tenantId)
    return passes ? this.#begin(tenantId) : this.#wait(tenantId, bytes, signal)
  }

  #isRoomIn(): boolean {
    return this.#deps.inFlight() < this.#limits.inFlight
  }

  #mayBegin(): (tenantId: string) => boolean {
    const crowd = this.#crowd()
    return (tenantId) => this.#places.mayBegin(tenantId, crowd)
  }

  #crowd(): Crowd {
    this.#isBusy = isBusy(this.#isBusy, this.#deps.busyShares())
    return {
      now: this.#deps.monotonicNow(),
      isBusy: this.#isBusy,
      waitingOf: (tenantId) => this.#queue.lengthOf(tenantId),
    }
  }

  /** Until nobody is at work who should go first, or for so long. */
  async #giveWay(tenantId: string): Promise<void> {
    const until = this.#deps.monotonicNow() + WAY_MS
    for (let left = WAY_MS; left > 0 && this.#places.isBesideModest(tenantId, this.#crowd()); ) {
      const changed = Promise.withResolvers<void>()
      const timer = setTimeout(changed.resolve, left)
      this.#givingWay.add(changed.resolve)
      await changed.promise
      clearTimeout(timer)
      this.#givingWay.delete(changed.resolve)
      left = until - this.#deps.monotonicNow()
    }
  }

  #begin(tenantId: string): Turn {
    const turn: Turn = {
      rest: () => {
        if (!this.#places.leave(turn, this.#deps.monotonicNow())) return
        this.#admitNext()
        this.#admitAfterBreak(tenantId)
        for (const tell of this.#givingWay) tell()
      },
      resume: () => {
        if (!isOver) this.#places.goOn(tenantId, turn, this.#deps.monotonicNow())
      },
      giveWay: () => this.#giveWay(tenantId),
      end: () => {
        isOver = true
        turn.rest()
        // It may have been resting, and is in flight no more all the same.
        this.#admitNext()
      },
    }
    let isOver = false
    this.#places.begin(tenantId, turn, this.#deps.monotonicNow())
    return turn
  }

  async #wait(tenantId: string, bytes: number, signal?: AbortSignal): Promise<Turn> {
    const waitingBytes = this.#waitingBytes.get(tenantId) ?? 0
    const isFull = this.#queue.lengthOf(tenantId) >= this.#limits.waitingPerTenant
    if (isFull || (waitingBytes > 0 && waitingBytes + bytes > WAITING_BYTES)) throw this.#refuse('line_full')
    const since = this.#deps.monotonicNow()
    const admitted = Promise.withResolvers<Turn>()
    const one: Waiting = { tenantId, bytes, admit: admitted.resolve }
    const leave = (reason: () => unknown): void => {
      this.#queue.remove(tenantId, one)
      admitted.reject(reason())
    }
    const abort = (): void => leave(() => signal?.reason)
    const timer = setTimeout(() => leave(() => this.#refuse('waited')), this.#limits.waitMs)
    signal?.addEventListener('abort', abort, { once: true })
    this.#queue.add(tenantId, one, costOfBody(bytes))
    this.#waitingBytes.set(tenantId, waitingBytes + bytes)
    this.#look()
    this.#admitNext()
    try {
      return await admitted.promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.#deps.waited?.(this.#deps.monotonicNow() - since)
      const left = (this.#waitingBytes.get(tenantId) ?? 0) - bytes
      if (left > 0) this.#waitingBytes.set(tenantId, left)
      else this.#waitingBytes.delete(tenantId)
    }
  }

  #admitNext(): void {
    while (this.#queue.size > 0 && this.#isRoomIn()) {
      const next = this.#queue.next(this.#mayBegin())
      if (!next) return
      next.admit(this.#begin(next.tenantId))
    }
  }

  /** A break ends by the clock alone. */
  #admitAfterBreak(tenantId: string): void {
    const ms = this.#places.breakOf(tenantId, this.#deps.monotonicNow())
    if (ms > 0 && this.#queue.lengthOf(tenantId) > 0) setTimeout(() => this.#admitNext(), ms + 1).unref()
  }

  #refuse(reason: 'line_full' | 'waited'): PalimpsestError {
    this.#deps.refused(reason)
    return new PalimpsestError({
      code: 'gateway_busy',
      status: 503,
      message: 'This gateway has more requests than it can work on; nothing was sent, try again shortly.',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }

  /** Looks for room that nobody tells of, as long as anybody waits. */
  #look(): void {
    this.#looking ??= setInterval(() => {
      const now = this.#deps.monotonicNow()
      this.#places.leaveSince(now - LONGEST_WORK_MS, now)
      this.#admitNext()
      if (this.#queue.size > 0 || !this.#looking) return
      clearInterval(this.#looking)
      this.#looking = null
    }, LOOK_MS).unref()
  }
}
