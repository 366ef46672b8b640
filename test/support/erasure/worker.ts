import { fileURLToPath } from 'node:url'
import { activityInfo } from '@temporalio/activity'
import { Client } from '@temporalio/client'
import { inject } from 'vitest'
import type { ErasureActivities } from '../../../activities/erasure/types.ts'
import { connectTemporal } from '../../../src/adapters/temporal/connect.ts'
import { createWorker, loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'
import { buildErasureActivities } from '../../../src/compose/erasure.ts'
import { type ErasureStack, NO_METRICS } from './stack.ts'

export type StepName = keyof ErasureActivities
/** Runs a step, or does something else in its place. */
export type Intercept = (name: StepName, run: () => Promise<unknown>, workflowId: string) => Promise<unknown>

export interface ErasureWorker {
  client: Client
  taskQueue: string
  /** Starts `eraseSubject` here, as the Temporal UI would. */
  start(workflowId: string, reference: string): ReturnType<Client['workflow']['start']>
  /** What is done in place of each step from now on; null: the step. */
  intercept: Intercept | null
  close(): Promise<void>
}

/** A worker of its own for erasures of a stack, on its own task queue: its steps can be made to fail. */
export async function startErasureWorker(stack: ErasureStack): Promise<ErasureWorker> {
  const { temporalAddress, home } = inject('stack')
  const connection = await connectTemporal({ address: temporalAddress })
  const taskQueue = `erasures-${stack.gateway.taskQueue}`
  const { settings } = stack.gateway
  const client = new Client({ connection })
  const steps = buildErasureActivities({
    ...settings,
    stores: stack.stores,
    client,
    metrics: NO_METRICS,
  }) as Record<StepName, (input: unknown) => Promise<unknown>>
  const worker: ErasureWorker = {
    client,
    taskQueue,
    intercept: null,
    start: (workflowId, reference) =>
      client.workflow.start('eraseSubject', { workflowId, taskQueue, args: [{ reference }] }),
    async close() {
      running.shutdown()
      await ended
      await connection.close()
    },
  }
  const activities = Object.fromEntries(
    (Object.keys(steps) as StepName[]).map((name) => [
      name,
      (input: unknown) => {
        const act = () => steps[name](input)
        const { workflowId } = activityInfo().workflowExecution ?? { workflowId: '' }
        return worker.intercept === null ? act() : worker.intercept(name, act, workflowId)
      },
    ]),
  )
  const workflows = fileURLToPath(new URL('../../../workflows', import.meta.url))
  const bundle = await loadWorkflowBundle(workflows, `${home}/cache`)
  const running = await createWorker({ connection, namespace: 'default', taskQueue, activities, bundle })
  const ended = running.run()
  return worker
}
