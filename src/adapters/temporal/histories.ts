import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client'
import type { WorkflowHistories } from '../../ports/workflow-histories.ts'

/** Milliseconds that the server may take for one answer. */
const ANSWER_WITHIN_MS = 30_000

/** Histories of Temporal's workflows, and what its lists say of them. */
export function createWorkflowHistories(client: Client): WorkflowHistories {
  const { namespace } = client.options
  const within = <T>(ask: () => Promise<T>) => client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask)

  /** Of a run that has ended its history and what the list says are all there is. */
  async function* read(
    workflowId: string,
    listed?: WorkflowExecutionInfo,
  ): AsyncGenerator<{ runId: string; bytes: Buffer }> {
    const handle = client.workflow.getHandle(workflowId, listed?.runId)
    try {
      const info = listed && listed.status.name !== 'RUNNING' ? listed : await within(() => handle.describe())
      const history = await within(() => handle.fetchHistory())
      yield { runId: info.runId, bytes: everyByteOf([info.raw, history]) }
    } catch (error) {
      // It has expired meanwhile, or never was.
      if (!(error instanceof WorkflowNotFoundError)) throw error
    }
  }

  return {
    async keptForMs() {
      const { config } = await within(() => client.workflowService.describeNamespace({ namespace }))
      const { seconds, nanos } = config?.workflowExecutionRetentionTtl ?? {}
      return Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6
    },

    async *runsOf(workflowIds, recent) {
      const seen = new Set<string>()
      for (const workflowId of recent) {
        for await (const run of read(workflowId)) {
          seen.add(run.runId)
          yield run.bytes
        }
      }
      const query = `WorkflowId IN (${workflowIds.map(quoted).join(', ')})`
      for await (const listed of client.workflow.list({ query })) {
        if (seen.has(listed.runId)) continue
        for await (const run of read(listed.workflowId, listed)) yield run.bytes
      }
    },
  }
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

const GAP = Buffer.from('\n"\n')

/**
 * Every text, name and byte of a message, payloads as they are, one behind another: what its protobuf has, without the lengths
 * and numbers between.
 */
function everyByteOf(message: unknown): Buffer {
  const parts: Uint8Array[] = []
  const walk = (value: unknown): void => {
    if (typeof value === 'string') parts.push(Buffer.from(value, 'utf8'), GAP)
    else if (value instanceof Uint8Array) parts.push(value, GAP)
    else if (Array.isArray(value)) value.forEach(walk)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        parts.push(Buffer.from(key, 'utf8'), GAP)
        walk(item)
      }
    }
  }
  walk(message)
  return Buffer.concat(parts)
}
