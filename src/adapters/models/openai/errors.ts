import { ModelError, type ModelErrorKind } from '../../../ports/model-provider.ts'

/** OpenAI's and Azure OpenAI's error codes that are passed on; any other may be free text and is dropped. */
const CODES = new Set([
  'account_deactivated',
  'billing_hard_limit_reached',
  'billing_not_active',
  'content_filter',
  'content_policy_violation',
  'context_length_exceeded',
  'DeploymentNotFound',
  'engine_overloaded',
  'insufficient_quota',
  'integer_above_max_value',
  'integer_below_min_value',
  'invalid_api_key',
  'invalid_organization',
  'invalid_type',
  'invalid_value',
  'ip_not_authorized',
  'missing_required_parameter',
  'model_not_found',
  'OperationNotSupported',
  'rate_limit_exceeded',
  'server_error',
  'string_above_max_length',
  'unknown_parameter',
  'unsupported_country_region_territory',
  'unsupported_parameter',
  'unsupported_value',
])

/** The code in an error body of OpenAI's shape, `{"error":{"message","type","param","code"}}`, if it is a known one. */
export function openAiCode(body: unknown): string | null {
  const error = errorIn(body)
  if (error === null) return null
  const code = 'code' in error ? error.code : null
  if (typeof code === 'string' && CODES.has(code)) return code
  const type = 'type' in error ? error.type : null
  return typeof type === 'string' && CODES.has(type) ? type : null
}

/** An error object sent with status 200 or in the middle of a stream, as a ModelError; null where there is none. */
export function embeddedError(body: unknown): ModelError | null {
  const error = errorIn(body)
  if (error === null) return null
  const vendorCode = openAiCode(body)
  return new ModelError(kindOf(error, vendorCode), { status: 200, vendorCode })
}

function kindOf(error: object, code: string | null): ModelErrorKind {
  const type = 'type' in error ? error.type : null
  if (code === 'rate_limit_exceeded' || code === 'insufficient_quota' || type === 'rate_limit_error')
    return 'rate_limited'
  if (code === 'invalid_api_key' || type === 'authentication_error' || type === 'permission_error')
    return 'unauthorized'
  if (type === 'invalid_request_error') return 'rejected'
  return 'unavailable'
}

function errorIn(body: unknown): object | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null
  return typeof body.error === 'object' && body.error !== null ? body.error : null
}
