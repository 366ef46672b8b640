import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createExportClosed } from '../../../activities/histories/export-closed.ts'
import type { ExportedHistories } from '../../../activities/histories/types.ts'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createHistoryArchive } from '../../../src/adapters/postgres/histories/history-archive.ts'
import { createClosedRuns } from '../../../src/adapters/temporal/export-history.ts'
import { loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'
import { openHistoryStores } from '../../../src/compose/histories.ts'
import { runDoctor } from '../../../src/doctor/run-doctor.ts'
import type { HistoryArchive } from '../../../src/ports/history-archive.ts'
import { CanaryScanner } from '../../support/canary-scanner.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const WORKFLOWS = fileURLToPath(new URL('../../../workflows', import.meta.url))
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
`
const SAID = [
  { label: 'mail', value: 'quinn.canary@mail77.example.com' },
  { label: 'user', value: 'employee-quillfeather-77' },
  { label: 'session', value: 'session-quillfeather-77' },
]

interface Shown {
  runs: { run_id: string; closed_at: string | null; source: string; history: { events: { eventType: string }[] } }[]
}

describe("a request's history", { timeout: 120_000 }, () => {
  let vendor: VendorGateway
  let connection: Connection
  let client: Client
  let app: Sql
  beforeAll(async () => {
    vendor = await startVendorGateway({ config: CONFIG })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    client = new Client({ connection })
    app = connectService(vendor.gateway.databases.app, { max: 2, name: 'test' })
  })
  afterAll(async () => {
    await app.end()
    await connection.close()
    await vendor.close()
  })

  const say = async (tool: string) => {
    const response = await vendor.chat(`write to ${SAID[0]?.value}`, {
      headers: { 'X-Tool-Name': tool, 'X-Session-Id': SAID[2]?.value ?? '' },
      body: { user: SAID[1]?.value },
    })
    await response.text()
    const id = requestIdOf(response)
    await awaitEntry(vendor.sql, id)
    await client.workflow.getHandle(`request/${id}`).result()
    await isListed(id)
    return id
  }
  /** A list may be behind. */
  const isListed = async (id: string) => {
    const query = `WorkflowId = "request/${id}" AND ExecutionStatus != "Running"`
    await expect.poll(async () => (await client.workflow.count(query)).count, { timeout: 30_000 }).toBeGreaterThan(0)
  }
  const runRound = (): Promise<ExportedHistories> =>
    client.workflow.execute('exportHistories', {
      taskQueue: vendor.gateway.taskQueue,
      workflowId: `histories-${randomUUID()}`,
    })
  const keptOf = (id: string) => vendor.sql`
    SELECT run_id, tenant_id, retention_class, closed_at, history FROM workflow_history WHERE entry_id = ${id}`
  const forget = async (id: string) => {
    const execution = { workflowId: `request/${id}` }
    await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: execution })
    for (let tries = 0; tries < 1200; tries++) {
      const gone = await client.workflow
        .getHandle(`request/${id}`)
        .describe()
        .then(
          () => false,
          () => true,
        )
      if (gone) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('Temporal still has the workflow after a minute')
  }
  const read = async (id: string, key = TEST_KEYS.auditor) => {
    const response = await vendor.gateway.call(`/v1/requests/${id}/history`, { key })
    return { status: response.status, body: (await response.json()) as Shown }
  }

  it('is kept once where its tool is of high risk, and not at all where it is not', async () => {
    const [high, low] = [await say('hr_helpdesk'), await say('newsletter')]
    const first = await runRound()
    expect(first).toMatchObject({ exported: 1, lost: 0, waiting: 0 })
    const [kept, ...others] = await keptOf(high)
    expect(others).toEqual([])
    expect(kept).toMatchObject({ tenant_id: 'dev', retention_class: expect.stringMatching(/^\d+-\d+-\d+$/) })
    expect(await keptOf(low)).toEqual([])
    const second = await runRound()
    expect(second).toMatchObject({ looked: 2, exported: 0, lost: 0 })
    expect(second.until).toBeGreaterThan(first.until)
    expect(await keptOf(high)).toHaveLength(1)
  })

  it('replays as it is kept, by the tool that Temporal has for it', async () => {
    const id = await say('hr_helpdesk')
    await runRound()
    const [kept] = await keptOf(id)
    const workflowBundle = await loadWorkflowBundle(WORKFLOWS, `${inject('stack').home}/cache`)
    const history = JSON.parse(gunzipSync(kept?.history).toString('utf8'))
    await Worker.runReplayHistory({ workflowBundle, replayName: 'kept' }, history, `request/${id}`)
    history.events[5].markerRecordedEventAttributes.details.data.payloads[0].data = btoa('{"activity_type":"other"}')
    const changed = Worker.runReplayHistory({ workflowBundle, replayName: 'changed' }, history, `request/${id}`)
    await expect(changed).rejects.toThrow()
  })

  it('holds nothing that a person or an app said, however it might be written', async () => {
    const id = await say('hr_helpdesk')
    await runRound()
    const [kept] = await keptOf(id)
    const text = gunzipSync(kept?.history).toString('utf8')
    const opened = text.replaceAll(/"data": "([A-Za-z0-9+/=]+)"/g, (_, data) => Buffer.from(data, 'base64').toString())
    expect(opened).toContain('entityCounts')
    const scanner = new CanaryScanner(SAID)
    expect([...scanner.scanText(text, 'as kept'), ...scanner.scanText(opened, 'opened')]).toEqual([])
    expect(scanner.scanText(`${opened}${SAID[1]?.value}`, 'planted')).toHaveLength(1)
  })

  it('is shown from Temporal, and from where it is kept once Temporal has forgotten it', async () => {
    const [high, low] = [await say('hr_helpdesk'), await say('newsletter')]
    await runRound()
    const before = await read(high)
    expect(before.body.runs).toMatchObject([{ source: 'temporal', closed_at: expect.any(String) }])
    await Promise.all([forget(high), forget(low)])
    const after = await read(high)
    expect(after.body.runs).toMatchObject([{ ...before.body.runs[0], source: 'database' }])
    expect(after.body.runs[0]?.history.events.at(-1)?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED')
    expect(await read(low)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
    expect((await read(randomUUID())).status).toBe(404)
    expect((await read(high, TEST_KEYS.app)).status).toBe(403)
  })

  it('of a run that was ended before its request had an entry is kept once it has one', async () => {
    vendor.openai.reset()
    vendor.openai.script({ delayMs: 8_000 })
    const answer = vendor.chat('hello', { headers: { 'X-Tool-Name': 'contract_review' } })
    const running = async () => {
      for await (const one of client.workflow.list({
        query: `TaskQueue = "${vendor.gateway.taskQueue}" AND ExecutionStatus = "Running"`,
      })) {
        if (one.type === 'request') return one
      }
      return undefined
    }
    let first = await running()
    for (let tries = 0; first === undefined && tries < 100; tries++) first = await running()
    await client.workflow.getHandle(first?.workflowId ?? '').terminate('by the test')
    const id = first?.workflowId.slice('request/'.length) ?? ''
    await isListed(id)
    expect(await runRound()).toMatchObject({ waiting: 1, lost: 0 })
    await (await answer).text()
    await awaitEntry(vendor.sql, id)
    expect(await runRound()).toMatchObject({ waiting: 0, lost: 0 })
    const kept = await keptOf(id)
    // The reconciler may have started another one meanwhile.
    expect(kept.map((row) => row.run_id)).toContain(first?.runId)
  })

  it('that comes when its day has left the database is counted, and breaks nothing', async () => {
    const archive = createHistoryArchive(app)
    const history = {
      entryId: '018cc251-f400-7000-8000-000000000000',
      runId: randomUUID(),
      tenantId: 'dev',
      retentionClass: '60-90-365',
      closedAt: Date.parse('2024-01-01'),
      history: '{"events":[]}',
    }
    expect(await archive.keep(history)).toBe('late')
    await vendor.sql`SELECT ledger_ensure_partitions('2024-01-01', 1)`
    expect(await archive.keep(history)).toBe('kept')
    expect(await archive.keep({ ...history, history: '{"events":[1]}' })).toBe('kept')
    expect(await archive.find('dev', history.entryId)).toMatchObject([{ history: '{"events":[]}' }])
    expect(await archive.find('other', history.entryId)).toEqual([])
  })

  it('leaves the database with its day, and the day gets none again', async () => {
    const partition = () => vendor.sql`SELECT to_regclass('workflow_history_20240102') AS name`
    await vendor.sql`SELECT ledger_ensure_partitions('2024-01-02', 1)`
    expect(await partition()).toMatchObject([{ name: 'workflow_history_20240102' }])
    await vendor.sql`INSERT INTO archive_day (day, sealed_at) VALUES ('2024-01-02', '2024-01-05')`
    await vendor.sql`UPDATE archive_day SET dropped_at = now() WHERE day = '2024-01-02'`
    expect(await partition()).toMatchObject([{ name: null }])
    await vendor.sql`SELECT ledger_ensure_partitions('2024-01-02', 1)`
    expect(await partition()).toMatchObject([{ name: null }])
  })

  it('is kept by the next round where one dies at any of its steps', async () => {
    await runRound()
    const ids = [await say('hr_helpdesk'), await say('hr_helpdesk'), await say('contract_review')]
    const whole = createHistoryArchive(app)
    const runs = createClosedRuns(client, vendor.gateway.taskQueue)
    const deps = { runs, keeps: () => true, now: Date.now, onProgress: () => undefined, onKept: () => undefined }
    const dying = <T>(name: keyof HistoryArchive, after: number) => {
      let left = after
      const die = (...args: never[]) => {
        if (left-- === 0) throw new Error('killed')
        return (whole[name] as (...args: never[]) => T)(...args)
      }
      return createExportClosed({ ...deps, archive: { ...whole, [name]: die } })
    }
    await expect(dying('recorded', 0)()).rejects.toThrow('killed')
    await expect(dying('keep', 0)()).rejects.toThrow('killed')
    await expect(dying('keep', 1)()).rejects.toThrow('killed')
    await expect(dying('noteLookedUntil', 0)()).rejects.toThrow('killed')
    const round = createExportClosed({ ...deps, archive: whole })
    expect(await round()).toMatchObject({ lost: 0 })
    for (const id of ids) expect(await keptOf(id)).toHaveLength(1)
    expect(await round()).toMatchObject({ exported: 0, lost: 0 })
  })

  it('is in danger where the namespace forgets within 72 hours: the doctor says so', async () => {
    const namespace = `short-${randomUUID()}`
    const aDay = msToTs(86_400_000)
    await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: aDay })
    const look = async (name: string) => {
      const env = { TEMPORAL_ADDRESS: inject('stack').temporalAddress, TEMPORAL_NAMESPACE: name }
      return (await runDoctor(env)).checks.find((check) => check.name === 'Temporal retention')
    }
    const told = { ok: false, required: false, detail: expect.stringContaining('for 24 hours') }
    await expect.poll(() => look(namespace), { timeout: 30_000 }).toMatchObject(told)
    expect(await look('default')).toMatchObject({ ok: true, detail: expect.stringContaining('for 720 hours') })
  })

  it('shows in the metrics how far the rounds have come, and in the readiness that somebody has to look', async () => {
    const stores = openHistoryStores(app, { local: async () => '' })
    await stores.watch()
    expect(stores.unexportedSeconds()).toBeLessThan(3600)
    await vendor.sql`UPDATE history_round SET looked_until = now() - interval '5 hours'`
    await stores.watch()
    expect(stores.unexportedSeconds()).toBeGreaterThanOrEqual(5 * 3600)
    expect(() => stores.require()).not.toThrow()
    stores.noteKept(24 * 3_600_000)
    expect(() => stores.require()).toThrow('too soon')
    await vendor.sql`UPDATE history_round SET looked_until = now() - interval '13 hours'`
    await stores.watch()
    expect(() => stores.require()).toThrow('behind')
    const ready = (await (await vendor.gateway.call('/readyz')).json()) as { dependencies: unknown[] }
    expect(ready.dependencies).toContainEqual({ name: 'histories', ok: true, optional: true })
    const told = await vendor.gateway.call('/metrics', { key: TEST_KEYS.admin })
    expect(await told.text()).toMatch(/^palimpsest_histories_unexported_seconds \d/m)
  })
})
