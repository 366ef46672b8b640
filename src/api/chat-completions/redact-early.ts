import type { ChatRequest } from '../../domain/chat/types.ts'
import { redactChat } from '../../domain/redaction/redact-chat.ts'
import { redactionPolicyOf } from '../../domain/redaction/redaction-policy.ts'
import { scanWithinMs } from '../../domain/redaction/scan-within.ts'
import type { InboxRequest } from '../../domain/requests/types.ts'
import type { EarlyRedaction } from '../../ports/in-flight.ts'
import type { ApiDeps } from '../deps.ts'

/**
 * Begins to redact a request while it is made durable and its workflow starts. Nothing comes of it by itself: `prepare` takes it where
 * the policy is still the same, and redacts anew where it is not. A failure is `prepare`'s to tell.
 */
export function redactEarly(
  deps: Pick<ApiDeps, 'engine' | 'policy'>,
  inbox: InboxRequest,
  body: ChatRequest,
): EarlyRedaction {
  const { tenantId, tool } = inbox.context
  const now = deps.policy.now()
  const signal = AbortSignal.timeout(scanWithinMs(inbox.sealedBody.length))
  const policy = redactionPolicyOf(now.redaction(tenantId, tool))
  const redacted = redactChat({ request: body, engine: deps.engine, policy, signal })
  // Whoever awaits it hears of its failure; that nobody does is none.
  redacted.catch(() => undefined)
  return { policyVersion: now.routing(tenantId).policyVersion, redacted }
}
