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

export const defaultAdmission: AdmissionLimits = { atWork: 16, inFlight: 1_000, waitingPerTenant: 256, waitMs: 30_000 }
