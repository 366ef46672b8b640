import { type Price, priceOf } from '../../src/domain/cost/price.ts'
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

export function priceOfLast(deps: RequestDeps, attempts: readonly AttemptSummary[]): Price | null {
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

/** Tokens that the entry counts; none where nobody answered. */
export function tokensOf({ promptTokens, responseTokens }: RecordResult): number {
  return (promptTokens ?? 0) + (responseTokens ?? 0)
}
