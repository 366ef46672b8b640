/**
 * Steps of the end of archives, each of which may be repeated after a crash at any point, in another process too. Inputs and results
 * stand in the history: ids, counts and codes only.
 */

/**
 * `expired`: its objects are gone. `held`: a hold on the tenant or on a time within it is in force, and it stays. `busy`: somebody else works
 * on it.
 */
export type Expired = 'expired' | 'held' | 'busy'

export interface ExpireActivities {
  /** Brings the store's own holds to what legal holds in force say; gives how many objects were told something new, and how many refused it. */
  reconcileHolds(): Promise<{ held: number; released: number; failed: number }>
  /**
   * Where a ledger was opened anew: what the store knows of rewritten content and the catalogue does not is put on record. `left`:
   * what lies there cannot take the lost object's place, or not now; the catalogue stays as it is.
   */
  mendCatalogue(): Promise<{ mended: number; busy: number; left: number }>
  /** Periods that are past the end of their life by the database's clock, oldest first. `next` null: these were the last. */
  findExpiring(input: { after: string | null }): Promise<{ periods: string[]; next: string | null }>
  /** Ends a period. Rows of people under a hold are kept in an object of their own, verified before the rest goes. */
  expirePeriod(input: { period: string }): Promise<Expired>
  /** Ended periods of which something is held yet. */
  findHeld(): Promise<{ periods: string[] }>
  /** What no hold keeps any more of an ended period goes. */
  settleHeldPeriod(input: { period: string }): Promise<'kept' | 'removed' | 'busy'>
}
