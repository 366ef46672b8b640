import type { ChatCompletion } from '../chat/types.ts'
import { serviceTierOf } from '../cost/service-tier.ts'
import { finishFact, modelFact } from './provider-facts.ts'
import type { AttemptOutcome, ModelErrorKind, TokenUsage } from './types.ts'

interface Failure {
  kind: ModelErrorKind
  status: number | null
  retryAfterMs: number | null
  vendorCode: string | null
}

const FAILURES: Record<ModelErrorKind, { statusCode: number; code: string; retryable: boolean }> = {
  rejected: { statusCode: 400, code: 'provider_rejected', retryable: false },
  unauthorized: { statusCode: 502, code: 'provider_unauthorized', retryable: false },
  rate_limited: { statusCode: 429, code: 'provider_rate_limited', retryable: false },
  unavailable: { statusCode: 502, code: 'provider_unavailable', retryable: true },
  unreachable: { statusCode: 502, code: 'provider_unreachable', retryable: true },
  timeout: { statusCode: 504, code: 'provider_timeout', retryable: false },
  malformed: { statusCode: 502, code: 'provider_malformed', retryable: false },
  interrupted: { statusCode: 502, code: 'provider_interrupted', retryable: true },
  aborted: { statusCode: 499, code: 'client_closed_request', retryable: false },
}

const EMPTY = { modelAnswered: null, finishReason: null, usage: null, ttftMs: null, flags: [] }

/**
 * What a provider's failure means for the app and for a further try. A 429 is waited out only where nobody waits for the
 * answer; nothing is asked again once a part of a stream was delivered.
 */
export function outcomeOfFailure(
  failure: Failure,
  context: { interactive: boolean; delivered: boolean },
): AttemptOutcome {
  const { statusCode, code, retryable } = FAILURES[failure.kind]
  const waits = failure.kind === 'rate_limited' && !context.interactive
  return {
    ...EMPTY,
    status: context.delivered ? 'interrupted' : 'failed',
    statusCode,
    errorCode: failure.kind === 'rejected' && failure.vendorCode ? failure.vendorCode : code,
    failureKind: failure.kind,
    providerStatus: failure.status,
    retryable: !context.delivered && (retryable || waits),
    retryAfterMs: failure.retryAfterMs,
  }
}

export function outcomeOfAnswer(completion: ChatCompletion, usage: TokenUsage, ttftMs: number | null): AttemptOutcome {
  return {
    status: 'answered',
    statusCode: 200,
    errorCode: null,
    failureKind: null,
    providerStatus: 200,
    retryable: false,
    retryAfterMs: null,
    ...answererOf(completion),
    finishReason: finishFact(completion.choices[0]?.finish_reason),
    usage,
    ttftMs,
    flags: [],
  }
}

/** Who answered, and how it was served. */
export function answererOf(completion: ChatCompletion): Pick<AttemptOutcome, 'modelAnswered' | 'serviceTier'> {
  const tier = serviceTierOf(completion.service_tier)
  return { modelAnswered: modelFact(completion.model), ...(tier && { serviceTier: tier }) }
}

/** A stream whose holder died: recorded with what was delivered. */
export function outcomeOfLostStream(completion: ChatCompletion, usage: TokenUsage): AttemptOutcome {
  return {
    ...EMPTY,
    status: 'interrupted',
    statusCode: 502,
    errorCode: 'stream_interrupted',
    failureKind: null,
    providerStatus: null,
    retryable: false,
    retryAfterMs: null,
    ...answererOf(completion),
    usage,
    flags: [],
  }
}

/** The provider's own count; undefined: it told none. */
export function toldUsage({ usage }: ChatCompletion): TokenUsage | undefined {
  if (!usage) return undefined
  const {
    cache_write_tokens: written,
    cache_write_1h_tokens: kept = 0,
    audio_tokens: heard,
  } = usage.prompt_tokens_details ?? {}
  return {
    promptTokens: usage.prompt_tokens,
    responseTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    ...someOf({
      cacheWriteTokens: written,
      cacheWriteHourTokens: Math.min(kept, written ?? 0),
      audioPromptTokens: heard,
      audioResponseTokens: usage.completion_tokens_details?.audio_tokens,
    }),
    estimated: false,
  }
}

/** Those that are above 0. */
function someOf<T extends object>(counts: T): { [K in keyof T]?: number } {
  return Object.fromEntries(
    Object.entries(counts).filter(([, tokens]) => typeof tokens === 'number' && tokens > 0),
  ) as {
    [K in keyof T]?: number
  }
}
