import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Worker as Thread } from 'node:worker_threads'
import { Client } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { PrepareResult } from '../../../activities/request/types.ts'
import { createWorker, loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'

const WORKFLOWS = fileURLToPath(new URL('../../../workflows', import.meta.url))

describe('the thread of the workflows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-threads-'))
  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is ours, and runs a workflow from its start to its failure', async () => {
    const threads: Thread[] = []
    const note = (thread: Thread) => threads.push(thread)
    process.on('worker', note)
    const connection = await NativeConnection.connect({ address: inject('stack').temporalAddress })
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue: 'test-threads',
      activities: { prepare: async (): Promise<PrepareResult> => ({ kind: 'withdrawn' }) },
      bundle: await loadWorkflowBundle(WORKFLOWS, folder),
    })
    process.off('worker', note)
    expect(threads.map(({ threadName }) => threadName)).toEqual(['workflows'])

    const client = new Client({ connection })
    const options = { taskQueue: 'test-threads', workflowId: `threads/${Date.now()}`, args: [{ requestId: 'one' }] }
    await worker.runUntil(async () => {
      await expect(client.workflow.execute('request', options)).rejects.toMatchObject({ cause: { type: 'withdrawn' } })
    })
    await connection.close()
  })
})
