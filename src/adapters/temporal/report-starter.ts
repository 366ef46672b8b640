import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { ReportStarter } from '../../ports/report-starter.ts'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a start that is not answered counts as failed. */
const WITHIN_MS = 5_000

/** Reports as workflows of the type `makeReport`, whose input is the report's id. */
export function createReportStarter(client: Client, taskQueue: string): ReportStarter {
  const workflowIdOf = (reportId: string) => `report/${reportId}`
  return {
    workflowIdOf,
    async start(reportId, tenantId) {
      try {
        await client.connection.withDeadline(Date.now() + WITHIN_MS, () =>
          client.workflow.start('makeReport', {
            workflowId: workflowIdOf(reportId),
            taskQueue,
            args: [{ reportId }],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: new TypedSearchAttributes([
              { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: tenantId },
            ]),
            staticSummary: 'Report on the entries of a period',
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
  }
}
