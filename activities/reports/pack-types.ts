import type { Expired } from '../archive/expire-types.ts'
import type { ReportRef } from './types.ts'

/** Steps of the end of packs, each of which may be repeated after a crash at any point. Inputs and results are ids and counts only. */
export interface PackActivities {
  /** Brings the store's own holds on packs to what legal holds in force say, as `reconcileHolds` does for archives. */
  reconcilePackHolds(): Promise<{ held: number; released: number; failed: number }>
  /** Reports whose packs are past the end of their life by the database's clock, oldest first. `next` null: these were the last. */
  findExpiringPacks(input: { after: string | null }): Promise<{ reports: string[]; next: string | null }>
  /** Ends a pack: the entry, then its objects. */
  expirePack(input: ReportRef): Promise<Expired>
}
