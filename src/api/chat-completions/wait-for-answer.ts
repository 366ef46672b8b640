import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import { type ReplayedAnswer, replay } from './replay.ts'
import type { DeliveryEvent, WaitingDelivery } from './waiting-delivery.ts'

/** Milliseconds without any event after which the ledger is asked, in case another process took the request over. */
const ASK_AFTER_MS = 15_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/**
 * The next event of a delivery; `elsewhere` once the request has ended without one in this process. @throws
 * PalimpsestError `request_still_running` at the deadline: the request goes on and is recorded all the same.
 */
export async function nextEvent(
  deps: ApiDeps,
  requestId: string,
  delivery: WaitingDelivery,
  deadline: number,
): Promise<DeliveryEvent> {
  const settled = new AbortController()
  try {
    return await Promise.race([delivery.next(), endedElsewhere(deps, requestId, deadline, settled.signal)])
  } finally {
    settled.abort()
  }
}

/**
 * Waits until a request that somebody else works on is recorded, and gives its answer from the ledger. A store that is
 * away is waited for. @throws PalimpsestError as the request ended, or `request_still_running` at the deadline.
 */
export async function replayWhenRecorded(
  deps: ApiDeps,
  request: { requestId: string; tenantId: string; deadline: number },
): Promise<ReplayedAnswer> {
  const { requestId, tenantId, deadline } = request
  await untilEnded(deps, requestId, deadline, new AbortController().signal)
  const used = deps.inFlight.get(requestId)?.used
  deps.inFlight.remove(requestId)
  if (used) used(await patiently(deps, deadline, () => tokensOf(deps, requestId)))
  return patiently(deps, deadline, () => replay(deps, tenantId, requestId))
}

/** What the entry counts; nothing where there is none, because the request was taken back. */
async function tokensOf(deps: ApiDeps, requestId: string): Promise<number> {
  const { prompt_tokens: prompt, response_tokens: response } = (await deps.entries.find(requestId))?.envelope ?? {}
  return (prompt ?? 0) + (response ?? 0)
}

async function endedElsewhere(
  deps: ApiDeps,
  requestId: string,
  deadline: number,
  signal: AbortSignal,
): Promise<DeliveryEvent> {
  await pause(Math.min(ASK_AFTER_MS, deadline - deps.now()), signal)
  await untilEnded(deps, requestId, deadline, signal)
  return { kind: 'elsewhere' }
}

/** Until the request is in the ledger, or neither there nor in flight: then it was withdrawn. */
async function untilEnded(deps: ApiDeps, requestId: string, deadline: number, signal: AbortSignal): Promise<void> {
  const hasEnded = async () =>
    (await deps.entries.find(requestId)) !== undefined || (await deps.store.findInbox(requestId)) === undefined
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    if (await patiently(deps, deadline, hasEnded)) return
    await pause(waitMs, signal)
  }
}

/** Tries again what a store that is away made fail. */
async function patiently<T>(deps: ApiDeps, deadline: number, read: () => Promise<T>): Promise<T> {
  for (;;) {
    if (deps.now() > deadline) throw stillRunning()
    try {
      return await read()
    } catch (error) {
      if (error instanceof PalimpsestError) throw error
      const cause = error instanceof Error ? error.name : 'unknown'
      deps.log.warn({ cause }, 'the ledger could not be read yet')
      await new Promise((resolve) => setTimeout(resolve, LONGEST_PAUSE_MS))
    }
  }
}

function stillRunning(): PalimpsestError {
  return new PalimpsestError({
    code: 'request_still_running',
    status: 504,
    message: 'The request is still running and will be recorded: ask for it again with the same Idempotency-Key.',
  })
}

/** Never resolves once the signal is aborted: the race it takes part in is over. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}
