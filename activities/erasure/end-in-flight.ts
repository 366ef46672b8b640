import { ApplicationFailure, heartbeat, sleep } from '@temporalio/activity'
import type { ErasureInFlight } from '../../src/ports/erasure-in-flight.ts'
import type { RequestStarter } from '../../src/ports/request-starter.ts'
import type { CaseRef } from './types.ts'

export interface EndInFlightDeps {
  requestsLeft: ErasureInFlight
  starter: RequestStarter
  /** Milliseconds since the Unix epoch. */
  now(): number
}

const POLL_MS = 500
/** Milliseconds between two times that a request is looked after: one that was not started, one that waits for long. */
const LOOK_AGAIN_MS = 15_000
/** Milliseconds after which the step fails and is tried again, so that the history shows that something hangs. */
const AT_MOST_MS = 10 * 60_000
const LIMIT = 500

/**
 * Waits until nothing of the person is in flight. Each request ends by its own workflow, which finds the key destroyed: what has
 * none is started, what waits is told. Nothing is deleted under a workflow that is alive.
 */
export function createEndInFlight(deps: EndInFlightDeps): (input: CaseRef) => Promise<{ requests: number }> {
  return async ({ caseId }) => {
    const since = deps.now()
    const lookedAt = new Map<string, number>()
    for (;;) {
      await deps.requestsLeft.clearWithdrawn(caseId)
      const left = await deps.requestsLeft.left(caseId, LIMIT)
      if (left.length === 0) return { requests: await deps.requestsLeft.ended(caseId) }
      if (deps.now() - since > AT_MOST_MS) throw stillThere(left.length)
      for (const { requestId, unheld, facts } of left) {
        if (deps.now() - (lookedAt.get(requestId) ?? 0) < LOOK_AGAIN_MS) continue
        lookedAt.set(requestId, deps.now())
        if (unheld) await deps.starter.start(requestId, { ...facts, route: 'subject_erased' })
        await deps.starter.tellErased(requestId)
        heartbeat({ left: left.length })
      }
      heartbeat({ left: left.length })
      await sleep(POLL_MS)
    }
  }
}

function stillThere(count: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'requests_in_flight',
    message: `${count} requests of the person have not ended within ten minutes; they are waited for again.`,
  })
}
