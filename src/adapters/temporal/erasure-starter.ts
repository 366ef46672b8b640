import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import { SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { ErasureStarter } from '../../ports/erasure-starter.ts'
import { searchAttributeNames } from './search-attribute-names.ts'

/** Milliseconds until a call that is not answered counts as failed; a query waits for a worker as well. */
const WITHIN_MS = 5_000
const QUERY_WITHIN_MS = 2_000

/**
 * Erasures as workflows of the type `eraseSubject`, whose input is a reference, started eagerly: until the person is unreadable
 * nothing has to wait for a worker. They live as long as it takes.
 */
export function createErasureStarter(client: Client, taskQueue: string): ErasureStarter {
  const within = <T>(ms: number, call: () => Promise<T>) => client.connection.withDeadline(Date.now() + ms, call)
  const workflowIdOf = (caseId: string) => `erasure/${caseId}`
  return {
    workflowIdOf,

    async start(caseId, reference, tenantId) {
      try {
        await within(WITHIN_MS, () =>
          client.workflow.start('eraseSubject', {
            workflowId: workflowIdOf(caseId),
            taskQueue,
            args: [{ reference }],
            requestEagerStart: true,
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: new TypedSearchAttributes([
              { key: { name: searchAttributeNames.tenant, type: SearchAttributeType.KEYWORD }, value: tenantId },
            ]),
            staticSummary: 'Erasure of a person',
          }),
        )
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running'
        throw error
      }
    },

    async decided(workflowId) {
      await unlessGone(within(WITHIN_MS, () => client.workflow.getHandle(workflowId).signal('decided')))
    },

    async listRunning() {
      const running = new Set<string>()
      const query = 'WorkflowType = "eraseSubject" AND ExecutionStatus = "Running"'
      await within(WITHIN_MS, async () => {
        for await (const { workflowId } of client.workflow.list({ query })) running.add(workflowId)
      })
      return running
    },

    async isRunning(workflowId) {
      const described = await unlessGone(within(WITHIN_MS, () => client.workflow.getHandle(workflowId).describe()))
      return described?.status.name === 'RUNNING'
    },

    async step(workflowId) {
      const handle = client.workflow.getHandle(workflowId)
      try {
        return (await within(QUERY_WITHIN_MS, () => handle.query<{ step: string }>('progress'))).step
      } catch {
        return null
      }
    },
  }
}

/** Undefined where there is no such workflow, or none that hears. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}
