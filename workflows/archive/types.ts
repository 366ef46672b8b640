import type { TenantDay } from '../../activities/archive/day-types.ts'
import type { DueCursor } from '../../activities/archive/types.ts'

/** In this order. Values go whether or not their day may. */
export type Stage = 'seal' | 'archive' | 'values' | 'drop'

/** Input of `archivePeriods`: none, or `only`. The rest a run hands to the one that goes on. */
export interface ArchiveRun {
  /** This stage and no other. */
  only?: Stage
  stage?: Stage
  /** The place in the stage behind which it goes on. */
  after?: DueCursor
  afterValues?: TenantDay
  said?: ArchiveResult
}

export interface ArchiveCounts {
  /** Periods that are recorded and anchored now, and their entries. */
  periods: number
  entries: number
  bytes: number
  /** Periods without an entry, and those that another run worked on. */
  empty: number
  busy: number
  failed: number
  /** Days in which nothing can appear from now on, and those that left the database. */
  sealed: number
  dropped: number
  /** Detected values that were deleted at the end of their hot window. */
  values: number
}

/** A period that was left as it was; the next run tries it again. */
export interface PeriodFailure {
  tenant: string
  retentionClass: string
  day: string
  code: string
}

/** A day that was left as it was, and the code that says why. */
export interface DayLeft {
  day: string
  code: string
}

export interface ArchiveResult {
  counts: ArchiveCounts
  /** The first hundred; `counts.failed` says how many there are. */
  failures: PeriodFailure[]
  /** The first hundred days that could not be sealed or dropped yet. */
  left: DayLeft[]
}

/** What a stage writes into. */
export interface Book extends ArchiveResult {
  begin(step: string): void
}

export const MOST_NAMED = 100

export function noteLeft({ left }: Book, day: string, code: string | null): void {
  if (left.length < MOST_NAMED) left.push({ day, code: code ?? 'unknown' })
}
