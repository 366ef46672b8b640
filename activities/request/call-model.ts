import type { ConsentCode } from '../../src/domain/consent/consent.ts'
import type { PreparedInFlight, RequestInFlight } from '../../src/ports/in-flight.ts'
import { AttemptLost } from '../../src/ports/piece-writer.ts'
import { askModel } from './ask-model.ts'
import type { RequestDeps } from './deps.ts'
import { ERASED_OUTCOME, requireSubject, unlessErased } from './erased.ts'
import { openPrepared } from './open-request.ts'
import { consentMissing } from './require-consent.ts'
import { takeAttempt } from './take-attempt.ts'
import type { Taken } from './taken.ts'
import type { CallInput, CallResult } from './types.ts'

/** Milliseconds for which an attempt that was begun counts as surely ours: well within its lease. */
const FRESH_FOR_MS = 5_000

/**
 * The first call. Its attempt is on record before the first byte leaves, its answer is stored sealed before this
 * completes. A second run of the same step joins the first, waits for its holder, or takes over from a dead one.
 */
export function createCallModel(deps: RequestDeps): (input: CallInput) => Promise<CallResult> {
  return ({ requestId, route }) => {
    const call = async () =>
      askWhileHeld(deps, await openPrepared(deps, requestId), async (request) => {
        const fresh = request.freshAttempt
        request.freshAttempt = null
        if (fresh && deps.now() - fresh.begunAt < FRESH_FOR_MS) {
          return { kind: 'ours', attemptNo: fresh.attemptNo, target: route }
        }
        return takeAttempt(deps, request, { mayCall: true })
      })
    return unlessErased(() => deps.inFlight.join(requestId, call), erasedBefore)
  }
}

/**
 * Asks the model under the attempt that `take` gives. Where another process takes it over meanwhile, that one's outcome
 * is this step's, and if it dies too, the turn is ours again. @throws SubjectErased
 */
export async function askWhileHeld(
  deps: RequestDeps,
  opened: { request: RequestInFlight; prepared: PreparedInFlight } | undefined,
  take: (request: RequestInFlight) => Promise<Taken>,
  cancelled?: AbortSignal,
): Promise<CallResult> {
  if (!opened) return recordedBefore()
  const { request, prepared } = opened
  for (;;) {
    await requireSubject(deps, request.dataKey.keyId)
    // The first attempt was begun when the consent was asked for; no other one begins without it.
    const missing = request.freshAttempt ? null : await consentMissing(deps, request.inbox, prepared.prepared)
    if (missing !== null) return withoutConsent(missing)
    const taken = await take(request)
    if (taken.kind === 'recorded') return recordedBefore()
    if (taken.kind === 'ended') return { ...taken.outcome, attempt: taken.attemptNo }
    try {
      return { ...(await askModel(deps, request, prepared, taken, cancelled)), attempt: taken.attemptNo }
    } catch (error) {
      if (!(error instanceof AttemptLost)) throw error
      request.delivery?.lost()
    }
  }
}

/** The person was erased: nothing is asked (again), and `record` says so. */
export function erasedBefore(): CallResult {
  return { ...ERASED_OUTCOME, attempt: 0 }
}

/** The consent went while the request was under way: nothing is asked again, and the entry ends as its last attempt did. */
function withoutConsent(code: ConsentCode): CallResult {
  return { ...ERASED_OUTCOME, statusCode: 403, errorCode: code, attempt: 0 }
}

/** An earlier run of the task has recorded the request: `record` says how it ended. */
function recordedBefore(): CallResult {
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
