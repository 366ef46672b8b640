import { fileURLToPath } from 'node:url'
import { type NativeConnection, Worker } from '@temporalio/worker'
import type { Activities } from './activities.ts'

export const TASK_QUEUE = 'contract-review'

/** Works on reviews until it is stopped; what it had under way then is taken up by the next one. */
export async function runWorker(
  connection: NativeConnection,
  activities: Activities,
  taskQueue = TASK_QUEUE,
): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    workflowsPath: fileURLToPath(new URL('./workflow/review-contract.ts', import.meta.url)),
    shutdownGraceTime: '2 seconds',
  })
  const running = worker.run()
  return {
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown()
      await running
    },
  }
}
