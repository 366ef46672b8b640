import { type Price, priceOf } from '../../src/domain/cost/price.ts'
import { type RequestPrice, totalPrice } from '../../src/domain/cost/request-price.ts'
import type { AttemptSummary } from '../../src/domain/requests/types.ts'
import type { RequestDeps } from './deps.ts'
import type { RecordResult } from './types.ts'

/** What the entry of a request says of its end. @throws Error where there is none. */
export async function recorded(deps: RequestDeps, requestId: string): Promise<RecordResult> {
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

/**
 * What the attempts cost together, each priced by itself: a provider bills every one that it counted tokens of. Unit prices and
 * version are those of the newest. Null: none was counted.
 */
export function priceOfAttempts(deps: RequestDeps, attempts: readonly AttemptSummary[]): RequestPrice | null {
  const byAttempt = new Map<number, Price>()
  for (const attempt of attempts) {
    const { attemptNo, outcome, provider, model, startedAt, endedAt } = attempt
    if (!outcome?.usage) continue
    const { usage, modelAnswered, serviceTier = null } = outcome
    const computeMs = (endedAt ?? startedAt) - startedAt
    const question = {
      provider,
      model: modelAnswered ?? model,
      alsoCalled: model,
      serviceTier,
      at: startedAt,
      usage,
      computeMs,
      prices: deps.prices,
    }
    byAttempt.set(attemptNo, priceOf(question))
  }
  return totalPrice(byAttempt)
}

/** Tokens that the entry counts; none where nobody answered. */
export function tokensOf({ promptTokens, responseTokens }: RecordResult): number {
  return (promptTokens ?? 0) + (responseTokens ?? 0)
}
