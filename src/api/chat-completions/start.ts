import { PalimpsestError } from '../../errors.ts'
import type { StartFacts } from '../../ports/request-starter.ts'
import type { ApiDeps } from '../deps.ts'

const PAUSE_MS = 500
/** Milliseconds for which taking a request back is tried where the store is away as well. */
const WITHDRAW_WITHIN_MS = 5 * 60_000

/**
 * Starts the workflow. Where that fails or stays open, the request is taken back before 503 is answered, so that nothing
 * of it is ever sent; where its first attempt was faster it goes on, and the caller waits for it.
 */
export async function startOrWithdraw(deps: ApiDeps, requestId: string, facts: StartFacts): Promise<void> {
  try {
    await deps.starter.start(requestId, facts)
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ requestId, cause }, 'the workflow did not start')
    if (!(await withdraw(deps, requestId))) return
    deps.inFlight.remove(requestId)
    throw new PalimpsestError({
      code: 'temporal_unavailable',
      status: 503,
      message: 'The request could not be started and was taken back, so nothing was sent; try again shortly.',
      retryAfterSeconds: 2,
    })
  }
}

/** Takes a request back, however long that takes. False where it was too late: it goes on and is recorded. */
export async function withdraw(deps: ApiDeps, requestId: string): Promise<boolean> {
  const giveUpAt = deps.now() + WITHDRAW_WITHIN_MS
  for (;;) {
    try {
      return await deps.store.withdraw(requestId)
    } catch (error) {
      // Past this time `prepare` finds the accept deadline past and calls nothing.
      if (deps.now() > giveUpAt) return true
      const cause = error instanceof Error ? error.name : 'unknown'
      deps.log.warn({ requestId, cause }, 'the request could not be taken back yet')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
