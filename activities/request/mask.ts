import type { MaskInput } from '../../src/domain/redaction/mask-answer.ts'
import { redactionPolicyOf } from '../../src/domain/redaction/redaction-policy.ts'
import { notLookedAt } from '../../src/domain/redaction/scan-answer.ts'
import type { AnswerCoverage } from '../../src/domain/redaction/types.ts'
import { errorOfOutcome } from '../../src/domain/requests/messages.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { PreparedInFlight, RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestDeps } from './deps.ts'

/** Milliseconds that a scan may take before an answer, or a sentence of it, is released. */
const MASK_TIMEOUT_MS = 20_000
const SCAN_FAILED = 'answer_scan_failed'

/** What masking of this request's answer needs; null where its policy is not to mask. */
export function maskingOf(deps: RequestDeps, request: RequestInFlight, prepared: PreparedInFlight): MaskInput | null {
  const { tenantId, tool } = request.inbox.context
  const rules = (request.policy ?? deps.policy).redaction(tenantId, tool)
  if (rules.answers !== 'mask') return null
  return {
    placeholders: prepared.placeholders,
    promptText: prepared.promptText,
    engine: deps.engine,
    policy: redactionPolicyOf(rules),
    timeoutMs: MASK_TIMEOUT_MS,
  }
}

/** Runs a step of masking. @throws PalimpsestError `answer_scan_failed`: nothing more of the answer may be released. */
export async function orWithhold<T>(step: Promise<T>): Promise<T> {
  try {
    return await step
  } catch (cause) {
    throw errorOfOutcome({ statusCode: 502, errorCode: SCAN_FAILED, cause })
  }
}

/** Whether an error is that of `orWithhold`. */
export function isWithheld(error: unknown): boolean {
  return error instanceof PalimpsestError && error.code === SCAN_FAILED
}

/** Of an answer that was withheld. */
export const WITHHELD: AnswerCoverage = notLookedAt('mask', 'failed')
