/** How much a gateway takes on at a time. */
export interface AdmissionLimits {
  /**
   * Requests that it works on, of all tenants or of one that is alone; one that waits for its provider is not among them. A
   * tenant that has none at work is begun beyond it, up to twice as many.
   */
  atWork: number
  /** Requests in flight, those that wait for their providers included. */
  inFlight: number
  /** Requests of a tenant that wait for their turn. */
  waitingPerTenant: number
  /** Milliseconds that a request waits for its turn. */
  waitMs: number
}

/**
 * Six at work fill the process, and more of them only make each other wait; beside one other tenant it is one of them at a time.
 * `docs/limits.md` has what follows from other numbers.
 */
export const defaultAdmission: AdmissionLimits = { atWork: 6, inFlight: 1_000, waitingPerTenant: 1_000, waitMs: 30_000 }

/** Milliseconds over which it is told how busy a gateway is: twenty ticks of the clock that processors' times are counted in. */
export const BUSY_WINDOW_MS = 200

/** Shares of the last window, 0 to 1. */
export interface BusyShares {
  /** Of the time, in which the event loop worked. */
  loop: number
  /** Of the processors' time on this machine, whoever used it: PostgreSQL and Temporal may stand beside the gateway. */
  processors: number
}

/** From the first of each on there is no time to spare; below the second there is again. */
const BUSY = { loop: [0.5, 0.2], processors: [0.75, 0.45] } as const

/**
 * Whether whatever else is begun makes what is at work slower. Who is held back then takes less than half of what it took, so what
 * ends it is less than half of what began it, or near it; else it would begin again at once.
 */
export function isBusy(wasBusy: boolean, shares: BusyShares): boolean {
  const bound = wasBusy ? 1 : 0
  return shares.loop >= BUSY.loop[bound] || shares.processors >= BUSY.processors[bound]
}

/** Bytes of a body that cost as much as one small request. */
const BYTES_A_REQUEST = 16 * 1024
/** The largest body costs no more than this, so that its turn comes within as many rounds. */
const COSTLIEST = 64

/** What a request costs of its tenant's share: work grows with the text that is looked through. */
export function costOfBody(bytes: number): number {
  return Math.min(COSTLIEST, Math.max(1, bytes / BYTES_A_REQUEST))
}
