import type { BucketDemand } from '../domain/limits/demand.ts'
import type { BucketStanding, LimiterSource, LimitUnit } from '../domain/limits/types.ts'

/** A request passed, and what it may cost has been taken. */
export interface Taken {
  kind: 'taken'
  source: LimiterSource
  standing: readonly BucketStanding[]
  /**
   * Says how many tokens were used in the end. Once; never throws and is not waited for. Where it does not arrive, what
   * was taken stays taken.
   */
  settle(usedTokens: number): void
}

/** Nothing was taken. */
export interface Over {
  kind: 'over'
  source: LimiterSource
  standing: readonly BucketStanding[]
  /** The bucket that takes longest to hold enough. */
  unit: LimitUnit
  retryAfterMs: number
}

/** The buckets cannot be asked, and the policy is to refuse then. */
export interface LimiterAway {
  kind: 'away'
}

export type TakeResult = Taken | Over | LimiterAway

/**
 * Token buckets. All buckets of a request are looked at and taken from in one step, whoever else asks meanwhile: all give
 * or none does. Within any time t a bucket gives at most `burst + rate · t`, and one burst more each time that it is
 * forgotten. It does not depend on this process's wall clock.
 */
export interface RateLimiter {
  /** Does not throw where the buckets are away: the policy decides. */
  take(demand: readonly BucketDemand[]): Promise<TakeResult>
}
