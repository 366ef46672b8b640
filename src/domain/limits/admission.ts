/** How much a gateway takes on at a time. */
export interface AdmissionLimits {
  /** Requests that it works on; one that waits for its provider is not among them. */
  atWork: number
  /** Requests in flight, those that wait for their providers included. */
  inFlight: number
  /** Requests of a tenant that wait for their turn. */
  waitingPerTenant: number
  /** Milliseconds that a request waits for its turn. */
  waitMs: number
}

/**
 * Eight at work fill the process: a request that nothing delays takes 60 ms, of which two thirds are its own CPU, so eight ask for
 * several times what there is; more of them only make each other wait. `docs/limits.md` has the figures.
 */
export const defaultAdmission: AdmissionLimits = { atWork: 8, inFlight: 1_000, waitingPerTenant: 1_000, waitMs: 30_000 }

/** Bytes of a body that cost as much as one small request. */
const BYTES_A_REQUEST = 16 * 1024
/** The largest body costs no more than this, so that its turn comes within as many rounds. */
const COSTLIEST = 64

/** What a request costs of its tenant's share: work grows with the text that is looked through. */
export function costOfBody(bytes: number): number {
  return Math.min(COSTLIEST, Math.max(1, bytes / BYTES_A_REQUEST))
}
