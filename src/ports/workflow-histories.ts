/**
 * What the workflow engine keeps of runs. Duties: everything that is kept of a run is given, as bytes: every payload, name, id,
 * memo, search attribute, summary and failure. Only reads. Safe for concurrent use.
 */
export interface WorkflowHistories {
  /** Milliseconds that a run is kept after its end. */
  keptForMs(): Promise<number>
  /** All runs of some workflows, fifty at most, that are still kept, one after another; none of those that are unknown. */
  runsOf(workflowIds: readonly string[]): AsyncIterable<Uint8Array>
}
