import { filled, holds, settled } from '../../domain/limits/bucket.ts'
import { type BucketDemand, bucketKey, demandOnShare } from '../../domain/limits/demand.ts'
import { longestWait, once, standingOf } from '../../domain/limits/standing.ts'
import type { RateLimiter, TakeResult } from '../../ports/rate-limiter.ts'

export interface MemoryLimiterSettings {
  /** `memory`: there is no Redis; `local`: it is away. */
  source: 'memory' | 'local'
  /** Gateways that share the limits; each gives its part. */
  gateways: number
  /** Milliseconds that never go back. */
  monotonicNow(): number
}

interface Bucket {
  level: number
  at: number
}

/** Buckets of this process alone. There are as many as the configuration has limits. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #settings: MemoryLimiterSettings
  readonly #buckets = new Map<string, Bucket>()

  constructor(settings: MemoryLimiterSettings) {
    this.#settings = settings
  }

  async take(wanted: readonly BucketDemand[]): Promise<TakeResult> {
    const demand = demandOnShare(wanted, this.#settings.gateways)
    const { source } = this.#settings
    const found = demand.map((one) => ({ one, bucket: this.#fill(one) }))
    const isEnough = found.every(({ one, bucket }) => holds(bucket.level, one.cost))
    if (isEnough) for (const { one, bucket } of found) bucket.level -= one.cost
    const standing = found.map(({ one, bucket }) => standingOf(one, bucket.level))
    if (!isEnough) return { kind: 'over', source, standing, ...longestWait(demand, standing) }
    return { kind: 'taken', source, standing, settle: once((used) => this.#settle(demand, used)) }
  }

  #fill(demand: BucketDemand): Bucket {
    const now = this.#settings.monotonicNow()
    const key = bucketKey(demand)
    const { level, at } = this.#buckets.get(key) ?? { level: demand.rate.burst, at: now }
    const bucket = { level: filled(level, demand.rate, now - at), at: now }
    this.#buckets.set(key, bucket)
    return bucket
  }

  #settle(demand: readonly BucketDemand[], used: number): void {
    for (const one of demand) {
      if (one.unit !== 'tokens') continue
      const bucket = this.#fill(one)
      bucket.level = settled(bucket.level, one.rate, one.cost, used)
    }
  }
}
