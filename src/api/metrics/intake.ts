import type { Makers } from './makers.ts'

export interface IntakeMetrics {
  /** What the limiter said: where its buckets were (`none`: it was not asked), and `taken` or why not. */
  limited(source: string, outcome: string): void
  /** A request found no place among those that are worked on. */
  refusedBusy(reason: string): void
  /** A request got its turn, or gave up, after so long in its tenant's line. */
  waited(seconds: number): void
  /** Redis came or went. */
  redisUp(isUp: boolean): void
}

/** What is asked for whenever the metrics are. */
export interface Load {
  requests(): number
  bodyBytes(): number
  atWork(): number
  waiting(): number
}

export function intakeMetrics({ counter, gauge, histogram, collected }: Makers, load: Load): IntakeMetrics {
  const limited = counter('rate_limit_total', 'What the rate limits said to requests, by where the buckets were.', [
    'source',
    'outcome',
  ])
  const busy = counter('admission_refusals_total', 'Requests that got no turn, by reason.', ['reason'])
  const waits = histogram(
    'admission_wait_seconds',
    "Seconds that requests stood in their tenant's line; those that passed at once are not among them.",
    [],
    [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
  )
  const redis = gauge('rate_limiter_redis_up', 'Whether Redis answers (1) or not (0); 0 also where none is configured.')
  const configured = gauge('rate_limiter_redis_configured', 'Whether rate limits are meant to be kept in Redis.')
  collected('requests_in_flight', 'Requests this process works on.', () => load.requests())
  collected('requests_at_work', 'Requests this process works on, without those that wait for their provider.', () =>
    load.atWork(),
  )
  collected('requests_waiting', 'Requests that wait for their turn.', () => load.waiting())
  collected('request_body_bytes', 'Bytes of the request bodies this process works on.', () => load.bodyBytes())
  return {
    limited: (source, outcome) => limited.inc({ source, outcome }),
    refusedBusy: (reason) => busy.inc({ reason }),
    waited: (seconds) => waits.observe(seconds),
    redisUp(isUp) {
      configured.set(1)
      redis.set(isUp ? 1 : 0)
    },
  }
}
