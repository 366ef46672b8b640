import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { DeliveryEvent, WaitingDelivery } from './waiting-delivery.ts'

/** Milliseconds without any event after which the workflow itself is asked, in case another process took it over. */
const ASK_AFTER_MS = 15_000

/**
 * The next event of a delivery; `elsewhere` once the workflow has closed without one in this process. @throws
 * PalimpsestError `request_still_running` at the deadline: the request goes on and is recorded all the same.
 */
export async function nextEvent(
  deps: ApiDeps,
  requestId: string,
  delivery: WaitingDelivery,
  deadline: number,
): Promise<DeliveryEvent> {
  const settled = new AbortController()
  const event = delivery.next()
  const elsewhere = closedElsewhere(deps, requestId, settled.signal)
  try {
    return await Promise.race([event, elsewhere, timeout(deps, deadline, settled.signal)])
  } finally {
    settled.abort()
  }
}

async function closedElsewhere(deps: ApiDeps, requestId: string, signal: AbortSignal): Promise<DeliveryEvent> {
  await pause(ASK_AFTER_MS, signal)
  await deps.starter.closed(requestId, signal)
  return { kind: 'elsewhere' }
}

async function timeout(deps: ApiDeps, deadline: number, signal: AbortSignal): Promise<never> {
  await pause(Math.max(0, deadline - deps.now()), signal)
  throw new PalimpsestError({
    code: 'request_still_running',
    status: 504,
    message: 'The request is still running and will be recorded: ask for it again with the same Idempotency-Key.',
  })
}

/** Never resolves once the signal is aborted: the race it takes part in is over. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}
