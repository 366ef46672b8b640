import { CompletionAccumulator } from '../../src/domain/chat/accumulate.ts'
import { outcomeOfFailure, outcomeOfLostStream, usageOf } from '../../src/domain/requests/outcome.ts'
import { sealResponse } from '../../src/domain/requests/sealing.ts'
import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RouteTarget } from '../../src/domain/routing/types.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { StoredAttempt } from '../../src/ports/request-store.ts'
import type { RequestDeps } from './deps.ts'

const POLL_MS = 500

const NEVER_ENDED: AttemptOutcome = {
  ...outcomeOfFailure(
    { kind: 'unreachable', status: null, retryAfterMs: null, vendorCode: null },
    { interactive: true, delivered: false },
  ),
  retryable: false,
}

/** What a step finds when it looks for the attempt to work on. */
export type Taken =
  /** This process holds attempt `attemptNo` and may call the model. */
  | { kind: 'ours'; attemptNo: number; target: RouteTarget }
  /** The attempt has ended already. */
  | { kind: 'ended'; attemptNo: number; outcome: AttemptOutcome }

/**
 * Finds the attempt to work on after a crash or a lost workflow task: one with a live lease is waited for, one whose
 * lease is past is superseded by a new attempt (with `mayCall`); one that had begun to deliver is never asked again.
 */
export async function takeAttempt(
  deps: RequestDeps,
  request: RequestInFlight,
  options: { mayCall: boolean; cancelled?: AbortSignal },
): Promise<Taken> {
  const { requestId } = request.inbox
  for (;;) {
    options.cancelled?.throwIfAborted()
    const newest = await deps.store.newestAttempt(requestId)
    if (!newest) throw new Error('the request has no attempt on record')
    if (newest.outcome) return { kind: 'ended', attemptNo: newest.attemptNo, outcome: newest.outcome }
    if (newest.state === 'superseded' && !options.mayCall) {
      return { kind: 'ended', attemptNo: newest.attemptNo, outcome: NEVER_ENDED }
    }
    const taken = await takeUnfinished(deps, request, newest)
    if (taken) return taken
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

async function takeUnfinished(
  deps: RequestDeps,
  request: RequestInFlight,
  newest: StoredAttempt,
): Promise<Taken | undefined> {
  const { requestId } = request.inbox
  const { attemptNo, state } = newest
  if (state === 'interrupted') {
    return { kind: 'ended', attemptNo, outcome: await settleInterrupted(deps, request, attemptNo) }
  }
  if (state !== 'superseded') {
    if (newest.leaseExpired) await deps.store.supersede(requestId, attemptNo)
    return undefined
  }
  const target = { provider: newest.provider, model: newest.model } as RouteTarget
  const begun = await deps.store.beginNextAttempt(requestId, attemptNo + 1, target)
  return begun ? { kind: 'ours', attemptNo: attemptNo + 1, target } : undefined
}

/** Records a stream whose holder died with what it had delivered. */
async function settleInterrupted(
  deps: RequestDeps,
  request: RequestInFlight,
  attemptNo: number,
): Promise<AttemptOutcome> {
  const { inbox, dataKey, prepared } = request
  const accumulator = new CompletionAccumulator()
  const chunks = await deps.pieces.read({
    requestId: inbox.requestId,
    attemptNo,
    tenantId: inbox.context.tenantId,
    subjectPseudonym: inbox.subjectPseudonym,
    dataKey,
  })
  for (const chunk of chunks) accumulator.add(chunk)
  const completion = accumulator.completion('interrupted')
  const outcome = outcomeOfLostStream(completion, usageOf(completion, prepared?.promptText.length ?? 0))
  const response = sealResponse(inbox, dataKey, completion, deps.randomBytes)
  await deps.store.settleInterrupted(inbox.requestId, attemptNo, outcome, response)
  return outcome
}
