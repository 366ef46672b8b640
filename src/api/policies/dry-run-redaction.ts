import { redactChat } from '../../domain/redaction/redact-chat.ts'
import { redactionPolicyOf } from '../../domain/redaction/redaction-policy.ts'
import { scanWithinMs } from '../../domain/redaction/scan-within.ts'
import { errorOfOutcome } from '../../domain/requests/messages.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call, Step } from './dry-run-steps.ts'

/** What would be replaced, by counts and coverage; never a text. */
export async function redactionStep(
  deps: Pick<ApiDeps, 'engine'>,
  { caller, headers, body, policy, length }: Call & { length: number },
  gone: AbortSignal,
): Promise<Step> {
  const rules = policy.redaction(caller.tenantId, headers.tool)
  const signal = AbortSignal.any([gone, AbortSignal.timeout(scanWithinMs(length))])
  try {
    const { counts, coverage, placeholders } = await redactChat({
      request: body,
      engine: deps.engine,
      policy: redactionPolicyOf(rules),
      signal,
    })
    const found = {
      entity_counts: counts,
      placeholders: placeholders.length,
      answers: rules.answers ?? 'record',
      coverage,
    }
    return { step: 'redaction', refused: null, found }
  } catch (cause) {
    gone.throwIfAborted()
    if (cause instanceof PalimpsestError && cause.code !== 'redaction_failed') {
      return { step: 'redaction', refused: cause, found: { param: cause.param } }
    }
    const found = { failed: true, on_failure: rules.onFailure }
    if (rules.onFailure === 'send') return { step: 'redaction', refused: null, found }
    return {
      step: 'redaction',
      refused: errorOfOutcome({ statusCode: 503, errorCode: 'redaction_failed', cause }),
      found,
    }
  }
}
