import type { ChatRequest } from '../../src/domain/chat/types.ts'
import { restorePrepared, sealContext } from '../../src/domain/requests/sealing.ts'
import { unseal } from '../../src/domain/sealing/seal.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestDeps } from './deps.ts'

/**
 * The request as this process works on it: from memory, or read from the store and opened. Undefined when it is no longer
 * in flight.
 */
export async function openRequest(deps: RequestDeps, requestId: string): Promise<RequestInFlight | undefined> {
  const known = deps.inFlight.get(requestId)
  if (known) return known
  const inbox = await deps.store.findInbox(requestId)
  if (!inbox) return undefined
  const dataKey = await deps.keys.dataKey(inbox.dataKeyId)
  const body = JSON.parse(unseal(dataKey, sealContext(inbox, 'inbox', 'body'), inbox.sealedBody).toString('utf8'))
  const request: RequestInFlight = {
    inbox,
    dataKey,
    body: body as ChatRequest,
    delivery: null,
    prepared: null,
    freshAttempt: null,
    response: null,
    clientGone: false,
    cancel: new AbortController(),
  }
  const stored = await deps.store.readPrepared(requestId)
  if (stored) request.prepared = restorePrepared(inbox, dataKey, stored)
  deps.inFlight.add(request)
  return request
}
