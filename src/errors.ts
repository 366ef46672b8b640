/**
 * Every error a caller can see. The code is stable and documented, the message tells the reader what to do,
 * and neither ever holds data of a request. The shape on the wire is OpenAI's error object.
 */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'rate_limit_error'
  | 'api_error'
  | 'service_unavailable_error'

export interface PalimpsestErrorFields {
  /** Stable, snake_case; part of the contract. */
  code: string
  /** HTTP status the API answers with. */
  status: number
  /** One sentence that says what to do. Never data. */
  message: string
  type?: ErrorType
  /** JSON path or header name at fault; app-named keys are `*`. */
  param?: string | null
  /** Seconds for `Retry-After`, when waiting helps. */
  retryAfterSeconds?: number
  cause?: unknown
}

export class PalimpsestError extends Error {
  readonly code: string
  readonly status: number
  readonly type: ErrorType
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined

  constructor(fields: PalimpsestErrorFields) {
    super(fields.message, { cause: fields.cause })
    this.name = 'PalimpsestError'
    this.code = fields.code
    this.status = fields.status
    this.type = fields.type ?? typeOfStatus(fields.status)
    this.param = fields.param ?? null
    this.retryAfterSeconds = fields.retryAfterSeconds
  }

  /** OpenAI's error object. */
  toBody(): { error: { message: string; type: ErrorType; code: string; param: string | null } } {
    return { error: { message: this.message, type: this.type, code: this.code, param: this.param } }
  }
}

function typeOfStatus(status: number): ErrorType {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  if (status === 503) return 'service_unavailable_error'
  return status >= 500 ? 'api_error' : 'invalid_request_error'
}
