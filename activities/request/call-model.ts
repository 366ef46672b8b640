import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import { AttemptLost } from '../../src/ports/piece-writer.ts'
import { askModel } from './ask-model.ts'
import type { RequestDeps } from './deps.ts'
import { openRequest } from './open-request.ts'
import { takeAttempt } from './take-attempt.ts'
import type { CallInput, CallResult } from './types.ts'

/**
 * The first call. Its attempt is on record before the first byte leaves, its answer is stored sealed before this
 * completes. A second run of the same step joins the first, waits for its holder, or takes over from a dead one.
 */
export function createCallModel(deps: RequestDeps): (input: CallInput) => Promise<CallResult> {
  return ({ requestId, route }) =>
    deps.inFlight.join(requestId, async () => {
      const request = await openRequest(deps, requestId)
      if (!request?.prepared) return recordedBefore()
      const { prepared } = request
      const { freshAttempt } = request
      request.freshAttempt = null
      const taken =
        freshAttempt === null
          ? await takeAttempt(deps, request, { mayCall: true })
          : { kind: 'ours' as const, attemptNo: freshAttempt, target: route }
      if (taken.kind === 'ended') return { ...taken.outcome, attempt: taken.attemptNo }
      try {
        return { ...(await askModel(deps, request, prepared, taken)), attempt: taken.attemptNo }
      } catch (error) {
        if (error instanceof AttemptLost) return await afterLoss(deps, request)
        throw error
      }
    })
}

/** Another process holds the request: its outcome is this step's. */
export async function afterLoss(deps: RequestDeps, request: RequestInFlight): Promise<CallResult> {
  request.delivery?.lost()
  const taken = await takeAttempt(deps, request, { mayCall: false })
  if (taken.kind === 'ours') throw new Error('an attempt began where none may')
  return { ...taken.outcome, attempt: taken.attemptNo }
}

/** An earlier run of the task has recorded the request: `record` says how it ended. */
export function recordedBefore(): CallResult {
  return {
    status: 'answered',
    statusCode: 200,
    errorCode: null,
    failureKind: null,
    providerStatus: null,
    retryable: false,
    retryAfterMs: null,
    modelAnswered: null,
    finishReason: null,
    usage: null,
    ttftMs: null,
    flags: [],
    attempt: 0,
  }
}
