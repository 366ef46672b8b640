import { CompletionAccumulator } from '../../src/domain/chat/accumulate.ts'
import type { ChatCompletion } from '../../src/domain/chat/types.ts'
import { maskAnswer } from '../../src/domain/redaction/mask-answer.ts'
import { StreamMasker } from '../../src/domain/redaction/mask-stream.ts'
import type { AnswerCoverage } from '../../src/domain/redaction/types.ts'
import { answererOf, outcomeOfAnswer, outcomeOfFailure } from '../../src/domain/requests/outcome.ts'
import { sealResponse } from '../../src/domain/requests/sealing.ts'
import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RouteTarget } from '../../src/domain/routing/types.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { PreparedInFlight, RequestInFlight } from '../../src/ports/in-flight.ts'
import { type ModelCall, ModelError, type ModelProvider } from '../../src/ports/model-provider.ts'
import { AttemptLost } from '../../src/ports/piece-writer.ts'
import type { RequestDeps } from './deps.ts'
import { insist } from './insist.ts'
import { isWithheld, maskingOf, orWithhold, WITHHELD } from './mask.ts'
import { usageOf } from './usage-of.ts'

const NOTHING_KNOWN = { status: null, retryAfterMs: null, vendorCode: null }

interface Asked {
  outcome: AttemptOutcome
  /** The answer, or what was delivered of it. */
  completion: ChatCompletion | null
}

/**
 * Asks the model once, under an attempt that this process holds, and ends the attempt with its sealed answer. Gives the
 * outcome, also of failures. @throws AttemptLost when another process took the attempt over meanwhile.
 */
export async function askModel(
  deps: RequestDeps,
  request: RequestInFlight,
  prepared: PreparedInFlight,
  attempt: { attemptNo: number; target: RouteTarget },
  cancelled?: AbortSignal,
): Promise<AttemptOutcome> {
  const { inbox, dataKey } = request
  const provider = deps.providers.get(attempt.target.provider)
  const signals = [request.cancel.signal, ...(cancelled ? [cancelled] : [])]
  const call: ModelCall = {
    request: prepared.redacted,
    model: attempt.target.model,
    ...(inbox.context.simulate && { simulate: inbox.context.simulate }),
    signal: AbortSignal.any(signals),
  }
  return deps.inFlight.hold(inbox.requestId, async () => {
    request.turn?.rest()
    const asked = await ask(deps, request, prepared, attempt.attemptNo, provider, call)
    // What is tried again waits for that first.
    if (!asked.outcome.retryable) request.turn?.resume()
    const response = asked.completion ? sealResponse(inbox, dataKey, asked.completion, deps.randomBytes) : null
    const ended = await insist(
      async () =>
        (await deps.store.endAttempt(inbox.requestId, attempt.attemptNo, asked.outcome, response)) ??
        (await endedBefore(deps, inbox.requestId, attempt.attemptNo)),
    )
    if (!ended) throw new AttemptLost()
    request.response = response
    if (ended !== true && ended.attemptNo === 1 && ended.state === 'answered') request.answeredFirst = ended
    if (asked.outcome.status === 'answered' && asked.completion) request.delivery?.answered(asked.completion)
    return asked.outcome
  })
}

async function ask(
  deps: RequestDeps,
  request: RequestInFlight,
  prepared: PreparedInFlight,
  attemptNo: number,
  provider: ModelProvider | undefined,
  call: ModelCall,
): Promise<Asked> {
  const failure = { interactive: prepared.prepared.interactive, delivered: false }
  if (!provider) {
    const outcome = outcomeOfFailure({ ...NOTHING_KNOWN, kind: 'unreachable' }, failure)
    return { outcome: { ...outcome, retryable: false }, completion: null }
  }
  if (request.inbox.context.stream) return stream(deps, request, prepared, attemptNo, provider, call)
  try {
    const completion = await provider.complete(call)
    const usage = usageOf(deps, prepared, completion)
    const masking = maskingOf(deps, request, prepared)
    if (masking === null) return { outcome: outcomeOfAnswer(completion, usage, null), completion }
    try {
      const masked = await orWithhold(maskAnswer(completion, masking))
      const outcome = { ...outcomeOfAnswer(completion, usage, null), answer: masked.coverage }
      return { outcome, completion: masked.completion }
    } catch (error) {
      // What a withheld answer cost is on record all the same.
      const known = { usage, ...answererOf(completion), answer: WITHHELD }
      return { outcome: { ...outcomeOfError(deps, request, error, failure), ...known }, completion: null }
    }
  } catch (error) {
    return { outcome: outcomeOfError(deps, request, error, failure), completion: null }
  }
}

/** Every error of a call is an outcome: a step that fails would be run again, and ask the model again. */
function outcomeOfError(
  deps: RequestDeps,
  request: RequestInFlight,
  error: unknown,
  context: { interactive: boolean; delivered: boolean },
): AttemptOutcome {
  if (error instanceof ModelError) return outcomeOfFailure(error, context)
  const refused = error instanceof PalimpsestError
  const withheld = isWithheld(error)
  if (!refused || withheld) {
    const name = error instanceof Error ? error.name : 'unknown'
    deps.log.warn(
      { requestId: request.inbox.requestId, error: name },
      withheld ? 'the answer was withheld' : 'the model call failed in the gateway',
    )
  }
  const broken = outcomeOfFailure({ ...NOTHING_KNOWN, kind: 'malformed' }, context)
  return {
    ...broken,
    statusCode: refused ? error.status : 500,
    errorCode: refused ? error.code : 'internal_error',
    ...(refused && error.param && { param: error.param }),
    ...(withheld && { failureKind: null }),
  }
}

async function stream(
  deps: RequestDeps,
  request: RequestInFlight,
  prepared: PreparedInFlight,
  attemptNo: number,
  provider: ModelProvider,
  call: ModelCall,
): Promise<Asked> {
  const { inbox, dataKey } = request
  const delivered = new CompletionAccumulator()
  let ttftMs: number | null = null
  const masking = maskingOf(deps, request, prepared)
  const masker = masking && new StreamMasker(masking)
  const pieces = deps.pieces.open(
    {
      requestId: inbox.requestId,
      attemptNo,
      tenantId: inbox.context.tenantId,
      subjectPseudonym: inbox.subjectPseudonym,
      dataKey,
    },
    (chunk) => {
      ttftMs ??= deps.now() - inbox.context.acceptedAt
      delivered.add(chunk)
      request.delivery?.chunk(chunk)
    },
  )
  try {
    for await (const chunk of provider.stream(call)) {
      for (const one of masker ? await orWithhold(masker.push(chunk)) : [chunk]) await pieces.write(one)
    }
    for (const one of masker ? await orWithhold(masker.end()) : []) await pieces.write(one)
    await pieces.flush()
    const completion = delivered.completion()
    const outcome = outcomeOfAnswer(completion, usageOf(deps, prepared, completion), ttftMs)
    return { outcome: { ...outcome, ...answerOf(masker, null) }, completion }
  } catch (error) {
    if (error instanceof AttemptLost) throw error
    await pieces.flush().catch(() => undefined)
    const context = { interactive: prepared.prepared.interactive, delivered: pieces.delivered }
    const outcome = { ...outcomeOfError(deps, request, error, context), ...answerOf(masker, error) }
    if (!pieces.delivered) return { outcome, completion: null }
    const completion = delivered.completion('interrupted')
    const usage = usageOf(deps, prepared, completion)
    return { outcome: { ...outcome, ...answererOf(completion), usage, ttftMs }, completion }
  }
}

/** What was looked at in a masked stream, until the error if there is one. */
function answerOf(masker: StreamMasker | null, error: unknown): { answer?: AnswerCoverage } {
  if (masker === null) return {}
  const coverage = masker.coverage()
  return { answer: isWithheld(error) ? { ...WITHHELD, paths: coverage.paths } : coverage }
}

/** Whether the write that seemed to fail had gone through in an earlier try. */
async function endedBefore(deps: RequestDeps, requestId: string, attemptNo: number): Promise<boolean> {
  const newest = await deps.store.newestAttempt(requestId)
  return newest?.attemptNo === attemptNo && newest.owner === deps.store.owner && newest.outcome !== null
}
