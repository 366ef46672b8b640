import { ModelError, type ModelErrorKind } from '../../../ports/model-provider.ts'

/** Anthropic's error types, which stand for codes. Source: Anthropic API reference, "Errors". */
const KINDS: Record<string, ModelErrorKind> = {
  invalid_request_error: 'rejected',
  authentication_error: 'unauthorized',
  billing_error: 'rejected',
  permission_error: 'unauthorized',
  not_found_error: 'rejected',
  request_too_large: 'rejected',
  rate_limit_error: 'rate_limited',
  timeout_error: 'unavailable',
  api_error: 'unavailable',
  overloaded_error: 'unavailable',
}

/** Sentences that stand for a code of their own; none of them quotes the request. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^prompt is too long/, 'context_length_exceeded'],
  [
    /^`(temperature|top_p|top_k)` (is deprecated|and `top_p` cannot both be specified) for this model/,
    'unsupported_parameter',
  ],
  [/^This model does not support assistant message prefill/, 'unsupported_value'],
]

/** The type in an error body `{"type":"error","error":{"type","message"}}`, if it is a known one. */
export function anthropicCode(body: unknown): string | null {
  const error = errorIn(body)
  if (error === null || !('type' in error) || typeof error.type !== 'string') return null
  if (!Object.hasOwn(KINDS, error.type)) return null
  const message = 'message' in error && typeof error.message === 'string' ? error.message : ''
  return SENTENCES.find(([words]) => words.test(message))?.[1] ?? error.type
}

/** An error event of a stream. */
export function streamError(body: unknown): ModelError {
  const error = errorIn(body)
  const type = error !== null && 'type' in error ? String(error.type) : ''
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  return new ModelError(kind ?? 'unavailable', { status: 200, vendorCode: anthropicCode(body) })
}

function errorIn(body: unknown): object | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null
  return typeof body.error === 'object' && body.error !== null ? body.error : null
}
