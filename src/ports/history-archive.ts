import type { ClosedRun, ClosedRuns } from './closed-runs.ts'

/** A history that is kept beside its entry. */
export interface KeptHistory {
  runId: string
  /** Milliseconds since the Unix epoch. */
  closedAt: number
  /** The engine's own JSON. */
  history: string
}

/** What is known of a run whose request may be recorded. */
export interface RecordedRun {
  run: ClosedRun
  /** Null: there is no entry of this id, so far. */
  entry: { tenantId: string; tool: string | null; retentionClass: string } | null
  /** Its history is kept already. */
  kept: boolean
}

export interface NewHistory extends KeptHistory {
  entryId: string
  tenantId: string
  retentionClass: string
}

/** Reads histories that left the database; undefined: there is none. */
export type ReadArchivedHistories = (tenantId: string, entryId: string) => Promise<KeptHistory[]>

/**
 * Histories of requests, beside their entries. Duties: a history is kept once, whatever is tried again, and never changed;
 * it goes with its day. Safe for concurrent use.
 */
export interface HistoryArchive {
  /** Milliseconds since the Unix epoch before which every ended run has been looked at; null: nothing has been. */
  lookedUntil(): Promise<number | null>
  /** Never moves back. */
  noteLookedUntil(at: number): Promise<void>
  /** What stands in the ledger, and here, of at most a few hundred runs. */
  recorded(runs: readonly ClosedRun[]): Promise<RecordedRun[]>
  /** Keeps a history: `kept`, or `late` where its day has left the database. */
  keep(history: NewHistory): Promise<'kept' | 'late'>
  /** Notes runs whose requests have no entry yet, to be looked at again; what is noted already stays. */
  wait(runs: readonly ClosedRun[]): Promise<void>
  /** Those noted, longest waiting first. */
  waiting(limit: number): Promise<ClosedRun[]>
  /** Notes no longer. */
  forget(runIds: readonly string[]): Promise<void>
  /** A request's histories, oldest first. */
  find(tenantId: string, entryId: string): Promise<KeptHistory[]>
}

/** Where histories are read, in this order. */
export interface HistorySources {
  runs: ClosedRuns
  archive: HistoryArchive
  archived: ReadArchivedHistories
}
