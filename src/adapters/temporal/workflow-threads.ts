import threads, { type WorkerOptions } from 'node:worker_threads'
import { ThreadedVMWorkflowCreator } from '@temporalio/worker/lib/workflow/threaded-vm.js'

const SCRIPT = new URL('./workflow-thread.ts', import.meta.url)
let installed = false

/**
 * Has the SDK run workflows in `workflow-thread.ts`, which then loads the SDK's own script. The SDK has no option for it:
 * while it starts its threads, what it takes for Node's `Worker` is ours. Once a process; before the first worker.
 */
export function useOwnWorkflowThreads(): void {
  if (installed) return
  installed = true
  const create = ThreadedVMWorkflowCreator.create
  ThreadedVMWorkflowCreator.create = function createInOwnThreads(options) {
    const { Worker } = threads
    threads.Worker = class WorkflowThread extends Worker {
      constructor(script: string | URL, more?: WorkerOptions) {
        super(SCRIPT, { ...more, name: 'workflows', workerData: { script: String(script) } })
      }
    }
    try {
      // The threads are started before the first await of `create`.
      return create.call(ThreadedVMWorkflowCreator, options)
    } finally {
      threads.Worker = Worker
    }
  }
}
