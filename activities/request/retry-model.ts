import { ApplicationFailure, activityInfo } from '@temporalio/activity'
import type { RouteTarget } from '../../src/domain/routing/types.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import { whileBeating } from '../while-beating.ts'
import { beginNext } from './begin-next.ts'
import { askWhileHeld, erasedBefore } from './call-model.ts'
import type { RequestDeps } from './deps.ts'
import { unlessErased } from './erased.ts'
import { openPrepared } from './open-request.ts'
import { takeAttempt } from './take-attempt.ts'
import type { Taken } from './taken.ts'
import type { CallResult, RetryInput } from './types.ts'

/**
 * A further try, as a regular activity: waiting is durable, and each try shows in the history as an attempt. A failure
 * that another try may mend fails the activity, with the provider's own waiting time as the next delay.
 */
export function createRetryModel(deps: RequestDeps): (input: RetryInput) => Promise<CallResult> {
  return ({ requestId, targets, longestPauseMs }) =>
    whileBeating(async (signal) => {
      const { attempt } = activityInfo()
      const target = targetOf(targets, attempt)
      const elsewhere = targetOf(targets, attempt + 1) !== target
      const call = () => retry(deps, requestId, target, signal)
      const result = await unlessErased(() => deps.inFlight.join(requestId, call), erasedBefore)
      if (!result.retryable) return result
      throw ApplicationFailure.create({
        type: result.errorCode ?? 'provider_failed',
        message: 'The provider did not answer; the attempt is on record.',
        details: [{ attempt: result.attempt, providerStatus: result.providerStatus }],
        ...delay(result.retryAfterMs, elsewhere, longestPauseMs),
      })
    })
}

/** The n-th try's target; the last one again at the end. */
function targetOf(targets: readonly RouteTarget[], attempt: number): RouteTarget {
  const target = targets[Math.min(attempt, targets.length) - 1]
  if (target === undefined) throw new Error('a try without a target')
  return target
}

/** What a provider asks for binds the next try only where it goes to the same target. */
function delay(askedMs: number | null, elsewhere: boolean, longestPauseMs: number | null): { nextRetryDelay?: number } {
  if (elsewhere) return { nextRetryDelay: 1 }
  if (askedMs === null) return {}
  return { nextRetryDelay: Math.max(1, Math.min(askedMs, longestPauseMs ?? askedMs)) }
}

async function retry(
  deps: RequestDeps,
  requestId: string,
  target: RouteTarget,
  cancelled: AbortSignal,
): Promise<CallResult> {
  const opened = await openPrepared(deps, requestId)
  const take = (request: RequestInFlight) => nextAttempt(deps, request, target, cancelled)
  return askWhileHeld(deps, opened, take, cancelled)
}

async function nextAttempt(
  deps: RequestDeps,
  request: RequestInFlight,
  target: RouteTarget,
  cancelled: AbortSignal,
): Promise<Taken> {
  for (;;) {
    const taken = await takeAttempt(deps, request, { mayCall: true, cancelled })
    if (taken.kind !== 'ended' || !taken.outcome.retryable) return taken
    const begun = await beginNext(deps, request, taken, target)
    if (begun) return begun
  }
}
