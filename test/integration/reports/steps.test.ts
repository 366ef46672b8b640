import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReportActivities } from '../../../activities/reports/activities.ts'
import type { ReportDeps } from '../../../activities/reports/deps.ts'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { createPaperPrinter } from '../../../src/adapters/pdf/paper-printer.ts'
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/reader.ts'
import { createReports } from '../../../src/adapters/postgres/reports/reports.ts'
import { createReportEvidence } from '../../../src/adapters/reports/report-evidence.ts'
import { createReportPacker } from '../../../src/adapters/reports/report-packer.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import type { StoredReport } from '../../../src/ports/reports.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const DAY = '2026-01-05'
const logger = new DefaultLogger('ERROR')

describe('the steps of a report', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  let folder: string
  let deps: ReportDeps
  let count = 0
  /** What the archive answers in place of an object's path; null: the path. */
  let refused: string | null = null
  const nextId = () => uuidv7(Date.now(), Buffer.from(String(++count).padStart(10, '0')))

  beforeAll(async () => {
    stack = await startArchiveStack()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-steps-'))
    await stack.plant('acme', DAY, 40, () => ({ retention_class: '60-90-365' }))
    await stack.seal(DAY)
    await stack.run()
    const { sql } = stack.test.ledger
    const { entries, ledger, store } = stack.deps
    const local = async (name: string, sha256: Uint8Array) => {
      if (refused !== null) throw new PalimpsestError({ code: refused, status: 503, message: 'not now' })
      const path = join(folder, `object-${++count}`)
      await store.fetch(name, path, sha256)
      return path
    }
    const evidence = createReportEvidence({
      sql,
      entries: createLedgerReader(sql, stack.test.ledger.logs),
      signers: (tenant) => stack.test.ledger.trusted(tenant),
      histories: async () => [],
      store,
    })
    deps = {
      reports: createReports(sql),
      facts: createFactsQuery({ databaseUrl: stack.test.databases.app, objects: { local } }),
      packer: createReportPacker({ evidence, printer: createPaperPrinter(), tools: [], versions: {} }),
      store,
      ledger,
      entries,
      hurryLeaves: () => undefined,
      retentionClass: () => '60-90-365',
      hintContext: async () => ({ budgets: [], benchmarks: [] }),
      register: registerOf({ models: [], routes: [], regionDefaults: {}, residency: {}, providers: {} }),
      folder: join(folder, 'tmp'),
      version: 'test',
      now: Date.now,
      newEntryId: nextId,
    }
  })
  afterAll(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const asked = async (): Promise<string> => {
    const id = nextId()
    await deps.reports.create({
      id,
      officer: { tenantId: 'acme', keyId: 'auditor', app: 'audit', team: null },
      requestedAt: Date.now(),
      kind: 'cost',
      from: Date.parse(DAY),
      to: Date.parse('2026-01-06'),
      filters: { subject: null, tool: null, model: null, pii: null },
      seed: Buffer.alloc(8, 7),
      entryId: nextId(),
    })
    return id
  }
  const step = <T>(run: (input: { reportId: string }) => Promise<T>, reportId: string, attempt = 1) =>
    new MockActivityEnvironment({ attempt }, { logger }).run(run, { reportId }) as Promise<T>
  const stateOf = (id: string): Promise<StoredReport> => deps.reports.open(id)
  const sealed = async (id: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const done = await step(createReportActivities(deps).sealReport, id).catch((error: { type?: string }) => {
        if (error.type !== 'report_not_anchored') throw error
        return null
      })
      if (done) return done
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the entry never got a leaf')
  }
  const names = async (id: string) => {
    const found: string[] = []
    for await (const name of deps.store.list('reports/')) if (name.includes(id)) found.push(name)
    return found
  }

  it('wait for archived objects that are being restored, say so, and go on when they are there', async () => {
    const id = await asked()
    const steps = createReportActivities(deps)
    refused = 'archive_restore_pending'
    expect(await step(steps.collectReport, id)).toEqual({ state: 'restore_pending', objects: 1 })
    expect(await stateOf(id)).toMatchObject({
      state: 'running',
      waitsFor: 'restore pending: 1 archived objects',
      body: null,
    })
    refused = null
    expect(await step(steps.collectReport, id)).toMatchObject({ state: 'collected', entries: 40, missing: 0 })
    expect(await stateOf(id)).toMatchObject({ state: 'running', waitsFor: null })
  })

  it('try again where the archive is away or an object is another, and answer nothing meanwhile', async () => {
    const id = await asked()
    for (refused of ['archive_unavailable', 'archive_object_changed', 'archive_object_missing']) {
      await expect(step(createReportActivities(deps).collectReport, id)).rejects.toMatchObject({
        type: `PalimpsestError:${refused}`,
        nonRetryable: false,
      })
    }
    refused = null
    expect((await stateOf(id)).body).toBeNull()
    expect(readdirSync(deps.folder)).toEqual([])
  })

  it('remove what a killed run left a day ago and more, and nothing that is under way', async () => {
    const [left, underWay] = ['work-left', 'work-under-way'].map((name) => join(deps.folder, name))
    for (const path of [left, underWay]) mkdirSync(String(path), { recursive: true })
    const longAgo = new Date(Date.now() - 25 * 3_600_000)
    utimesSync(String(left), longAgo, longAgo)
    await step(createReportActivities(deps).collectReport, await asked())
    expect(readdirSync(deps.folder)).toEqual(['work-under-way'])
    rmSync(String(underWay), { recursive: true })
  })

  it('may each run twice: one entry, one pack, and nothing else is left of it', async () => {
    const id = await asked()
    const steps = createReportActivities(deps)
    await step(steps.collectReport, id)
    await step(steps.collectReport, id)
    expect(await names(id)).toHaveLength(2)
    await step(steps.recordReport, id)
    await step(steps.recordReport, id)
    const first = await sealed(id)
    expect(await step(steps.sealReport, id)).toEqual(first)
    const { pack, entryId } = await stateOf(id)
    expect(await names(id)).toEqual([pack?.name])
    const entries = await stack.admin`SELECT id FROM ledger_entry WHERE kind = 'report' AND detail LIKE ${`%${id}%`}`
    expect(entries.map((entry) => entry.id)).toEqual([entryId])
    await step(steps.failReport as never, id)
    expect((await stateOf(id)).state).toBe('completed')
  })

  it('refuse the body of a run that another one has followed', async () => {
    const id = await asked()
    const steps = createReportActivities({
      ...deps,
      store: {
        put: async (...given) => {
          const put = await deps.store.put(...given)
          await deps.reports.begin(id, '00000000-0000-4000-8000-000000000000')
          return put
        },
        fetch: (...given) => deps.store.fetch(...given),
        remove: (name) => deps.store.remove(name),
        list: (prefix) => deps.store.list(prefix),
      },
    })
    await expect(step(steps.collectReport, id)).rejects.toMatchObject({ type: 'ReportSuperseded' })
    expect((await stateOf(id)).body).toBeNull()
  })

  it('put a failure on record, beside the entry that says that it was made where only its pack is missing', async () => {
    const id = await asked()
    const steps = createReportActivities(deps)
    await step(steps.collectReport, id)
    const { entry } = await step(steps.recordReport, id)
    await new MockActivityEnvironment({}, { logger }).run(steps.failReport, { reportId: id, code: 'out_of_room' })
    expect(await stateOf(id)).toMatchObject({ state: 'failed', errorCode: 'out_of_room', pack: null })
    const entries = await stack.admin`
      SELECT id, status, error_code, related_entry FROM ledger_entry
      WHERE kind = 'report' AND detail LIKE ${`%${id}%`} ORDER BY status`
    expect(entries).toMatchObject([
      { id: entry, status: 'completed', error_code: null, related_entry: null },
      { status: 'failed', error_code: 'out_of_room', related_entry: entry },
    ])
    expect(await step(steps.collectReport, id)).toEqual({ state: 'ended' })
    // Nobody is ever given what it had made.
    expect(await names(id)).toEqual([])
  })
})
