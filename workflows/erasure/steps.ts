import {
  ApplicationFailure,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
} from '@temporalio/workflow'
import type { ErasureActivities } from '../../activities/erasure/types.ts'

// What is away is waited for: an erasure that has begun is finished. What can never succeed fails for good by its type.
export const steps = proxyActivities<ErasureActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})
export const long = proxyActivities<ErasureActivities>({
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

// Until the person is unreadable each step is done in this process, without a wait for a worker between two of them.
const here = proxyLocalActivities<ErasureActivities>({
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 1 },
})

export type FirstSteps = Pick<
  ErasureActivities,
  | 'claimErasure'
  | 'resolvePerson'
  | 'findHolds'
  | 'announceErasure'
  | 'awaitLeaf'
  | 'publishTombstones'
  | 'detachIdentity'
  | 'destroyKeys'
>

/**
 * The steps up to the destruction of the keys: tried here first, and what cannot be done here now is done like any other step,
 * whose attempts the UI shows, for as long as it takes. An erasure that began before there was this does all of them so.
 */
export function firstSteps(): FirstSteps {
  const isHere = patched('first-steps-here')
  const first = <I, O>(now: (input: I) => Promise<O>, later: (input: I) => Promise<O>) =>
    isHere ? hereFirst(now, later) : later
  return {
    claimErasure: first(here.claimErasure, steps.claimErasure),
    resolvePerson: first(here.resolvePerson, steps.resolvePerson),
    findHolds: first(here.findHolds, steps.findHolds),
    announceErasure: first(here.announceErasure, steps.announceErasure),
    awaitLeaf: first(here.awaitLeaf, long.awaitLeaf),
    publishTombstones: first(here.publishTombstones, steps.publishTombstones),
    detachIdentity: first(here.detachIdentity, steps.detachIdentity),
    destroyKeys: first(here.destroyKeys, steps.destroyKeys),
  }
}

function hereFirst<I, O>(now: (input: I) => Promise<O>, later: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await now(input)
    } catch (error) {
      if (isCancellation(error) || isFinal(error)) throw error
      return later(input)
    }
  }
}

/** Whether a step says by its type that it can never succeed: a step done here may say so without more around it. */
function isFinal(error: unknown): boolean {
  for (let failure = error; failure instanceof TemporalFailure; failure = failure.cause) {
    if (failure instanceof ApplicationFailure && failure.nonRetryable === true) return true
  }
  return false
}
