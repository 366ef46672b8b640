import { join } from 'node:path'
import { Client } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { chooseModel, findGateway } from '../support/find-gateway.ts'
import { serve } from '../support/serve-page.ts'
import { createActivities } from './activities.ts'
import { contractReview } from './app.ts'
import { Reviews } from './reviews.ts'
import { runWorker, TASK_QUEUE } from './run-worker.ts'

// `npm run contract-review`: page and worker on REVIEW_PORT (8091) until Ctrl-C, with the model of REVIEW_MODEL. Documents and
// results lie in REVIEW_FOLDER, or below PALIMPSEST_HOME; two on one Temporal have each a REVIEW_TASK_QUEUE.
try {
  const { env } = process
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const gateway = findGateway(env)
  const model = await chooseModel(gateway, env.REVIEW_MODEL)
  const reviews = new Reviews(env.REVIEW_FOLDER ?? join(env.PALIMPSEST_HOME ?? '.palimpsest', 'contract-review'))
  const taskQueue = env.REVIEW_TASK_QUEUE ?? TASK_QUEUE
  const connection = await NativeConnection.connect({ address: gateway.temporalAddress })
  const worker = await runWorker(connection, createActivities(gateway, reviews), taskQueue)
  const deps = { client: new Client({ connection }), reviews, taskQueue, model, now: Date.now }
  const { url, stop } = await serve(contractReview(deps), Number(env.REVIEW_PORT ?? 8091))
  console.log(`Contract review is on ${url}, over the gateway ${gateway.url} and its model ${model}. Ctrl-C ends it.`)
  const end = async () => {
    await stop()
    await worker.stop()
    await connection.close()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().then(() => process.exit(0)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
