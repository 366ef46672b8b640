import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js'
import {
  ThreadedVMWorkflowCreator,
  type ThreadedVMWorkflowCreatorOptions,
} from '@temporalio/worker/lib/workflow/threaded-vm.js'
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js'

/** The SDK gives a sandbox a time limit; Node has none where it is told none. */
const NO_LIMIT = undefined as unknown as number

let installed = false

/**
 * Has the SDK run workflows in its sandbox, but in the worker's own thread, and without two of its habits that cost more than
 * the workflows. The SDK has no option for it: where it would start its threads it gets a sandbox. Once a process; before the
 * first worker.
 *
 * With a thread beside the worker's a request is some twenty messages between the two, for each of which the other one is woken
 * and everything is copied. Ours are a few awaits without loops over data: none keeps the thread from anything else.
 *
 * The sandbox is entered about fifteen times a request. Under a time limit Node starts and ends a thread each time, and there is
 * nothing to stop.
 *
 * For a query that shows where a workflow waits, a stack of every promise is taken, of all others in the thread too. Ours wait
 * for the step that the history shows last; the query gives an empty answer.
 */
export function useOwnSandbox(): void {
  if (installed) return
  installed = true
  // Neither hooks into promises nor another way to write stacks, which would be those of the whole thread, nor what that reads.
  globalHandlers.installed = true
  globalHandlers.addWorkflowBundle = async () => undefined
  Object.assign(ThreadedVMWorkflowCreator, {
    create: ({ workflowBundle, registeredActivityNames }: ThreadedVMWorkflowCreatorOptions) =>
      ReusableVMWorkflowCreator.create(workflowBundle, NO_LIMIT, registeredActivityNames),
  })
}
