import { randomUUID } from 'node:crypto'
import type { InboxRequest } from '../../src/domain/requests/types.ts'

/** A request as it is accepted, now, with as little as there may be. */
export function inboxOf(requestId: string): InboxRequest {
  return {
    requestId,
    context: {
      tenantId: 't',
      app: 'a',
      team: null,
      apiKeyId: 'k',
      tool: 'tool',
      feature: null,
      region: 'us',
      sessionPseudonym: null,
      consentPseudonym: null,
      modelAsked: 'm',
      stream: false,
      acceptedAt: Date.now(),
    },
    subjectPseudonym: 's',
    dataKeyId: randomUUID(),
    sealedBody: Buffer.from('b'),
    sealedSubject: null,
    subjectCommitment: null,
  }
}
