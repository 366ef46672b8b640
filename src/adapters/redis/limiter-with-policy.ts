import type { BucketDemand } from '../../domain/limits/demand.ts'
import type { RateLimiter, TakeResult } from '../../ports/rate-limiter.ts'
import { RedisAway } from './connection.ts'
import type { RedisRateLimiter } from './rate-limiter.ts'

/**
 * Asks Redis; where that is away, nobody (`local` null: the policy is to refuse) or this gateway's own share of every
 * bucket. That share begins full and is forgotten never: each time that Redis goes, at most one burst is given beyond
 * what it has given.
 */
export function limiterWithPolicy(redis: Pick<RedisRateLimiter, 'take'>, local: RateLimiter | null): RateLimiter {
  return {
    async take(demand: readonly BucketDemand[]): Promise<TakeResult> {
      try {
        return await redis.take(demand)
      } catch (error) {
        if (!(error instanceof RedisAway)) throw error
        return local === null ? { kind: 'away' } : local.take(demand)
      }
    },
  }
}
