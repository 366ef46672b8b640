import type { MaskInput } from '../../src/domain/redaction/mask-answer.ts'
import { redactionPolicyOf } from '../../src/domain/redaction/redaction-policy.ts'
import type { AnswerCoverage } from '../../src/domain/redaction/types.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { PreparedInFlight, RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestDeps } from './deps.ts'

/** Milliseconds that a scan may take before an answer, or a sentence of it, is released. */
const MASK_TIMEOUT_MS = 20_000

/** What masking of this request's answer needs; null where its policy is not to mask. */
export function maskingOf(deps: RequestDeps, request: RequestInFlight, prepared: PreparedInFlight): MaskInput | null {
  const rules = deps.policy.redaction(request.inbox.context.tenantId, request.inbox.context.tool)
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
    throw new PalimpsestError({
      code: 'answer_scan_failed',
      status: 502,
      message: 'The answer could not be checked for personal data, so it was not released; send a new request.',
      cause,
    })
  }
}

/** Of an answer that was withheld. */
export const WITHHELD: AnswerCoverage = {
  policy: 'mask',
  engine: null,
  paths: [],
  notScanned: [{ path: 'choices', reason: 'failed' }],
}
