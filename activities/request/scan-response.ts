import type { ChatCompletion } from '../../src/domain/chat/types.ts'
import { within } from '../../src/domain/redaction/mask-answer.ts'
import { redactionPolicyOf } from '../../src/domain/redaction/redaction-policy.ts'
import { notLookedAt, scanAnswer } from '../../src/domain/redaction/scan-answer.ts'
import type { AnswerCoverage } from '../../src/domain/redaction/types.ts'
import { openText } from '../../src/domain/requests/sealing.ts'
import type { SealedResponse } from '../../src/domain/requests/types.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestDeps } from './deps.ts'

/** Milliseconds that looking at one answer may take. */
const SCAN_TIMEOUT_MS = 20_000

/**
 * Looks for personal data in an answer that the client did not send, as the policy of tenant and tool says. The caller
 * has the answer by then, unless the record is `sync`. A scan that fails or takes too long is part of what it gives:
 * the entry says that the answer was not looked at.
 */
export async function scanResponse(
  deps: RequestDeps,
  request: RequestInFlight,
  response: SealedResponse,
): Promise<AnswerCoverage | null> {
  const { inbox, dataKey, prepared } = request
  if (!prepared) return null
  const rules = (request.policy ?? deps.policy).redaction(inbox.context.tenantId, inbox.context.tool)
  if (rules.answers === 'off') return notLookedAt('off', 'off')
  if (rules.answers === 'mask') return notLookedAt('mask', 'interrupted')
  const timeout = AbortSignal.timeout(SCAN_TIMEOUT_MS)
  try {
    const completion = JSON.parse(openText(inbox, dataKey, 'response', response.sealedResponse)) as ChatCompletion
    const { placeholders, promptText } = prepared
    const policy = redactionPolicyOf(rules)
    const scan = scanAnswer({ completion, placeholders, promptText, engine: deps.engine, policy, signal: timeout })
    return await within(scan, timeout)
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ requestId: inbox.requestId, error: name }, 'the answer could not be checked for personal data')
    return notLookedAt('record', timeout.aborted ? 'timeout' : 'failed')
  }
}
