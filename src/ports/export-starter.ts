/** Workflows of exports. Safe for concurrent use. */
export interface ExportStarter {
  workflowIdOf(exportId: string): string
  /** A rejected start leaves open whether one came up. */
  start(exportId: string, tenantId: string): Promise<void>
}
