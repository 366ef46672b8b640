import type { Makers } from './makers.ts'

export interface LedgerMetrics {
  sequenced(leaves: number): void
  sequencerFailed(): void
  /** Seconds since the oldest entry without a leaf was made; 0: all have one. */
  leavesLag(seconds: number): void
  /** How many pending entries nobody signed. */
  unsigned(entries: number): void
  selfChecked(holds: boolean): void
  /** `witness` is a name from the configuration. */
  witnessAnswered(witness: string, outcome: string): void
  belowQuorum(logs: number): void
  timeStamped(isStamped: boolean): void
  /** Whether the database is the one that was anchored, and what is erased is gone from it. */
  ledgerSound(isSound: boolean): void
  /** Asked for whenever the metrics are. */
  onAnchorLag(seconds: () => number): void
  onHistoryLag(seconds: () => number): void
}

export function ledgerMetrics({ counter, gauge, collected }: Makers): LedgerMetrics {
  const leaves = counter('ledger_leaves_total', 'Ledger entries that got their leaf by this process.')
  const failures = counter('sequencer_failures_total', 'Rounds of the sequencer that failed.')
  const lag = gauge('ledger_leaf_lag_seconds', 'Age of the oldest entry that has no leaf yet; 0: all have one.')
  const unsigned = gauge('ledger_unsigned_entries', 'Entries that no writer signed, and that get no leaf.')
  const sound = gauge('ledger_sound', 'Whether the ledger is the one that was anchored (1), or calls are refused (0).')
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
  let anchorLag = () => 0
  let historyLag = () => 0
  collected(
    'anchor_lag_seconds',
    'How long a log has had leaves beyond its last anchor, of the log that has waited longest.',
    () => anchorLag(),
  )
  collected(
    'histories_unexported_seconds',
    'How long ago the oldest run ended that no round of exports of histories has looked at.',
    () => historyLag(),
  )
  return {
    sequenced: (count) => leaves.inc(count),
    sequencerFailed: () => failures.inc(),
    leavesLag: (seconds) => lag.set(seconds),
    unsigned: (entries) => unsigned.set(entries),
    ledgerSound: (isSound) => sound.set(isSound ? 1 : 0),
    selfChecked: (holds) => selfChecks.inc({ result: holds ? 'holds' : 'does_not_hold' }),
    witnessAnswered: (witness, outcome) => witnesses.inc({ witness, outcome }),
    belowQuorum: (logs) => belowQuorum.set(logs),
    timeStamped: (isStamped) => timeStamps.inc({ result: isStamped ? 'stamped' : 'failed' }),
    onAnchorLag(read) {
      anchorLag = read
    },
    onHistoryLag(read) {
      historyLag = read
    },
  }
}
