import { buildEntry, endOf, type StatedPolicy } from '../../src/domain/requests/build-entry.ts'
import type { AttemptSummary, RequestContext } from '../../src/domain/requests/types.ts'
import { statedBasis } from '../../src/domain/routing/lawful-basis.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestPolicy } from '../../src/ports/request-policy.ts'
import type { RequestDeps } from './deps.ts'
import { unlessErased } from './erased.ts'
import { openPrepared, openRequest } from './open-request.ts'
import { recordErased } from './record-erased.ts'
import { priceOfAttempts, recorded, tokensOf } from './recorded.ts'
import { scanResponse } from './scan-response.ts'
import { takeAttempt } from './take-attempt.ts'
import type { RecordInput, RecordResult } from './types.ts'

/**
 * Prices the request and appends its entry: entry, sealed content and the end of the in-flight rows are one transaction.
 * A second run finds the entry and reports it. Of a person who was erased meanwhile the entry has the envelope alone.
 */
export function createRecord(deps: RequestDeps): (input: RecordInput) => Promise<RecordResult> {
  const record = createPlainRecord(deps)
  return (input) =>
    unlessErased(
      () => record(input),
      () => recordErased(deps, input.requestId),
    )
}

function createPlainRecord(deps: RequestDeps): (input: RecordInput) => Promise<RecordResult> {
  return async ({ requestId, refusal }) => {
    const request = refusal ? await openRequest(deps, requestId) : (await openPrepared(deps, requestId))?.request
    if (!request) return recorded(deps, requestId)
    // A try that timed out may still be under way somewhere: its end belongs into the entry.
    if (!refusal && !request.response) {
      const taken = await takeAttempt(deps, request, { mayCall: false })
      if (taken.kind === 'recorded') return recorded(deps, requestId)
    }
    const attempts = refusal ? [] : await attemptsOf(deps, request)
    const response = request.response ?? (await deps.store.readResponse(requestId)) ?? null
    const price = priceOfAttempts(deps, attempts)
    await request.turn?.giveWay()
    const masked = attempts.at(-1)?.outcome?.answer
    const answer = masked ?? (response && (await scanResponse(deps, request, response)))
    const draft = buildEntry({
      inbox: request.inbox,
      now: deps.now(),
      refusal,
      policy: statedPolicy(request.policy ?? deps.policy, request.inbox.context),
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
    await request.turn?.giveWay()
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
    request.used?.(tokensOf(result))
    deps.inFlight.remove(requestId)
    request.delivery?.settled({
      ...result,
      param: refusal?.param ?? attempts.at(-1)?.outcome?.param ?? null,
      retryAfterMs: attempts.at(-1)?.outcome?.retryAfterMs ?? null,
    })
    return result
  }
}

/** What the store says of a request's attempts, read where this process does not know it already. */
async function attemptsOf(
  { store }: RequestDeps,
  { inbox, answeredFirst }: RequestInFlight,
): Promise<AttemptSummary[]> {
  return answeredFirst ? [answeredFirst] : store.attempts(inbox.requestId)
}

/** What an entry states of the policy where nothing was prepared. */
function statedPolicy(policy: RequestPolicy, { tenantId, tool: name }: RequestContext): StatedPolicy | undefined {
  if (!policy.isConfigured(tenantId)) return undefined
  const tool = policy.tool(tenantId, name)
  const { policyVersion } = policy.routing(tenantId)
  return { purpose: tool.purpose, lawfulBasis: statedBasis(tool), policyVersion }
}
