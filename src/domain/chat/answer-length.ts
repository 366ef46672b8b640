import type { ProviderName } from '../routing/types.ts'
import type { ChatRequest } from './types.ts'

/** Sent to Anthropic where nobody bounds the answer: it wants a number. */
export const ANTHROPIC_ANSWER_TOKENS = 4_096
/** What an answer that nobody bounds is taken to have at most: nothing enforces it. */
export const UNBOUNDED_ANSWER_TOKENS = 16_384

/** Tokens that one answer may have by what the request says; null: it does not say. */
export function answerBound(body: ChatRequest): number | null {
  return positive(body.max_completion_tokens) ?? positive(body.max_tokens)
}

/** Tokens that all answers to a request have at most, from this provider. */
export function mostAnswerTokens(body: ChatRequest, provider: ProviderName): number {
  const unbounded = provider === 'anthropic' ? ANTHROPIC_ANSWER_TOKENS : UNBOUNDED_ANSWER_TOKENS
  return (answerBound(body) ?? unbounded) * (positive(body.n) ?? 1)
}

/** The request with answers no longer than this; as it is where it asks for no more, or there is no bound. */
export function withAnswerBound(body: ChatRequest, most: number | undefined): ChatRequest {
  if (most === undefined || (answerBound(body) ?? Number.POSITIVE_INFINITY) <= most) return body
  return body.max_tokens === undefined || body.max_tokens === null
    ? { ...body, max_completion_tokens: most }
    : { ...body, max_tokens: most }
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
}
