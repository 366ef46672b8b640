export interface ArchiveRunFacts {
  periods: number
  entries: number
  bytes: number
  empty: number
  busy: number
  failed: number
  sealed: number
  dropped: number
  values: number
}

/** How a run stands. */
export interface ArchiveRunState {
  state: 'running' | 'completed' | 'failed'
  /** Null: it has not said yet. */
  step: string | null
  counts: ArchiveRunFacts | null
  failures: readonly { tenant: string; retentionClass: string; day: string; code: string }[]
  /** Days that could not be sealed or dropped yet, and why. */
  left: readonly { day: string; code: string }[]
}

/** Runs of `archivePeriods` that somebody asks for, beside those of the Schedule. */
export interface ArchiveRuns {
  /** Starts one, or finds the one that was asked for before and still works. Gives the workflow's id. */
  start(): Promise<string>
  /** Of the one that was asked for last; undefined: there was none. */
  last(): Promise<ArchiveRunState | undefined>
}
