import { PalimpsestError } from '../../errors.ts'
import { CONSENT_WORDS } from '../consent/consent.ts'

const REJECTED = 'The provider refused this request as malformed or unsupported; change it before trying again.'

/** What an app is told for an outcome that was recorded; the code alone stands in the ledger. */
const MESSAGES: Record<string, string> = {
  region_unknown: 'X-Data-Region names a region that the configuration does not know.',
  model_not_allowed: "The tool's policy does not allow this model: ask for one that the tool lists under models.",
  model_not_found: 'No provider is configured for a model of this name: GET /v1/models lists the ones there are.',
  residency_no_route:
    "No configured provider may receive data of this region: configure one that the region's residency allows.",
  hipaa_no_route: 'The tool is under HIPAA and no configured provider for this model is marked covered_for_hipaa.',
  provider_not_configured:
    "The model's provider is not configured here: set its key or address, or ask for another model.",
  ...CONSENT_WORDS,
  unscannable_content:
    'This part cannot be checked for personal data, so nothing was sent: leave it out, or let the tenant allow it.',
  redaction_failed: 'The request could not be checked for personal data, so nothing was sent; try again later.',
  answer_scan_failed: 'The answer could not be checked for personal data, so it was not released; send a new request.',
  provider_rejected: REJECTED,
  unsupported_parameter:
    "The model's provider does not take a parameter of this request (such as n, logprobs, temperature or top_p): leave it out or ask another model.",
  unsupported_value:
    "The model's provider does not take a value of this request (such as a forced tool_choice, or an assistant message at the end): change it or ask another model.",
  provider_unauthorized: "The provider does not accept this gateway's credentials: its operator has to renew them.",
  provider_rate_limited: 'The provider is limiting requests: try again after the time that Retry-After names.',
  provider_unavailable: 'The provider answered with an error, also when asked again; try again later.',
  provider_unreachable: 'The provider could not be reached, also when tried again; try again later.',
  provider_timeout: 'The provider sent nothing for too long, so the call was given up; try again later.',
  provider_malformed: "The provider's answer is not in its own format, so it was not passed on.",
  provider_interrupted: 'The provider broke off its answer; try again later.',
  stream_interrupted: 'The stream was interrupted and recorded as delivered; send a new request for a new answer.',
  client_closed_request: 'The client closed the connection and the call was cancelled.',
  context_length_exceeded: "The request is longer than the model's context: shorten it.",
  budget_exhausted:
    'The provider failed, and a budget has no room for asking again: try again later, GET /v1/budgets says how it stands.',
  subject_erased:
    'The person this request belongs to was erased while it was under way, so nothing of it is kept; send a new request.',
  internal_error: 'The gateway failed on this request; its log names the cause under the request id.',
}

/** The error of a recorded outcome that is no answer, or of one that is about to be. */
export function errorOfOutcome(outcome: {
  statusCode: number
  errorCode: string | null
  param?: string | null
  retryAfterMs?: number | null
  cause?: unknown
}): PalimpsestError {
  const code = outcome.errorCode ?? 'internal_error'
  return new PalimpsestError({
    code,
    status: outcome.statusCode === 499 ? 502 : outcome.statusCode,
    message: MESSAGES[code] ?? (outcome.statusCode === 400 ? REJECTED : `The request was not answered (${code}).`),
    param: outcome.param ?? null,
    cause: outcome.cause,
    ...(outcome.retryAfterMs && { retryAfterSeconds: outcome.retryAfterMs / 1000 }),
  })
}
