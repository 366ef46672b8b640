import type { Client } from '@temporalio/client'
import type { ExportStarter } from '../../ports/export-starter.ts'
import { startOnce } from './start-once.ts'

/** Exports as workflows of the type `exportSubject`, whose input is the export's id. */
export function createExportStarter(client: Client, taskQueue: string): ExportStarter {
  const workflowIdOf = (exportId: string) => `export/${exportId}`
  return {
    workflowIdOf,
    start: (exportId, tenantId) =>
      startOnce(client, {
        workflowType: 'exportSubject',
        workflowId: workflowIdOf(exportId),
        taskQueue,
        input: { exportId },
        tenantId,
        summary: 'Export of what is stored of a person',
      }),
  }
}
