/** Workflows of erasures. Safe for concurrent use. */
export interface ErasureStarter {
  /** The workflow that the API starts for a case. */
  workflowIdOf(caseId: string): string
  /** `running`: it was there already. */
  start(caseId: string, reference: string, tenantId: string): Promise<'started' | 'running'>
  /** Tells a workflow that a decision stands on record. One that has ended hears nothing. */
  decided(workflowId: string): Promise<void>
  /** Workflows of erasures that run, as a list shows them that may be some seconds behind. */
  listRunning(): Promise<ReadonlySet<string>>
  isRunning(workflowId: string): Promise<boolean>
  /** The step that a running workflow is at; null where it does not say so in time. */
  step(workflowId: string): Promise<string | null>
}
