/** Starts the workflow that makes a report. */
export interface ReportStarter {
  workflowIdOf(reportId: string): string
  /** Resolves once it is started, or was already. @throws Error where that is not known. */
  start(reportId: string, tenantId: string): Promise<void>
}
