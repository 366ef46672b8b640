import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { isUuid } from '../../domain/ids/uuidv7.ts'
import type { ClosedRun, ClosedRuns, RequestRun } from '../../ports/closed-runs.ts'
import { requestWorkflowId } from './request-starter.ts'

/** Milliseconds that the server may take for one answer. */
const ANSWER_WITHIN_MS = 30_000
const PREFIX = requestWorkflowId('')

/** Runs of the requests of one task queue, and their histories as Temporal's own tools export and replay them. */
export function createClosedRuns(client: Client, taskQueue: string): ClosedRuns {
  const { namespace } = client.options
  const within = <T>(ask: () => Promise<T>) => client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask)

  return {
    keptForMs: () => within(() => keptForMs(client, namespace)),

    async *closedBetween(from, below) {
      const query =
        `WorkflowType = "request" AND TaskQueue = "${taskQueue.replace(/[\\"]/g, '\\$&')}" ` +
        `AND CloseTime >= "${timeOf(from)}" AND CloseTime < "${timeOf(below)}"`
      for await (const listed of client.workflow.list({ query })) {
        const run = runOf(listed)
        if (run !== null && isClosed(run)) yield run
      }
    },

    async runsOf(requestId) {
      const runs = new Map<string, RequestRun>()
      for await (const listed of client.workflow.list({ query: `WorkflowId = "${requestWorkflowId(requestId)}"` })) {
        const run = runOf(listed)
        if (run !== null) runs.set(run.runId, run)
      }
      // The list may be behind: the newest run is asked for by its id.
      const newest = await unlessGone(() =>
        within(() => client.workflow.getHandle(requestWorkflowId(requestId)).describe()),
      )
      const run = newest && runOf(newest)
      if (run) runs.set(run.runId, run)
      return [...runs.values()].sort((a, b) => (a.closedAt ?? Infinity) - (b.closedAt ?? Infinity))
    },

    async historyOf({ requestId, runId }) {
      const handle = client.workflow.getHandle(requestWorkflowId(requestId), runId)
      const history = await unlessGone(() => within(() => handle.fetchHistory()))
      return history && historyToJSON(history)
    },
  }
}

/** Milliseconds that a namespace keeps a run after its end. */
export async function keptForMs(
  { workflowService }: Pick<Client, 'workflowService'>,
  namespace: string,
): Promise<number> {
  const { config } = await workflowService.describeNamespace({ namespace })
  const { seconds, nanos } = config?.workflowExecutionRetentionTtl ?? {}
  return Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6
}

/** Null: no workflow of a request. */
function runOf({
  workflowId,
  runId,
  closeTime,
}: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'closeTime'>): RequestRun | null {
  const requestId = workflowId.slice(PREFIX.length)
  if (!workflowId.startsWith(PREFIX) || !isUuid(requestId) || !isUuid(runId)) return null
  return { requestId, runId, closedAt: closeTime?.getTime() ?? null }
}

function isClosed(run: RequestRun): run is ClosedRun {
  return run.closedAt !== null
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** Undefined where it has expired meanwhile, or never was. */
async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}
