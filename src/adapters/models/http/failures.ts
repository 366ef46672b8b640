import { ModelError, type ModelErrorKind } from '../../../ports/model-provider.ts'

/** What happened to a connection, as a ModelError. The original error is dropped: its text may quote bytes of the answer. */
export function transportError(error: Error, at: { started: boolean; sent: boolean }): ModelError {
  if (error instanceof ModelError) return error
  return new ModelError(transportKind(error, at.started), { sent: at.sent })
}

function transportKind(error: Error, started: boolean): ModelErrorKind {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout'
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_'))
    return code === 'HPE_INVALID_EOF_STATE' ? cut(started) : 'malformed'
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'malformed'
  return cut(started)
}

function cut(started: boolean): ModelErrorKind {
  return started ? 'interrupted' : 'unreachable'
}

/** Which kind an HTTP status of a vendor is. A redirect is no answer of a model API. */
export function kindOfStatus(status: number): ModelErrorKind {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status === 409 || status >= 500) return 'unavailable'
  return status >= 400 ? 'rejected' : 'malformed'
}

/** A day: a vendor that asks for more has a wrong clock or means "never". */
const MAX_RETRY_AFTER_MS = 86_400_000

/**
 * How long the vendor asks to wait, in milliseconds: `retry-after-ms`, else `Retry-After` in seconds or as a date
 * (RFC 9110, section 10.2.3). Null where there is none or it makes no sense.
 */
export function retryAfterMs(headers: Record<string, string | string[] | undefined>, nowMs: number): number | null {
  const exact = decimal(headers['retry-after-ms'])
  if (exact !== null) return Math.min(Math.ceil(exact), MAX_RETRY_AFTER_MS)
  const value = headers['retry-after']
  const seconds = decimal(value)
  if (seconds !== null) return Math.min(Math.ceil(seconds * 1000), MAX_RETRY_AFTER_MS)
  if (typeof value !== 'string' || !value.endsWith('GMT')) return null
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - nowMs), MAX_RETRY_AFTER_MS)
}

function decimal(value: string | string[] | undefined): number | null {
  return typeof value === 'string' && /^\d{1,12}(\.\d{1,9})?$/.test(value.trim()) ? Number(value) : null
}
