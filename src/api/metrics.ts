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
  /** An erasure waits for its second officer, and its deadline comes near. */
  approvalMissing(): void
  /** Asked for whenever the metrics are. */
  onAnchorLag(seconds: () => number): void
}

export function createMetrics(inFlight: () => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'palimpsest_' })
  const requests = new Counter({
    name: 'palimpsest_http_requests_total',
    help: 'HTTP requests by resource and status.',
    labelNames: ['resource', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'palimpsest_http_request_seconds',
    help: 'Seconds from a request to the head of its answer, by resource.',
    labelNames: ['resource'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  })
  const redactions = new Counter({
    name: 'palimpsest_redactions_total',
    help: 'Values replaced by a placeholder, by entity type.',
    labelNames: ['entity_type'],
    registers: [registry],
  })
  const leaves = new Counter({
    name: 'palimpsest_ledger_leaves_total',
    help: 'Ledger entries that got their leaf by this process.',
    registers: [registry],
  })
  const failures = new Counter({
    name: 'palimpsest_sequencer_failures_total',
    help: 'Rounds of the sequencer that failed.',
    registers: [registry],
  })
  const selfChecks = new Counter({
    name: 'palimpsest_ledger_self_checks_total',
    help: 'Logs verified against their anchors, by result.',
    labelNames: ['result'],
    registers: [registry],
  })
  const witnesses = new Counter({
    name: 'palimpsest_witness_answers_total',
    help: 'What witnesses made of the tree heads they were shown, by witness and outcome.',
    labelNames: ['witness', 'outcome'],
    registers: [registry],
  })
  const belowQuorum = new Gauge({
    name: 'palimpsest_anchors_below_quorum',
    help: 'Logs whose head in the last anchor by this process has fewer cosignatures than the quorum.',
    registers: [registry],
  })
  const timeStamps = new Counter({
    name: 'palimpsest_time_stamps_total',
    help: 'Time stamps asked for of anchors, by result.',
    labelNames: ['result'],
    registers: [registry],
  })
  const approvals = new Counter({
    name: 'palimpsest_erasure_approvals_missing_total',
    help: 'Times that an erasure was found waiting for its approval as its deadline came near.',
    registers: [registry],
  })
  new Gauge({
    name: 'palimpsest_requests_in_flight',
    help: 'Requests this process works on.',
    registers: [registry],
    collect() {
      this.set(inFlight())
    },
  })
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
    onAnchorLag(lag) {
      new Gauge({
        name: 'palimpsest_anchor_lag_seconds',
        help: 'How long a log has had leaves beyond its last anchor, of the log that has waited longest.',
        registers: [registry],
        collect() {
          this.set(lag())
        },
      })
    },
    timeStamped: (isStamped) => timeStamps.inc({ result: isStamped ? 'stamped' : 'failed' }),
    approvalMissing: () => approvals.inc(),
    selfChecked: (holds) => selfChecks.inc({ result: holds ? 'holds' : 'does_not_hold' }),
  }
}
