/** What a round of exports did, in counts and times. It stands in the history. */
export interface ExportedHistories {
  /** Runs whose end was in the stretch that was looked at; those that overlap with the round before are counted again. */
  looked: number
  exported: number
  /** Chosen and not kept: Temporal had forgotten it, or its day had left the database. */
  lost: number
  /** Without an entry so far: looked at again by the next round. */
  waiting: number
  /** Milliseconds since the Unix epoch before which every ended run has been looked at. */
  until: number
}

export interface HistoryActivities {
  exportClosed(): Promise<ExportedHistories>
}
