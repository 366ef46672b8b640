import type { Makers } from './makers.ts'

export interface WorkMetrics {
  /** A step of a workflow ended: `completed` or `failed`, after which Temporal may run it again. */
  stepEnded(activity: string, outcome: 'completed' | 'failed', seconds: number): void
  /** A background loop of the gateway failed in a round. */
  roundFailed(loop: string): void
  /** An erasure waits for its second officer, and its deadline comes near. */
  approvalMissing(): void
  /** The receiver of traces took so many spans, or did not. */
  spansExported(spans: number, isTaken: boolean): void
  /** The database answered, or did not, after so long; the wait for a connection is in it. */
  databaseAnswered(ok: boolean, seconds: number): void
}

const MINUTES = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600]

/** What goes on beside the answers: workflows, loops, and the database they stand on. */
export function workMetrics({ counter, gauge, histogram }: Makers): WorkMetrics {
  const runs = counter('activity_runs_total', 'Steps of workflows that this process ran, by activity and outcome.', [
    'activity',
    'outcome',
  ])
  const seconds = histogram('activity_seconds', 'Seconds that steps of workflows took.', ['activity'], MINUTES)
  const rounds = counter('background_failures_total', 'Rounds of background loops that failed, by loop.', ['loop'])
  const approvals = counter(
    'erasure_approvals_missing_total',
    'Times that an erasure was found waiting for its approval as its deadline came near.',
  )
  const answer = gauge(
    'database_answer_seconds',
    'Seconds of the last look at the database, with the wait for its pool.',
  )
  const spans = counter('trace_spans_total', 'Spans handed to the receiver of traces, by whether it took them.', [
    'outcome',
  ])
  const up = gauge('database_up', 'Whether the database answered the last look at it.')
  return {
    stepEnded(activity, outcome, elapsed) {
      runs.inc({ activity, outcome })
      seconds.observe({ activity }, elapsed)
    },
    roundFailed: (loop) => rounds.inc({ loop }),
    spansExported: (count, isTaken) => spans.inc({ outcome: isTaken ? 'exported' : 'dropped' }, count),
    approvalMissing: () => approvals.inc(),
    databaseAnswered(ok, elapsed) {
      up.set(ok ? 1 : 0)
      answer.set(elapsed)
    },
  }
}
