import { RedisConnection } from '../adapters/redis/connection.ts'
import { limiterWithPolicy } from '../adapters/redis/limiter-with-policy.ts'
import { RedisRateLimiter } from '../adapters/redis/rate-limiter.ts'
import type { Metrics } from '../api/metrics.ts'
import type { RateLimiter } from '../ports/rate-limiter.ts'
import type { GatewaySettings } from './settings.ts'

/**
 * Redis and the limits that are kept there. One that is away does not refuse the start.
 * @param localShare keeps them where the configuration says so while Redis is away
 */
export async function openRedis(
  url: string,
  { env, config, log }: Pick<GatewaySettings, 'env' | 'config' | 'log'>,
  metrics: Pick<Metrics, 'redisUp'>,
  localShare: RateLimiter,
): Promise<{ connection: RedisConnection; limiter: RateLimiter }> {
  const policy = config.limits.withoutRedis
  const away = (reason: string) =>
    log.warn({ reason, policy }, 'Redis is away: rate limits are kept as limits.without_redis says')
  const connection = new RedisConnection({
    url,
    timeoutMs: config.limits.redisTimeoutMs,
    onChange: ({ isUp, reason }) => {
      metrics.redisUp(isUp)
      if (isUp) log.info({}, 'Redis answers: rate limits are kept there')
      else away(reason)
    },
  })
  await connection.tried()
  if (!connection.isUp) {
    metrics.redisUp(false)
    away(connection.reason)
  }
  const limiter = new RedisRateLimiter(connection, env.deployment)
  return { connection, limiter: limiterWithPolicy(limiter, policy === 'local_share' ? localShare : null) }
}
