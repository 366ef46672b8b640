import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client'
import type { ArchiveRunState, ArchiveRuns } from '../../ports/archive-runs.ts'

/** Milliseconds until a call that is not answered counts as failed. */
const WITHIN_MS = 5_000

type Said = Pick<ArchiveRunState, 'counts' | 'failures' | 'left'>

/** Runs of `archivePeriods` on a task queue, under one workflow id: one at a time. */
export function createArchiveRuns(client: Client, taskQueue: string): ArchiveRuns {
  const workflowId = `${taskQueue}/archivePeriods/asked`
  const within = <T>(work: () => Promise<T>) => client.connection.withDeadline(Date.now() + WITHIN_MS, work)
  return {
    async start() {
      await within(() =>
        client.workflow.start('archivePeriods', {
          workflowId,
          taskQueue,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Archive of what is past its hot window',
        }),
      )
      return workflowId
    },

    async last() {
      const handle = client.workflow.getHandle(workflowId)
      try {
        const { status } = await within(() => handle.describe())
        if (status.name === 'RUNNING') {
          const said = await within(() => handle.query<Said & { step: string }>('progress')).catch(() => null)
          return {
            state: 'running',
            step: said?.step ?? null,
            counts: said?.counts ?? null,
            failures: said?.failures ?? [],
            left: said?.left ?? [],
          }
        }
        const said = (await within(() => handle.result())) as Said
        return { state: 'completed', step: null, ...said }
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined
        if (!(error instanceof WorkflowFailedError)) throw error
        return { state: 'failed', step: null, counts: null, failures: [], left: [] }
      }
    },
  }
}
