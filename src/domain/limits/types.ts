/** What may be spent in a minute, on average, and how much of it at once. */
export interface Rate {
  perMinute: number
  /** What a bucket that nobody has used for a while holds. */
  burst: number
}

/** What a configuration may say of a tenant, an app or a key. Null: without limit. */
export interface RateLimits {
  requests: Rate | null
  tokens: Rate | null
}

export type LimitScope = 'tenant' | 'app' | 'key'
export type LimitUnit = 'requests' | 'tokens'

/** Whom limits bind: one tenant, one of its apps, one of its keys. Names come from the configuration. */
export interface Limited extends RateLimits {
  scope: LimitScope
  name: string
}

/** How a bucket stands after a request. */
export interface BucketStanding {
  scope: LimitScope
  unit: LimitUnit
  rate: Rate
  /** What it holds; below zero where requests used more than was taken for them. */
  level: number
}

/** Where the buckets were that answered. `memory`: no Redis is configured; `local`: it is away. */
export type LimiterSource = 'redis' | 'memory' | 'local'
