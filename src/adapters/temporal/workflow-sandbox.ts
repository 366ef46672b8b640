import { type Context, Script } from 'node:vm'
import type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js'
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
 * Has the SDK run workflows in its sandbox, but in the worker's own thread, and without three of its habits that cost more than
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
 *
 * Whenever another workflow goes on, the sandbox's globals are all put away and those of the other one laid out: see `Sandbox`.
 */
export function useOwnSandbox(): void {
  if (installed) return
  installed = true
  // Neither hooks into promises nor another way to write stacks, which would be those of the whole thread, nor what that reads.
  globalHandlers.installed = true
  globalHandlers.addWorkflowBundle = async () => undefined
  Object.assign(ThreadedVMWorkflowCreator, {
    create: ({ workflowBundle, registeredActivityNames }: ThreadedVMWorkflowCreatorOptions) =>
      Sandbox.create(workflowBundle, NO_LIMIT, registeredActivityNames),
  })
}

const ENTER = new Script('__TEMPORAL__.api[__entry.fn](...__entry.args)')

interface Globals extends Context {
  __TEMPORAL_ACTIVATOR__: unknown
  __entry: { fn: string; args: unknown[] }
}

/**
 * The SDK's sandbox, whose workflows share their globals, but for the one that says which workflow goes on. What is in them at
 * the start is frozen, and no workflow of ours writes new ones.
 */
class Sandbox extends ReusableVMWorkflowCreator {
  override async createWorkflow(options: WorkflowCreateOptions): Promise<Workflow> {
    const workflow = await super.createWorkflow(options)
    const globals = this.context as unknown as Globals
    const activator = globals.__TEMPORAL_ACTIVATOR__
    const enter = (fn: string, args: unknown[]) => {
      globals.__TEMPORAL_ACTIVATOR__ = activator
      globals.__entry = { fn, args }
      return ENTER.runInContext(globals)
    }
    const workflowModule = new Proxy(
      {},
      {
        get:
          (_, fn: string) =>
          (...args: unknown[]) =>
            enter(fn, args),
      },
    )
    return Object.assign(workflow, { workflowModule })
  }
}
