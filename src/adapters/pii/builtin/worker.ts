import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { ModelFiles } from '../names/model-files.ts'
import { createNameModel } from '../names/name-model.ts'
import { createBuiltinEngine } from './engine.ts'
import type { AnswerMessage, CallMessage } from './messages.ts'

const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
/** Below the event loop's, so that a long text takes no core from it. On Linux alone this is the thread's own. */
const PRIORITY = 5
if (process.platform === 'linux') setPriority(0, PRIORITY)

const say = (message: AnswerMessage): void => port.postMessage(message)
const calls = new Map<number, AbortController>()

const engine = createBuiltinEngine({ names: await createNameModel(workerData as ModelFiles) })
port.on('message', (message: CallMessage) => {
  if (message.kind === 'cancel') calls.get(message.id)?.abort()
  else void answer(message)
})
say({ kind: 'ready', version: engine.version })

/** Calls take turns: each gives the thread away after some milliseconds of work. */
async function answer({ id, texts, options }: Extract<CallMessage, { kind: 'analyze' }>): Promise<void> {
  const controller = new AbortController()
  calls.set(id, controller)
  try {
    say({ kind: 'done', id, results: await engine.analyze(texts, { ...options, signal: controller.signal }) })
  } catch (error) {
    say({ kind: 'failed', id, message: error instanceof Error ? error.name : 'unknown' })
  } finally {
    calls.delete(id)
  }
}
