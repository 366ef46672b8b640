import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import { type SearchAttributePair, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { RequestStarter, StartFacts } from '../../ports/request-starter.ts'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a start that is not answered counts as failed. */
const START_TIMEOUT_MS = 5_000

/** The workflow's id: the request id behind a name for the kind. */
export function requestWorkflowId(requestId: string): string {
  return `request/${requestId}`
}

/**
 * Starts requests eagerly: client and worker share one connection, so that the first workflow task runs in this process
 * without another round trip. The workflow type is `request`.
 */
export function createRequestStarter(client: Client, taskQueue: string): RequestStarter {
  return {
    async start(requestId, facts) {
      try {
        await client.connection.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
          client.workflow.start('request', {
            workflowId: requestWorkflowId(requestId),
            taskQueue,
            args: [{ requestId }],
            requestEagerStart: true,
            workflowTaskTimeout: '10s',
            workflowExecutionTimeout: '24h',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: searchAttributes(facts),
            staticSummary: `${facts.tool} → ${facts.route}`,
          }),
        )
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running'
        throw error
      }
    },

    async tellErased(requestId) {
      try {
        await client.connection.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
          client.workflow.getHandle(requestWorkflowId(requestId)).signal('subjectErased'),
        )
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error
      }
    },
  }
}

function searchAttributes(facts: StartFacts): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: facts.tenantId },
    { key: { name: searchAttributeNames.tool, type: SearchAttributeType.KEYWORD }, value: facts.tool },
    { key: { name: searchAttributeNames.route, type: SearchAttributeType.KEYWORD }, value: facts.route },
  ]
  return new TypedSearchAttributes(pairs)
}
