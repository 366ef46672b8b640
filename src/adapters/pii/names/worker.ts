import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { JobMessage, WorkerMessage } from './messages.ts'
import type { ModelFiles } from './model-files.ts'
import { createReadNames } from './read-names.ts'

const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
/** Below the event loop's, so that a long text takes no core from it. On Linux alone this is the thread's own. */
const PRIORITY = 5
if (process.platform === 'linux') setPriority(0, PRIORITY)

const say = (message: WorkerMessage): void => port.postMessage(message)

const readNames = await createReadNames(workerData as ModelFiles)
port.on('message', ({ id, texts }: JobMessage) => {
  readNames(texts).then(
    (spans) => say({ kind: 'done', id, spans }),
    (error: unknown) => say({ kind: 'failed', id, message: error instanceof Error ? error.name : 'unknown' }),
  )
})
say({ kind: 'ready' })
