import type { RequestInFlight } from './in-flight.ts'

/** The requests that this process works on. Everything in it can be lost: the store has it sealed. */
export interface InFlightRegistry {
  readonly size: number
  get(requestId: string): RequestInFlight | undefined
  add(request: RequestInFlight): void
  remove(requestId: string): void
  /** Requests that a model is being called for by this process. */
  callIds(): string[]
  /**
   * Runs a call at most once at a time: a second run of the same request (its workflow task timed out while the first
   * one goes on) joins the first.
   */
  join<T>(requestId: string, start: () => Promise<T>): Promise<T>
}
