import { LRUCache } from 'lru-cache'

/** Milliseconds that a key is kept after it was read: the longest that an erasure elsewhere stays unnoticed. */
const CACHE_TTL_MS = 60_000
const CACHE_ENTRIES = 10_000

interface Reading<T> {
  stale: boolean
  value: Promise<T>
}

/**
 * What was read from the keystore, in memory: 60 s from the moment the reading began, at most. What is forgotten while it is
 * read is read again, so that nobody is given it who asks once it is forgotten.
 */
export class KeyCache<T extends object> {
  private readonly entries: LRUCache<string, T>
  private readonly reading = new Map<string, Reading<T>>()
  private readonly listeners: ((id: string | null) => void)[] = []
  private readonly now: () => number

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.now = now
    // It would ask its clock at most once a millisecond of another one.
    this.entries = new LRUCache<string, T>({ max: CACHE_ENTRIES, ttl: CACHE_TTL_MS, ttlResolution: 0, perf: { now } })
  }

  get(id: string, read: () => Promise<T>): Promise<T> {
    const known = this.entries.get(id)
    if (known !== undefined) return Promise.resolve(known)
    const underWay = this.reading.get(id)
    if (underWay) return underWay.value
    const reading: { stale: boolean; value?: Promise<T> } = { stale: false }
    const value = this.load(id, read, reading)
    this.reading.set(id, Object.assign(reading, { value }))
    return value
  }

  /** @param id null: everything. */
  forget(id: string | null): void {
    if (id === null) {
      this.entries.clear()
      for (const reading of this.reading.values()) reading.stale = true
    } else {
      this.entries.delete(id)
      const reading = this.reading.get(id)
      if (reading) reading.stale = true
    }
    for (const listener of this.listeners) listener(id)
  }

  onForget(listener: (id: string | null) => void): void {
    this.listeners.push(listener)
  }

  private async load(id: string, read: () => Promise<T>, reading: { stale: boolean }): Promise<T> {
    // Lets the caller note that it is under way.
    await null
    try {
      for (;;) {
        reading.stale = false
        const since = this.now()
        const value = await read()
        if (reading.stale) continue
        const left = Math.floor(CACHE_TTL_MS - (this.now() - since))
        if (left > 0) this.entries.set(id, value, { ttl: left })
        return value
      }
    } finally {
      this.reading.delete(id)
    }
  }
}
