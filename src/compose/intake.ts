import { InFlightMemory } from '../adapters/memory/in-flight-registry.ts'
import { MemoryRateLimiter } from '../adapters/memory/rate-limiter.ts'
import { Admission } from '../api/admission.ts'
import { callersOf } from '../api/authenticate.ts'
import { BodyRoom } from '../api/body-room.ts'
import { createMetrics, type Metrics } from '../api/metrics.ts'
import { hasLimits } from '../config/limits.ts'
import type { LimitSettings } from '../config/types.ts'
import type { ApiKeys } from '../ports/api-keys.ts'
import type { InFlightRegistry } from '../ports/in-flight-registry.ts'
import type { RateLimiter } from '../ports/rate-limiter.ts'
import { busyShares } from './busy-shares.ts'
import { knownNames } from './observed.ts'
import type { GatewaySettings } from './settings.ts'

interface Dependency {
  name: string
  fix: string
  optional?: true | undefined
  ask(): Promise<void>
}

/** What decides which requests are taken on, and what counts them. */
export interface Intake {
  inFlight: InFlightRegistry
  bodies: BodyRoom
  admission: Admission
  limiter: RateLimiter
  metrics: Metrics
  /** Redis, where it is configured, for `/readyz`. */
  ask(keys: { apiKeys: ApiKeys }): Dependency[]
  /** True while a request is worked on or waits for its turn. */
  isBusy(): boolean
  close(): Promise<void>
}

const monotonicNow = () => performance.now()

/** Redis that is away does not refuse the start: the configuration says what happens then. */
export async function openIntake(
  settings: Pick<GatewaySettings, 'env' | 'config' | 'log' | 'version'>,
): Promise<Intake> {
  const { limits } = settings.config
  const [inFlight, bodies] = [new InFlightMemory(), new BodyRoom()]
  const admission: Admission = new Admission(limits.admission, {
    inFlight: () => inFlight.size,
    monotonicNow,
    busyShares: busyShares(),
    refused: (reason) => metrics.refusedBusy(reason),
    waited: (ms) => metrics.waited(ms / 1000),
  })
  const metrics = createMetrics({
    load: {
      requests: () => inFlight.size,
      bodyBytes: () => bodies.taken,
      atWork: () => admission.atWork,
      waiting: () => admission.waiting,
    },
    known: knownNames(() => settings.config),
    version: settings.version,
  })
  // Its client takes memory that a gateway without Redis has no use for.
  const redis =
    settings.env.redisUrl === null
      ? null
      : await (await import('./redis.ts')).openRedis(settings.env.redisUrl, settings, metrics, memory('local', limits))
  return {
    inFlight,
    bodies,
    admission,
    limiter: redis?.limiter ?? memory('memory', limits),
    metrics,
    ask: (keys) => (redis ? [askRedis(redis.connection, settings, keys)] : []),
    isBusy: () => inFlight.size + admission.atWork + admission.waiting > 0,
    close: async () => redis?.connection.close(),
  }
}

function memory(source: 'memory' | 'local', { gateways }: LimitSettings): RateLimiter {
  return new MemoryRateLimiter({ source, gateways, monotonicNow })
}

/** Requests go on without it where the policy is a local share, or nothing is limited. */
function askRedis(
  connection: { ping(): Promise<void> },
  { config }: Pick<GatewaySettings, 'config'>,
  { apiKeys }: { apiKeys: ApiKeys },
): Dependency {
  // Limits may be set while the gateway runs, and keys made that have some.
  const isOptional = () =>
    config.limits.withoutRedis === 'local_share' || !hasLimits(config, callersOf(apiKeys, Date.now()))
  return {
    name: 'redis',
    fix: 'Start Redis, or correct REDIS_URL.',
    get optional() {
      return isOptional() || undefined
    },
    ask: () => connection.ping(),
  }
}
