import type { RequestInFlight } from './in-flight.ts'

/** The requests that this process works on. Everything in it can be lost: the store has it sealed. */
export interface InFlightRegistry {
  readonly size: number
  all(): Iterable<RequestInFlight>
  get(requestId: string): RequestInFlight | undefined
  /** Keeps the one that is there already, if any, and gives the one that is kept: a request is in memory once. */
  add(request: RequestInFlight): RequestInFlight
  remove(requestId: string): void
  /** Requests whose newest attempt this process holds and works on now. One it only waits for is not among them. */
  heldIds(): string[]
  /** Counts a request among them while `work` runs. */
  hold<T>(requestId: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs a call at most once at a time: a second run of the same request (its workflow task timed out while the first
   * one goes on) joins the first.
   */
  join<T>(requestId: string, start: () => Promise<T>): Promise<T>
}
