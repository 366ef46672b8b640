/**
 * What the workflow engine keeps of runs. Duties: everything that is kept of a run is given, as bytes: every payload, name, id,
 * memo, search attribute, summary and failure. Only reads. Safe for concurrent use.
 */
export interface WorkflowHistories {
  /** Milliseconds that a run is kept after its end. */
  keptForMs(): Promise<number>
  /**
   * All runs of some workflows, a thousand at most, that are still kept, one after another; none of those that are unknown.
   * @param recent those among them that a list may not show yet.
   */
  runsOf(workflowIds: readonly string[], recent: readonly string[]): AsyncIterable<Uint8Array>
}
