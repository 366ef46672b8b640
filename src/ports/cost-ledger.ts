import type { CostDimension, CostLine } from '../domain/cost/cost-lines.ts'

export interface CostScope {
  tenantId: string
  /** Milliseconds since the Unix epoch; `to` is not in it. */
  from: number
  to: number
}

export interface CostAnswer {
  lines: readonly CostLine[]
  /** True: there are more lines than were asked for at most; the lines are not all of them. */
  more: boolean
  /** When the database was read, by its own clock, in milliseconds since the Unix epoch. */
  watermark: number
  /** Archived objects that were read beside the database. */
  archivedObjects: number
  /** True: days of the period are past the end of their life, and what was spent on them is no longer known. */
  expired: boolean
}

/**
 * What a tenant's calls cost, from the entries in the database and in the archive, each counted once, in one snapshot. Only reads.
 * Safe for concurrent use. @throws RestorePending where archived objects have to be fetched from a deeper class first.
 */
export interface CostLedger {
  /** In the order of the dimensions, `most` lines at most. */
  costs(scope: CostScope, dimensions: readonly CostDimension[], most: number): Promise<CostAnswer>
}
