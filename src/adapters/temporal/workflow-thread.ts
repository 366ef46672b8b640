import { createRequire } from 'node:module'
import v8 from 'node:v8'
import vm from 'node:vm'
import { workerData } from 'node:worker_threads'

/**
 * The thread that workflows run in: the SDK's own, without two of its habits that cost more than the workflows.
 *
 * It enters the workflows' context about fifteen times a request, each time under a time limit, and for each limit Node
 * starts and ends a thread. Our workflows are a few awaits without loops over data, so there is nothing to stop.
 *
 * It also takes and source-maps a stack for every promise, to answer a query that shows where a workflow waits. Ours wait
 * for the step that the history shows last; the query gives an empty answer.
 */
const runInContext = vm.Script.prototype.runInContext
vm.Script.prototype.runInContext = function runWithoutLimit(context, options) {
  const { timeout: _, ...rest } = typeof options === 'object' ? options : {}
  return runInContext.call(this, context, rest)
}
v8.promiseHooks.createHook = () => () => undefined

createRequire(import.meta.url)((workerData as { script: string }).script)
