import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a start that is not answered counts as failed. */
const WITHIN_MS = 5_000

export interface OnceStarted {
  workflowType: string
  workflowId: string
  taskQueue: string
  /** The one argument: ids only. */
  input: object
  tenantId: string
  /** What the UI's list shows of it. */
  summary: string
}

/** Starts a workflow whose id is used once; one that was started before, running or not, is left as it is. */
export async function startOnce(
  client: Client,
  { workflowType, workflowId, taskQueue, input, tenantId, summary }: OnceStarted,
): Promise<void> {
  try {
    await client.connection.withDeadline(Date.now() + WITHIN_MS, () =>
      client.workflow.start(workflowType, {
        workflowId,
        taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: new TypedSearchAttributes([
          { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: tenantId },
        ]),
        staticSummary: summary,
      }),
    )
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
