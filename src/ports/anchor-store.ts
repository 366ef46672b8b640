/**
 * Where anchors stand, outside the database. Duties: an object is written once, whole, and durably before `put` resolves;
 * nobody, this process included, can change or remove it before its retention is over; `put` never replaces an object.
 * Names are `[a-z0-9][a-z0-9./-]*`, `/` between folders. Safe for concurrent use, also by several processes.
 */
export interface AnchorStore {
  /**
   * Asks whether the store can do what is asked of it, before anything is written.
   * @throws PalimpsestError `anchor_store_unfit` where it never will; anything else where it is away.
   */
  check(): Promise<void>
  /**
   * `exists`: an object of this name stands there already, whatever its bytes.
   * @param retainUntil milliseconds since the Unix epoch.
   */
  put(name: string, bytes: Uint8Array, retainUntil: number): Promise<'stored' | 'exists'>
  /** Undefined: there is no such object. */
  get(name: string): Promise<Uint8Array | undefined>
}
