import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { ExportStarter } from '../../ports/export-starter.ts'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a start that is not answered counts as failed. */
const WITHIN_MS = 5_000

/** Exports as workflows of the type `exportSubject`, whose input is the export's id. */
export function createExportStarter(client: Client, taskQueue: string): ExportStarter {
  const workflowIdOf = (exportId: string) => `export/${exportId}`
  return {
    workflowIdOf,
    async start(exportId, tenantId) {
      try {
        await client.connection.withDeadline(Date.now() + WITHIN_MS, () =>
          client.workflow.start('exportSubject', {
            workflowId: workflowIdOf(exportId),
            taskQueue,
            args: [{ exportId }],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: new TypedSearchAttributes([
              { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: tenantId },
            ]),
            staticSummary: 'Export of what is stored of a person',
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
  }
}
