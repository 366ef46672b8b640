import { waitMs } from './bucket.ts'
import type { BucketDemand } from './demand.ts'
import type { BucketStanding, LimitUnit } from './types.ts'

export function standingOf({ scope, unit, rate }: BucketDemand, level: number): BucketStanding {
  return { scope, unit, rate, level }
}

/** The bucket that will hold enough last. Both lists are in the same order. */
export function longestWait(
  demand: readonly BucketDemand[],
  standing: readonly BucketStanding[],
): { unit: LimitUnit; retryAfterMs: number } {
  const waits = demand.map(({ unit, rate, cost }, i) => ({
    unit,
    retryAfterMs: waitMs(standing[i]?.level ?? rate.burst, rate, cost),
  }))
  return waits.reduce((a, b) => (b.retryAfterMs > a.retryAfterMs ? b : a), {
    unit: 'requests',
    retryAfterMs: 0,
  })
}

/** Usage is told once: a second telling would give back twice. */
export function once(settle: (used: number) => void): (used: number) => void {
  let isTold = false
  return (used) => {
    if (isTold) return
    isTold = true
    settle(used)
  }
}
