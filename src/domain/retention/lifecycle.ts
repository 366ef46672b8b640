/** What a store does with objects by itself. Days count from when an object was stored. */
export interface LifecycleRule {
  id: string
  prefix: string
  /** Null: it stays where it is. */
  toColder: { afterDays: number; storageClass: string } | null
  /** Null: the store removes nothing by itself. */
  removeAfterDays: number | null
  /** Days after which versions that were replaced or deleted go. */
  removeOldVersionsAfterDays: number
}
