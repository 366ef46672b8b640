import { setTimeout as sleep } from 'node:timers/promises'
import { PalimpsestError } from '../../errors.ts'
import type { StartFacts } from '../../ports/request-starter.ts'
import type { ApiDeps } from '../deps.ts'

const PAUSE_MS = 500
/** Milliseconds for which taking a request back is tried where the store is away as well. */
const WITHDRAW_WITHIN_MS = 5 * 60_000
/** Milliseconds of that for which the caller waits: shorter than a common client's patience. */
const TELL_WITHIN_MS = 15_000

/**
 * Starts the workflow. Where that fails or stays open, the request is taken back before 503 is answered, so that nothing
 * of it is ever sent; where its first attempt was faster it goes on, and the caller waits for it.
 */
export async function startOrWithdraw(deps: ApiDeps, requestId: string, facts: StartFacts): Promise<void> {
  deps.tracing?.current()?.set({ 'palimpsest.tool': facts.tool })
  try {
    await deps.starter.start(requestId, facts)
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ requestId, cause }, 'the workflow did not start')
    if (!(await withdraw(deps, requestId))) return
    throw new PalimpsestError({
      code: 'temporal_unavailable',
      status: 503,
      message: 'The request could not be started and was taken back, so nothing was sent; try again shortly.',
      retryAfterSeconds: 2,
    })
  }
}

export interface WithdrawDeps extends Pick<ApiDeps, 'now' | 'log'> {
  store: Pick<ApiDeps['store'], 'withdraw'>
  inFlight: Pick<ApiDeps['inFlight'], 'remove'>
}

/**
 * Takes a request back. False where it was too late: it goes on and is recorded. @throws PalimpsestError
 * `acceptance_unknown` where the store stays away for long; the request is taken back later, if that is still possible.
 */
export async function withdraw(deps: WithdrawDeps, requestId: string, tellWithinMs = TELL_WITHIN_MS): Promise<boolean> {
  const told = new AbortController()
  const waited = sleep(tellWithinMs, null, { signal: told.signal, ref: false }).catch(() => null)
  const settled = withdrawPatiently(deps, requestId).then((isWithdrawn) => {
    // Also where the caller has long been told.
    if (isWithdrawn) deps.inFlight.remove(requestId)
    return isWithdrawn
  })
  const outcome = await Promise.race([settled, waited])
  told.abort()
  if (outcome === null) throw acceptanceUnknown()
  return outcome
}

async function withdrawPatiently(deps: WithdrawDeps, requestId: string): Promise<boolean> {
  const giveUpAt = deps.now() + WITHDRAW_WITHIN_MS
  for (;;) {
    try {
      return await deps.store.withdraw(requestId)
    } catch (error) {
      // Past this time `prepare` finds the accept deadline past and calls nothing.
      if (deps.now() > giveUpAt) return true
      const cause = error instanceof Error ? error.name : 'unknown'
      deps.log.warn({ requestId, cause }, 'the request could not be taken back yet')
      await sleep(PAUSE_MS)
    }
  }
}

/** Not a 503: that says for certain that nothing was sent. */
function acceptanceUnknown(): PalimpsestError {
  return new PalimpsestError({
    code: 'acceptance_unknown',
    status: 504,
    message:
      'The database went away while the request was being accepted, and it could not be taken back yet. Send it again with the same Idempotency-Key: it is then answered once, whatever became of this attempt.',
    retryAfterSeconds: 5,
  })
}
