import { CompletionAccumulator } from '../../src/domain/chat/accumulate.ts'
import { outcomeOfFailure, outcomeOfLostStream } from '../../src/domain/requests/outcome.ts'
import { sealResponse } from '../../src/domain/requests/sealing.ts'
import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RouteTarget } from '../../src/domain/routing/types.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { StoredAttempt } from '../../src/ports/request-store.ts'
import { beginNext } from './begin-next.ts'
import type { RequestDeps } from './deps.ts'
import { leave } from './open-request.ts'
import type { Taken } from './taken.ts'
import { usageOf } from './usage-of.ts'

const POLL_MS = 500

const NEVER_ENDED: AttemptOutcome = {
  ...outcomeOfFailure(
    { kind: 'unreachable', status: null, retryAfterMs: null, vendorCode: null },
    { interactive: true, delivered: false },
  ),
  retryable: false,
}

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
    const taken = newest ? await take(deps, request, newest, options.mayCall) : await recorded(deps, request)
    if (taken) return taken
    if (!newest?.leaseExpired) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Undefined: look again. */
async function take(
  deps: RequestDeps,
  request: RequestInFlight,
  newest: StoredAttempt,
  mayCall: boolean,
): Promise<Taken | undefined> {
  const { requestId } = request.inbox
  const { attemptNo, state, outcome } = newest
  if (outcome) return { kind: 'ended', attemptNo, outcome }
  if (state === 'interrupted') {
    return { kind: 'ended', attemptNo, outcome: await settleInterrupted(deps, request, attemptNo) }
  }
  const ours: Taken = {
    kind: 'ours',
    attemptNo: attemptNo + 1,
    target: { provider: newest.provider, model: newest.model } as RouteTarget,
  }
  if (state === 'superseded') {
    if (!mayCall) return { kind: 'ended', attemptNo, outcome: NEVER_ENDED }
    return beginNext(deps, request, { attemptNo, outcome: NEVER_ENDED }, ours.target)
  }
  if (!newest.leaseExpired) return undefined
  return (await deps.store.takeOver(requestId, attemptNo, mayCall)) === 'begun' ? ours : undefined
}

async function recorded(deps: RequestDeps, request: RequestInFlight): Promise<Taken> {
  const { requestId } = request.inbox
  if (!(await deps.entries.find(requestId))) throw new Error('the request is neither in flight nor recorded')
  leave(deps, request)
  return { kind: 'recorded' }
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
  const outcome = outcomeOfLostStream(completion, usageOf(deps, prepared, completion))
  const response = sealResponse(inbox, dataKey, completion, deps.randomBytes)
  await deps.store.settleInterrupted(inbox.requestId, attemptNo, outcome, response)
  return outcome
}
