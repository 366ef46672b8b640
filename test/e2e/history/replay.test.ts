import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installRuntime } from '../../../src/adapters/temporal/runtime.ts'
import { loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'
import { HISTORIES } from './recorded.ts'

const WORKFLOWS = fileURLToPath(new URL('../../../workflows', import.meta.url))
const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'))
const read = (name: string) => JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as { events: RecordedEvent[] }

interface RecordedEvent {
  eventType: string
  workflowExecutionStartedEventAttributes?: { workflowId: string }
  markerRecordedEventAttributes?: { details: { data: { payloads: { data: string }[] } } }
}

describe.each([
  ['as they run untraced', false],
  ['with the interceptors of traces', true],
])('a recorded history, by the workflows %s,', (_words, traced) => {
  let folder: string
  let workflowBundle: { code: string }
  beforeAll(async () => {
    installRuntime({ info: () => undefined, warn: () => undefined })
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-replay-'))
    workflowBundle = await loadWorkflowBundle(WORKFLOWS, folder, traced)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const replay = (history: { events: RecordedEvent[] }) =>
    Worker.runReplayHistory(
      { workflowBundle, replayName: 'recorded' },
      history,
      history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId,
    )

  it('is there for every way a request can end', () => {
    expect(names).toEqual(
      expect.arrayContaining(
        [
          'answered',
          'streamed',
          'refused',
          'failed',
          'tried-again',
          'given-up',
          'waited-out',
          'interrupted',
          'erased-waiting',
          'erased-trying',
        ].map((name) => `request-${name}.json`),
      ),
    )
  })

  it('is there of an erasure that was completed, and of one that a second officer refused', () => {
    expect(names).toEqual(expect.arrayContaining(['erasure-completed.json', 'erasure-rejected.json']))
  })

  it.each(names)('%s is replayed by the workflow of today', async (name) => {
    await expect(replay(read(name))).resolves.toBeUndefined()
  })

  it('is not replayed by a workflow that does something else', async () => {
    const history = read('request-answered.json')
    const [, second] = history.events.filter((event) => event.markerRecordedEventAttributes)
    const payload = second?.markerRecordedEventAttributes?.details.data.payloads[0]
    if (!payload) throw new Error('the history has no second step')
    const data = JSON.parse(Buffer.from(payload.data, 'base64').toString())
    payload.data = Buffer.from(JSON.stringify({ ...data, activity_type: 'anotherStep' })).toString('base64')
    await expect(replay(history)).rejects.toBeInstanceOf(DeterminismViolationError)
  })
})
