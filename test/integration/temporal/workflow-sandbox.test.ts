import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import type { Worker as Thread } from 'node:worker_threads'
import { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { PrepareResult } from '../../../activities/request/types.ts'
import { installRuntime } from '../../../src/adapters/temporal/runtime.ts'
import { createWorker, loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'

const WORKFLOWS = fileURLToPath(new URL('../../../workflows', import.meta.url))

describe('the sandbox of the workflows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-sandbox-'))
  beforeAll(() => {
    installRuntime({ info: () => undefined, warn: () => undefined })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("runs a workflow from its start to its failure in the worker's own thread, whose stacks and promises stay its own", async () => {
    const threads: Thread[] = []
    const note = (thread: Thread) => threads.push(thread)
    const hooked = vi.spyOn(v8.promiseHooks, 'createHook')
    const { prepareStackTrace } = Error
    process.on('worker', note)
    const connection = await NativeConnection.connect({ address: inject('stack').temporalAddress })
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue: 'test-sandbox',
      activities: { prepare: async (): Promise<PrepareResult> => ({ kind: 'withdrawn' }) },
      bundle: await loadWorkflowBundle(WORKFLOWS, folder),
    })
    const client = new Client({ connection })
    const options = { taskQueue: 'test-sandbox', workflowId: `sandbox/${Date.now()}`, args: [{ requestId: 'one' }] }
    await worker.runUntil(async () => {
      await expect(client.workflow.execute('request', options)).rejects.toMatchObject({ cause: { type: 'withdrawn' } })
    })
    process.off('worker', note)
    expect(threads).toEqual([])
    expect(hooked).not.toHaveBeenCalled()
    hooked.mockRestore()
    expect(Error.prepareStackTrace).toBe(prepareStackTrace)
    await connection.close()
  })
})
