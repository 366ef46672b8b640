import { type Price, priceOf } from '../../src/domain/cost/price.ts'
import { buildEntry, endOf } from '../../src/domain/requests/build-entry.ts'
import type { AttemptSummary } from '../../src/domain/requests/types.ts'
import type { RequestDeps } from './deps.ts'
import { openPrepared, openRequest } from './open-request.ts'
import { scanResponse } from './scan-response.ts'
import { takeAttempt } from './take-attempt.ts'
import type { RecordInput, RecordResult } from './types.ts'

/**
 * Prices the request and appends its entry: entry, sealed content and the end of the in-flight rows are one transaction.
 * A second run finds the entry and reports it.
 */
export function createRecord(deps: RequestDeps): (input: RecordInput) => Promise<RecordResult> {
  return async ({ requestId, refusal }) => {
    const request = refusal ? await openRequest(deps, requestId) : (await openPrepared(deps, requestId))?.request
    if (!request) return recorded(deps, requestId)
    // A try that timed out may still be under way somewhere: its end belongs into the entry.
    if (!refusal && !request.response) {
      const taken = await takeAttempt(deps, request, { mayCall: false })
      if (taken.kind === 'recorded') return recorded(deps, requestId)
    }
    const attempts = refusal ? [] : await deps.store.attempts(requestId)
    const response = request.response ?? (await deps.store.readResponse(requestId)) ?? null
    const price = priceOfLast(deps, attempts)
    const masked = attempts.at(-1)?.outcome?.answer
    const answer = masked ?? (response && (await scanResponse(deps, request, response)))
    const draft = buildEntry({
      inbox: request.inbox,
      now: deps.now(),
      refusal,
      prepared: request.prepared?.prepared ?? null,
      sealedPrompt: request.prepared?.sealed.sealedPrompt ?? null,
      promptCommitment: request.prepared?.sealed.promptCommitment ?? null,
      sealedResponse: response?.sealedResponse ?? null,
      responseCommitment: response?.responseCommitment ?? null,
      attempts,
      price,
      clientGone: request.clientGone,
      answer,
    })
    const appended = await deps.ledger.append(draft)
    const result =
      appended === 'already'
        ? await recorded(deps, requestId)
        : {
            ...endOf({ refusal, attempts }),
            attempts: attempts.length,
            promptTokens: draft.envelope.prompt_tokens,
            responseTokens: draft.envelope.response_tokens,
            costUsd: draft.envelope.cost_usd,
            entryId: requestId,
          }
    deps.inFlight.remove(requestId)
    request.delivery?.settled({
      ...result,
      param: refusal?.param ?? null,
      retryAfterMs: attempts.at(-1)?.outcome?.retryAfterMs ?? null,
    })
    return result
  }
}

function priceOfLast(deps: RequestDeps, attempts: readonly AttemptSummary[]): Price | null {
  const last = attempts.at(-1)
  if (!last?.outcome?.usage) return null
  return priceOf({
    provider: last.provider,
    model: last.outcome.modelAnswered ?? last.model,
    at: last.startedAt,
    usage: last.outcome.usage,
    prices: deps.prices,
  })
}

async function recorded(deps: RequestDeps, requestId: string): Promise<RecordResult> {
  const entry = await deps.entries.find(requestId)
  if (!entry) throw new Error('the request is neither in flight nor recorded')
  const { envelope } = entry
  return {
    status: envelope.status as RecordResult['status'],
    statusCode: envelope.status_code ?? 500,
    errorCode: envelope.error_code,
    attempts: envelope.attempt_count,
    promptTokens: envelope.prompt_tokens,
    responseTokens: envelope.response_tokens,
    costUsd: envelope.cost_usd,
    entryId: envelope.id,
  }
}
