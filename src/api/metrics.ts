import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics with bounded labels: codes, states and kinds; never a name that an app chose. */
export interface Metrics {
  readonly registry: Registry
  answered(status: number, seconds: number, route: string): void
  redacted(entityType: string, count: number): void
  sequenced(leaves: number): void
  sequencerFailed(): void
  selfChecked(holds: boolean): void
  /** `witness` is a name from the configuration. */
  witnessAnswered(witness: string, outcome: string): void
  belowQuorum(logs: number): void
  timeStamped(isStamped: boolean): void
  /** What the limiter said: where its buckets were (`none`: it was not asked), and `taken` or why not. */
  limited(source: string, outcome: string): void
  /** A request found no place among those that are worked on. */
  refusedBusy(reason: string): void
  /** Redis came or went. */
  redisUp(isUp: boolean): void
  /** An erasure waits for its second officer, and its deadline comes near. */
  approvalMissing(): void
  /** Asked for whenever the metrics are. */
  onAnchorLag(seconds: () => number): void
  onHistoryLag(seconds: () => number): void
}

/** What is asked for whenever the metrics are. */
export interface Load {
  requests(): number
  bodyBytes(): number
  atWork(): number
  waiting(): number
}

export function createMetrics(inFlight: Load): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'palimpsest_' })
  const { counter, gauge, collected } = makers(registry)
  const requests = counter('http_requests_total', 'HTTP requests by resource and status.', ['resource', 'status'])
  const seconds = new Histogram({
    name: 'palimpsest_http_request_seconds',
    help: 'Seconds from a request to the head of its answer, by resource.',
    labelNames: ['resource'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  })
  const redactions = counter('redactions_total', 'Values replaced by a placeholder, by entity type.', ['entity_type'])
  const leaves = counter('ledger_leaves_total', 'Ledger entries that got their leaf by this process.')
  const failures = counter('sequencer_failures_total', 'Rounds of the sequencer that failed.')
  const selfChecks = counter('ledger_self_checks_total', 'Logs verified against their anchors, by result.', ['result'])
  const witnesses = counter(
    'witness_answers_total',
    'What witnesses made of the tree heads they were shown, by witness and outcome.',
    ['witness', 'outcome'],
  )
  const belowQuorum = gauge(
    'anchors_below_quorum',
    'Logs whose head in the last anchor by this process has fewer cosignatures than the quorum.',
  )
  const timeStamps = counter('time_stamps_total', 'Time stamps asked for of anchors, by result.', ['result'])
  const approvals = counter(
    'erasure_approvals_missing_total',
    'Times that an erasure was found waiting for its approval as its deadline came near.',
  )
  const limited = counter('rate_limit_total', 'What the rate limits said to requests, by where the buckets were.', [
    'source',
    'outcome',
  ])
  const busy = counter('admission_refusals_total', 'Requests that got no turn, by reason.', ['reason'])
  const redis = gauge('rate_limiter_redis_up', 'Whether Redis answers (1) or not (0); 0 also where none is configured.')
  collected('requests_in_flight', 'Requests this process works on.', () => inFlight.requests())
  collected('requests_at_work', 'Requests this process works on, without those that wait for their provider.', () =>
    inFlight.atWork(),
  )
  collected('requests_waiting', 'Requests that wait for their turn.', () => inFlight.waiting())
  collected('request_body_bytes', 'Bytes of the request bodies this process works on.', () => inFlight.bodyBytes())
  return {
    registry,
    answered(status, elapsed, resource) {
      requests.inc({ resource, status: String(status) })
      seconds.observe({ resource }, elapsed)
    },
    redacted: (entityType, count) => redactions.inc({ entity_type: entityType }, count),
    sequenced: (count) => leaves.inc(count),
    sequencerFailed: () => failures.inc(),
    witnessAnswered: (witness, outcome) => witnesses.inc({ witness, outcome }),
    belowQuorum: (logs) => belowQuorum.set(logs),
    onAnchorLag: (lag) =>
      collected(
        'anchor_lag_seconds',
        'How long a log has had leaves beyond its last anchor, of the log that has waited longest.',
        lag,
      ),
    onHistoryLag: (lag) =>
      collected(
        'histories_unexported_seconds',
        'How long ago the oldest run ended that no round of exports of histories has looked at.',
        lag,
      ),
    timeStamped: (isStamped) => timeStamps.inc({ result: isStamped ? 'stamped' : 'failed' }),
    limited: (source, outcome) => limited.inc({ source, outcome }),
    refusedBusy: (reason) => busy.inc({ reason }),
    redisUp: (isUp) => redis.set(isUp ? 1 : 0),
    approvalMissing: () => approvals.inc(),
    selfChecked: (holds) => selfChecks.inc({ result: holds ? 'holds' : 'does_not_hold' }),
  }
}

/** What makes metrics of a registry; every name begins with `palimpsest_`. */
function makers(registry: Registry) {
  const common = (name: string, help: string) => ({ name: `palimpsest_${name}`, help, registers: [registry] })
  return {
    counter: (name: string, help: string, labelNames: string[] = []) =>
      new Counter({ ...common(name, help), labelNames }),
    gauge: (name: string, help: string) => new Gauge(common(name, help)),
    /** A gauge that is asked for its value whenever the metrics are read. */
    collected(name: string, help: string, read: () => number): void {
      new Gauge({
        ...common(name, help),
        collect() {
          this.set(read())
        },
      })
    },
  }
}
