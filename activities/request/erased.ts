import { SUBJECT_ERASED } from '../../src/domain/requests/build-entry.ts'
import { outcomeOfFailure } from '../../src/domain/requests/outcome.ts'
import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { InFlightRegistry } from '../../src/ports/in-flight-registry.ts'
import { KeyDestroyed, type KeyService } from '../../src/ports/key-service.ts'
import type { RequestDeps } from './deps.ts'

/** Thrown where the person whom a request in flight belongs to was erased: `record` ends it without its content. */
export class SubjectErased extends Error {
  constructor() {
    super('the person this request belongs to was erased')
    this.name = 'SubjectErased'
  }
}

/** How an attempt ended that was under way then. */
export const ERASED_OUTCOME: AttemptOutcome = {
  ...outcomeOfFailure(
    { kind: 'aborted', status: null, retryAfterMs: null, vendorCode: null },
    { interactive: true, delivered: false },
  ),
  statusCode: SUBJECT_ERASED.statusCode,
  errorCode: SUBJECT_ERASED.code,
}

/**
 * Asks whether the key still lives under which a request is sealed. A keystore that is away does not stop what is at hand:
 * keys are cached, and what was accepted goes on. @throws SubjectErased
 */
export async function requireSubject(deps: Pick<RequestDeps, 'keys'>, keyId: string): Promise<void> {
  if (await isErased(deps.keys, keyId)) throw new SubjectErased()
}

/** What `instead` gives where the person is erased before `run` is through. */
export async function unlessErased<T>(run: () => Promise<T>, instead: () => Promise<T> | T): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof SubjectErased)) throw error
    return instead()
  }
}

/**
 * From now on breaks off the calls of a person whose key is destroyed, by whichever process: what they would give may not be
 * kept. Where it is not known which keys were destroyed, each one in use is asked for.
 */
export function breakOffErased({ keys, inFlight }: { keys: KeyService; inFlight: InFlightRegistry }): void {
  const breakOff = async (request: RequestInFlight) => {
    if (await isErased(keys, request.dataKey.keyId)) request.cancel.abort()
  }
  keys.onForget((keyId) => {
    for (const request of inFlight.all()) {
      if (keyId === null || request.dataKey.keyId === keyId) void breakOff(request)
    }
  })
}

function isErased(keys: KeyService, keyId: string): Promise<boolean> {
  return keys.dataKey(keyId).then(
    () => false,
    (error: unknown) => error instanceof KeyDestroyed,
  )
}
