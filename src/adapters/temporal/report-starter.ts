import type { Client } from '@temporalio/client'
import type { ReportStarter } from '../../ports/report-starter.ts'
import { startOnce } from './start-once.ts'

/** Reports as workflows of the type `makeReport`, whose input is the report's id. */
export function createReportStarter(client: Client, taskQueue: string): ReportStarter {
  const workflowIdOf = (reportId: string) => `report/${reportId}`
  return {
    workflowIdOf,
    start: (reportId, tenantId) =>
      startOnce(client, {
        workflowType: 'makeReport',
        workflowId: workflowIdOf(reportId),
        taskQueue,
        input: { reportId },
        tenantId,
        summary: 'Report on the entries of a period',
      }),
  }
}
