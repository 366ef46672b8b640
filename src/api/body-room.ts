import { getHeapStatistics } from 'node:v8'
import { PalimpsestError } from '../errors.ts'

/** Parts of the heap that the bodies in memory may take: a body costs ten times its bytes while it is worked on. */
const HEAP_PARTS = 16
/** Bodies that wait for room, in bytes, as a multiple of it: they stand outside the heap. */
const WAITING_ROOMS = 4
/** Milliseconds that a body waits for room. */
const WAIT_MS = 20_000

interface Waiting {
  bytes: number
  admit(): void
}

/** Frees what was taken; a second call does nothing. */
export type Release = () => void

/**
 * The room for request bodies in this process's memory, so that many large ones at a time do not end it. Taken in the order
 * of arrival; a body that is larger than all of it goes alone.
 */
export class BodyRoom {
  readonly #maxBytes: number
  readonly #waitMs: number
  readonly #queue: Waiting[] = []
  #taken = 0
  #waiting = 0

  /** @param maxBytes default: a sixteenth of the heap's limit (`--max-old-space-size`). */
  constructor(maxBytes = getHeapStatistics().heap_size_limit / HEAP_PARTS, waitMs = WAIT_MS) {
    this.#maxBytes = maxBytes
    this.#waitMs = waitMs
  }

  /** Bytes of the bodies that have room. */
  get taken(): number {
    return this.#taken
  }

  /** Null where it has to be waited for. */
  takeNow(bytes: number): Release | null {
    if (this.#queue.length > 0 || !this.#fits(bytes)) return null
    this.#taken += bytes
    return this.#releaseOf(bytes)
  }

  /** @throws PalimpsestError `gateway_full`, 503, where there is no room in time; the signal's reason */
  async take(bytes: number, signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted()
    const taken = this.takeNow(bytes)
    if (taken) return taken
    await this.#wait(bytes, signal)
    return this.#releaseOf(bytes)
  }

  #releaseOf(bytes: number): Release {
    let isFreed = false
    return () => {
      if (isFreed) return
      isFreed = true
      this.#taken -= bytes
      this.#admitNext()
    }
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#maxBytes
  }

  async #wait(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.#waiting + bytes > WAITING_ROOMS * this.#maxBytes) throw full()
    const admitted = Promise.withResolvers<void>()
    const entry = { bytes, admit: admitted.resolve }
    const leave = (reason: unknown): void => {
      const at = this.#queue.indexOf(entry)
      if (at < 0) return
      this.#queue.splice(at, 1)
      admitted.reject(reason)
      this.#admitNext()
    }
    const abort = (): void => leave(signal?.reason)
    const timer = setTimeout(() => leave(full()), this.#waitMs)
    signal?.addEventListener('abort', abort, { once: true })
    this.#queue.push(entry)
    this.#waiting += bytes
    try {
      await admitted.promise
    } finally {
      this.#waiting -= bytes
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  #admitNext(): void {
    for (let next = this.#queue[0]; next && this.#fits(next.bytes); next = this.#queue[0]) {
      this.#queue.shift()
      this.#taken += next.bytes
      next.admit()
    }
  }
}

function full(): PalimpsestError {
  return new PalimpsestError({
    code: 'gateway_full',
    status: 503,
    message: 'This gateway works on as many large requests as its memory holds; nothing was sent, try again shortly.',
    retryAfterSeconds: 5,
  })
}
