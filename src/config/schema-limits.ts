/** The shape of limits, on tenants, apps and keys, and of how they are kept. */
import { z } from 'zod'

const count = z.int('must be a whole number').min(1, 'must be at least 1').max(1_000_000_000)
const most = (limit: number) => count.max(limit, `must be at most ${limit}`)

export const limits = z.strictObject({
  requests_per_minute: count.optional(),
  burst: count.optional(),
  tokens_per_minute: count.optional(),
  token_burst: count.optional(),
})

export const limitSettings = z.strictObject({
  without_redis: z.enum(['refuse', 'local_share']).optional(),
  redis_timeout_ms: most(10_000).optional(),
  requests_at_work: most(10_000).optional(),
  requests_in_flight: most(1_000).optional(),
  waiting_per_tenant: z.int('must be a whole number').min(0, 'must not be negative').max(100_000).optional(),
  wait_seconds: most(600).optional(),
})

export const gateways = most(10_000)
