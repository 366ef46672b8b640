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

/** Shares of the time that the event loop works, 0 to 1: from the one on it is busy, and below the other no more. */
const BUSY_FROM = 0.5
const BUSY_DOWN_TO = 0.35

/**
 * Whether whatever else is begun makes what is at work slower. Who is held back leaves the loop time, so what ends that is less than
 * what began it: one request at a time uses half of it.
 */
export function isBusy(wasBusy: boolean, busyShare: number): boolean {
  return busyShare >= (wasBusy ? BUSY_DOWN_TO : BUSY_FROM)
}

/** Bytes of a body that cost as much as one small request. */
const BYTES_A_REQUEST = 16 * 1024
/** The largest body costs no more than this, so that its turn comes within as many rounds. */
const COSTLIEST = 64

/** What a request costs of its tenant's share: work grows with the text that is looked through. */
export function costOfBody(bytes: number): number {
  return Math.min(COSTLIEST, Math.max(1, bytes / BYTES_A_REQUEST))
}
