/** A run of a request's workflow. */
export interface RequestRun {
  requestId: string
  /** The workflow engine's id of the run, a UUID. */
  runId: string
  /** Milliseconds since the Unix epoch; null: it has not ended. */
  closedAt: number | null
}

export interface ClosedRun extends RequestRun {
  closedAt: number
}

/**
 * What the workflow engine still has of the runs of this deployment's requests. Duties: only reads; a run that has expired is
 * not there, which is no error; a list may be behind by some seconds. Safe for concurrent use.
 */
export interface ClosedRuns {
  /** Milliseconds that a run is kept after its end. */
  keptForMs(): Promise<number>
  /** Those that ended from one moment on and before another, in no order. Both in milliseconds since the Unix epoch. */
  closedBetween(from: number, below: number): AsyncIterable<ClosedRun>
  /** Every run of one request, oldest first, also one that goes on. */
  runsOf(requestId: string): Promise<RequestRun[]>
  /** A run's history in the JSON that the engine's own tools export and replay; undefined: it is not kept any more. */
  historyOf(run: Pick<RequestRun, 'requestId' | 'runId'>): Promise<string | undefined>
}
