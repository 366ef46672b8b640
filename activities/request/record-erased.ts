import { setTimeout as sleep } from 'node:timers/promises'
import { buildErasedEntry, SUBJECT_ERASED } from '../../src/domain/requests/build-entry.ts'
import type { StoredAttempt } from '../../src/ports/request-store.ts'
import type { RequestDeps } from './deps.ts'
import { ERASED_OUTCOME } from './erased.ts'
import { priceOfAttempts, recorded, tokensOf } from './recorded.ts'
import type { RecordResult } from './types.ts'

const POLL_MS = 250

/**
 * Ends a request whose person was erased: an entry of the envelope alone, and the sealed rows are gone in the same transaction.
 * A call that is under way elsewhere is waited for, because it belongs into the entry; its holder breaks it off, or is dead
 * and its lease runs out.
 */
export async function recordErased(deps: RequestDeps, requestId: string): Promise<RecordResult> {
  for (;;) {
    const inbox = await deps.store.findInbox(requestId)
    if (!inbox) return tell(deps, requestId, await recorded(deps, requestId))
    await endAttempts(deps, requestId)
    const [attempts, stored] = await Promise.all([deps.store.attempts(requestId), deps.store.readPrepared(requestId)])
    const prepared = stored?.prepared ?? null
    const price = priceOfAttempts(deps, attempts)
    const draft = buildErasedEntry({ inbox, now: deps.now(), prepared, attempts, price })
    if ((await deps.ledger.append(draft)) === 'appended') {
      return tell(deps, requestId, await recorded(deps, requestId))
    }
    // Another attempt began meanwhile, or somebody else was faster.
    await sleep(POLL_MS)
  }
}

async function endAttempts(deps: RequestDeps, requestId: string): Promise<void> {
  for (;;) {
    const newest = await deps.store.newestAttempt(requestId)
    if (!newest || (newest.state !== 'calling' && newest.state !== 'delivering')) return
    if (!(await endAttempt(deps, requestId, newest))) await sleep(POLL_MS)
  }
}

/** False: somebody works on it. */
async function endAttempt(deps: RequestDeps, requestId: string, newest: StoredAttempt): Promise<boolean> {
  const { attemptNo, owner, leaseExpired } = newest
  if (leaseExpired) return (await deps.store.takeOver(requestId, attemptNo, false)) !== 'not_ours'
  // Begun here, and given up before anything was sent.
  if (owner !== deps.store.owner || deps.inFlight.heldIds().includes(requestId)) return false
  return (await deps.store.endAttempt(requestId, attemptNo, ERASED_OUTCOME, null)) !== null
}

function tell(deps: RequestDeps, requestId: string, result: RecordResult): RecordResult {
  const request = deps.inFlight.get(requestId)
  request?.used?.(tokensOf(result))
  deps.inFlight.remove(requestId)
  request?.delivery?.settled({ ...result, param: SUBJECT_ERASED.param, retryAfterMs: null })
  return result
}
