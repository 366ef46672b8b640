import type { ChatCompletion } from '../../domain/chat/types.ts'
import { errorOfOutcome } from '../../domain/requests/messages.ts'
import { openText, openValues } from '../../domain/requests/sealing.ts'
import { ARGUMENTS_KEPT } from '../../domain/requests/types.ts'
import { sealedKeyId } from '../../domain/sealing/seal.ts'
import { PalimpsestError } from '../../errors.ts'
import type { Placeholder } from '../../ports/in-flight.ts'
import { KeyDestroyed } from '../../ports/key-service.ts'
import type { ApiDeps } from '../deps.ts'

export interface ReplayedAnswer {
  completion: ChatCompletion
  placeholders: Placeholder[]
  restoreArguments: boolean
  route: string
}

/**
 * The answer of a recorded request, opened from the ledger's content: for a repeated idempotency key, and for a request
 * that another process finished. @throws PalimpsestError as the request ended, `stream_interrupted` (409) for a stream
 * that was cut, `subject_erased` (410) for one whose person was erased before it ended, `answer_erased` (410) for an answer
 * that was erased since.
 */
export async function replay(deps: ApiDeps, tenantId: string, requestId: string): Promise<ReplayedAnswer> {
  const entry = await deps.entries.entry(tenantId, requestId)
  if (!entry) throw withdrawn()
  const { envelope } = entry
  if (envelope.status === 'interrupted') {
    throw errorOfOutcome({ statusCode: 409, errorCode: 'stream_interrupted' })
  }
  if (envelope.status !== 'answered') {
    const { param = null } = JSON.parse(envelope.detail ?? '{}') as { param?: string | null }
    throw errorOfOutcome({ statusCode: envelope.status_code ?? 500, errorCode: envelope.error_code, param })
  }
  await deps.gate.requireReplayed()
  const content = await deps.entries.content(tenantId, requestId)
  if (!content?.sealedResponse) throw erased()
  const inbox = { requestId, subjectPseudonym: envelope.subject_pseudonym ?? '', context: { tenantId } }
  const dataKey = await deps.keys.dataKey(sealedKeyId(content.sealedResponse)).catch((error: unknown) => {
    throw error instanceof KeyDestroyed ? erased() : error
  })
  const values = await deps.entries.values(tenantId, requestId)
  return {
    completion: JSON.parse(openText(inbox, dataKey, 'response', content.sealedResponse)) as ChatCompletion,
    placeholders: openValues(inbox, dataKey, values),
    restoreArguments: !envelope.flags.includes(ARGUMENTS_KEPT),
    route: envelope.route ?? 'none',
  }
}

function withdrawn(): PalimpsestError {
  return new PalimpsestError({
    code: 'request_withdrawn',
    status: 503,
    message: 'The request was taken back before anything was sent; send it again.',
    retryAfterSeconds: 1,
  })
}

function erased(): PalimpsestError {
  return new PalimpsestError({
    code: 'answer_erased',
    status: 410,
    message: 'The answer to this request has been erased.',
  })
}
