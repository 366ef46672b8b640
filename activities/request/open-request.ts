import type { ChatRequest } from '../../src/domain/chat/types.ts'
import { restorePrepared, sealContext } from '../../src/domain/requests/sealing.ts'
import { ARGUMENTS_KEPT } from '../../src/domain/requests/types.ts'
import { unseal } from '../../src/domain/sealing/seal.ts'
import type { PreparedInFlight, RequestInFlight } from '../../src/ports/in-flight.ts'
import { KeyDestroyed } from '../../src/ports/key-service.ts'
import type { RequestDeps } from './deps.ts'
import { requireSubject, SubjectErased } from './erased.ts'

/**
 * The request as this process works on it: from memory, or read from the store and opened. Undefined when it is no longer
 * in flight. @throws SubjectErased
 */
export async function openRequest(deps: RequestDeps, requestId: string): Promise<RequestInFlight | undefined> {
  const known = deps.inFlight.get(requestId)
  if (known) {
    await requireSubject(deps, known.dataKey.keyId)
    return known
  }
  const inbox = await deps.store.findInbox(requestId)
  if (!inbox) return undefined
  await deps.gate.requireReplayed()
  const dataKey = await deps.keys.dataKey(inbox.dataKeyId).catch((error: unknown) => {
    throw error instanceof KeyDestroyed ? new SubjectErased() : error
  })
  const body = JSON.parse(unseal(dataKey, sealContext(inbox, 'inbox', 'body'), inbox.sealedBody).toString('utf8'))
  const stored = await deps.store.readPrepared(requestId)
  return deps.inFlight.add({
    inbox,
    dataKey,
    body: body as ChatRequest,
    delivery: null,
    prepared: stored ? restorePrepared(inbox, dataKey, stored) : null,
    freshAttempt: null,
    response: null,
    clientGone: false,
    cancel: new AbortController(),
  })
}

/**
 * The request with what `prepare` made of it, wherever that ran. Undefined when it is no longer in flight: another process
 * has recorded it. @throws SubjectErased
 */
export async function openPrepared(
  deps: RequestDeps,
  requestId: string,
): Promise<{ request: RequestInFlight; prepared: PreparedInFlight } | undefined> {
  const request = await openRequest(deps, requestId)
  if (!request) return undefined
  if (!request.prepared) {
    const stored = await deps.store.readPrepared(requestId)
    if (!stored) return leave(deps, request)
    adoptPrepared(request, restorePrepared(request.inbox, request.dataKey, stored))
  }
  return request.prepared ? { request, prepared: request.prepared } : undefined
}

/** Keeps what `prepare` made, if nothing is there yet, and tells whoever waits. True where it was kept. */
export function adoptPrepared(request: RequestInFlight, prepared: PreparedInFlight): boolean {
  if (request.prepared) return false
  request.prepared = prepared
  const { route, recordSync, flags } = prepared.prepared
  request.delivery?.prepared({
    route: `${route.target.provider}/${route.target.model}`,
    recordSync,
    placeholders: prepared.placeholders,
    restoreArguments: !flags.includes(ARGUMENTS_KEPT),
  })
  return true
}

/** Lets go of a request that is no longer in flight; who waits for it here finds its end in the ledger. */
export function leave(deps: RequestDeps, request: RequestInFlight): undefined {
  deps.inFlight.remove(request.inbox.requestId)
  request.delivery?.lost()
}
