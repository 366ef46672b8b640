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

/** The type in an error body `{"type":"error","error":{"type","message"}}`, if it is a known one. */
export function anthropicCode(body: unknown): string | null {
  const error = errorIn(body)
  if (error === null || !('type' in error) || typeof error.type !== 'string') return null
  if (!Object.hasOwn(KINDS, error.type)) return null
  const message = 'message' in error ? error.message : null
  const tooLong = typeof message === 'string' && message.startsWith('prompt is too long')
  return tooLong ? 'context_length_exceeded' : error.type
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
