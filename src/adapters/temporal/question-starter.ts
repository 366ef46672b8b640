import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { QuestionStarter } from '../../ports/question-starter.ts'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a start that is not answered counts as failed. */
const WITHIN_MS = 5_000

/** Questions as workflows of the type `askDatabase`, started eagerly, because somebody waits. */
export function createQuestionStarter(client: Client, taskQueue: string): QuestionStarter {
  return {
    async start(questionId, tenantId) {
      try {
        await client.connection.withDeadline(Date.now() + WITHIN_MS, () =>
          client.workflow.start('askDatabase', {
            workflowId: `question/${questionId}`,
            taskQueue,
            args: [{ questionId }],
            requestEagerStart: true,
            workflowTaskTimeout: '10s',
            workflowExecutionTimeout: '24h',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: new TypedSearchAttributes([
              { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: tenantId },
            ]),
            staticSummary: 'Question to a database',
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
  }
}
