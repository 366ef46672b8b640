import type { Turn } from '../ports/in-flight.ts'
import type { BodyRoom, Release } from './body-room.ts'
import type { ApiDeps } from './deps.ts'

/** A request's place in this process, and the room for its body. */
export interface Place {
  turn: Turn
  /** Gives both back; a second call does nothing. */
  leave(): void
}

/**
 * Waits for a tenant's turn, then for room for the body; who waits for room lets others work.
 * @throws PalimpsestError `gateway_busy` or `gateway_full`, 503; the signal's reason
 */
export async function takeTurn(
  deps: Pick<ApiDeps, 'admission' | 'bodies'>,
  tenantId: string,
  bytes: number,
  signal: AbortSignal,
): Promise<Place> {
  const turn = await deps.admission.enter(tenantId, bytes, signal)
  const release = deps.bodies.takeNow(bytes) ?? (await waitForRoom(deps.bodies, turn, bytes, signal))
  return {
    turn,
    leave() {
      release()
      turn.end()
    },
  }
}

async function waitForRoom(bodies: BodyRoom, turn: Turn, bytes: number, signal: AbortSignal): Promise<Release> {
  turn.rest()
  const release = await bodies.take(bytes, signal).catch((error: unknown) => {
    turn.end()
    throw error
  })
  turn.resume()
  return release
}
