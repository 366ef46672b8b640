import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import v8 from 'node:v8'
import type { Worker as Thread } from 'node:worker_threads'
import { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { PrepareResult, RecordInput, RecordResult } from '../../../activities/request/types.ts'
import { installRuntime } from '../../../src/adapters/temporal/runtime.ts'
import { createWorker, loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'

const WORKFLOWS = fileURLToPath(new URL('../../../workflows', import.meta.url))
const RECORDED: RecordResult = {
  status: 'refused',
  statusCode: 403,
  errorCode: null,
  attempts: 0,
  promptTokens: null,
  responseTokens: null,
  costUsd: null,
  entryId: 'entry',
}
/** Logs at three levels and prints what the SDK's collector of logs was given to keep. */
const KEPT = `
  import { Runtime } from '@temporalio/worker'
  import { installRuntime } from './src/adapters/temporal/runtime.ts'
  installRuntime({ info() {}, warn() {} })
  const { logger } = Runtime.instance()
  logger.logFunction = ({ level, message }) => console.log(level, message)
  logger.trace('Got workflow activation', { jobs: [] })
  logger.debug('Workflow started')
  logger.info('Worker state changed')
  process.exit(0)
`

describe('the sandbox of the workflows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-sandbox-'))
  beforeAll(() => {
    installRuntime({ info: () => undefined, warn: () => undefined })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps nothing of what is logged below the level that is written', async () => {
    // In a process of its own: the SDK's runtime is one a process, and begins anew when its last connection is closed.
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', KEPT], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    })
    expect(stdout.split('\n').filter(Boolean)).toEqual(['INFO Worker state changed'])
  })

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

  it('keeps workflows apart that go on by turns, though they share modules and globals', async () => {
    const connection = await NativeConnection.connect({ address: inject('stack').temporalAddress })
    const ids = Array.from({ length: 40 }, (_, i) => `turn-${i}`)
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue: 'test-sandbox-turns',
      activities: {
        prepare: async ({ requestId }: { requestId: string }): Promise<PrepareResult> => {
          await sleep(10 * Math.random())
          return { kind: 'refused', code: requestId, statusCode: 403, param: null }
        },
        record: async ({ requestId, refusal }: RecordInput): Promise<RecordResult> => {
          await sleep(10 * Math.random())
          return { ...RECORDED, errorCode: refusal?.code === requestId ? requestId : 'another' }
        },
      },
      bundle: await loadWorkflowBundle(WORKFLOWS, folder),
    })
    const client = new Client({ connection })
    await worker.runUntil(async () => {
      const run = (requestId: string) =>
        client.workflow.execute('request', {
          taskQueue: 'test-sandbox-turns',
          workflowId: `sandbox/${Date.now()}/${requestId}`,
          args: [{ requestId }],
        })
      const types = await Promise.all(ids.map((id) => run(id).catch((error) => error.cause.type)))
      expect(types).toEqual(ids)
    })
    await connection.close()
  })
})
