import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import postgres from 'postgres'
import { inject } from 'vitest'
import { createArchiveActivities } from '../../../activities/archive/activities.ts'
import type { DayActivities } from '../../../activities/archive/day-types.ts'
import { createDayActivities } from '../../../activities/archive/days.ts'
import type { ArchiveDeps } from '../../../activities/archive/deps.ts'
import type { ArchiveActivities } from '../../../activities/archive/types.ts'
import { createPeriodFiles } from '../../../src/adapters/parquet/period-files.ts'
import { createArchiveCatalogue } from '../../../src/adapters/postgres/archive/catalogue.ts'
import { createArchivePeriods } from '../../../src/adapters/postgres/archive/periods.ts'
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/reader.ts'
import { connectTemporal } from '../../../src/adapters/temporal/connect.ts'
import { installRuntime } from '../../../src/adapters/temporal/runtime.ts'
import { createWorker, loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'
import { every } from '../../../src/background/every.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import type { EntryDraft } from '../../../src/domain/ledger/entry-draft.ts'
import { policyOfClass } from '../../../src/domain/retention/retention-class.ts'
import type { ArchiveResult, ArchiveRun } from '../../../workflows/archive/types.ts'
import { openTestLedger, type TestLedger } from '../../integration/ledger/support.ts'
import { type FaultyStore, withFaults } from './faulty-store.ts'
import { openMemoryStore } from './memory-store.ts'
import { appendPast, callsOfDay } from './past-ledger.ts'

type Steps = ArchiveActivities & DayActivities
export type StepName = keyof Steps
export type Intercept = (name: StepName, run: () => Promise<unknown>) => Promise<unknown>

export interface ArchiveStack {
  test: TestLedger
  store: FaultyStore
  /** What the activities stand on; a test may put something else in its place. */
  deps: ArchiveDeps
  /** As the superuser. */
  admin: postgres.Sql
  client: Client
  /** What is done in place of each step from now on; null: the step. */
  intercept: Intercept | null
  /** Runs the stage of `archivePeriods` that archives, and gives what came of it. */
  run(workflowId?: string): Promise<ArchiveResult>
  /** Runs all stages. */
  runAll(): Promise<ArchiveResult>
  /** Of the run that `run` or `runAll` began last. */
  lastRun(): string
  start(workflowId: string, input?: ArchiveRun): ReturnType<Client['workflow']['start']>
  /** Entries of a tenant on a day of the past. */
  plant(
    tenant: string,
    day: string,
    count: number,
    change?: (index: number) => Partial<EntryDraft['envelope']>,
  ): Promise<string[]>
  /** Seals a day as it would be long after it. */
  seal(day: string): Promise<void>
  close(): Promise<void>
}

const HOT = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }

/** A ledger, the archive's steps on a worker of their own, a store whose answers a test chooses, and anchors all the time. */
export async function startArchiveStack(): Promise<ArchiveStack> {
  installRuntime({ info: () => undefined, warn: () => undefined })
  const test = await openTestLedger()
  const { ledger, databases, folder } = test
  const admin = postgres(databases.admin, { max: 2, onnotice: () => undefined })
  const writer = ledger.openWriter()
  const store = withFaults(openMemoryStore())
  const deps: ArchiveDeps = {
    periods: createArchivePeriods({ sql: ledger.sql, databaseUrl: databases.app }),
    files: createPeriodFiles({ databaseUrl: databases.app }),
    store,
    ledger: writer,
    entries: createLedgerReader(ledger.sql, ledger.logs),
    anchors: ledger.anchors,
    hurryLeaves: () => undefined,
    policyOf: (_, name) => policyOfClass(name, HOT),
    folder: join(folder, 'tmp'),
    lockDays: 30,
    version: 'test',
    now: Date.now,
    newEntryId: () => uuidv7(Date.now(), randomBytes(10)),
    randomBytes,
  }
  const { temporalAddress, home } = inject('stack')
  const connection = await connectTemporal({ address: temporalAddress })
  const client = new Client({ connection })
  const taskQueue = `archive-${databases.app.split('/').at(-1)}`
  const standardHotDays = () => HOT.hotDays
  const catalogue = createArchiveCatalogue({ sql: ledger.sql, databaseUrl: databases.app, standardHotDays })
  const days = createDayActivities({ ...deps, catalogue, standardPolicy: () => HOT })
  const steps = (): Steps => ({ ...createArchiveActivities(stack.deps), ...days })
  const run = async (name: StepName, input: unknown) => (steps()[name] as (input: unknown) => Promise<unknown>)(input)
  const names = Object.keys({ ...createArchiveActivities(deps), ...days }) as StepName[]
  const activities = Object.fromEntries(
    names.map((name) => [
      name,
      (input: unknown) => (stack.intercept === null ? run(name, input) : stack.intercept(name, () => run(name, input))),
    ]),
  )
  const workflows = fileURLToPath(new URL('../../../workflows', import.meta.url))
  const bundle = await loadWorkflowBundle(workflows, `${home}/cache`)
  const worker = await createWorker({ connection, namespace: 'default', taskQueue, activities, bundle })
  const ended = worker.run()
  const anchoring = every(
    200,
    async () => {
      await ledger.sequence()
      await ledger.anchor()
    },
    () => undefined,
  )
  let runs = 0
  const stack: ArchiveStack = {
    test,
    store,
    deps,
    admin,
    client,
    intercept: null,
    start: (workflowId, input = { only: 'archive' }) =>
      client.workflow.start('archivePeriods', { workflowId, taskQueue, args: [input] }),
    lastRun: () => `${taskQueue}/run-${runs}`,
    async runAll() {
      return (await (await stack.start(`${taskQueue}/run-${++runs}`, {})).result()) as ArchiveResult
    },
    async run(workflowId = `${taskQueue}/run-${++runs}`) {
      return (await (await stack.start(workflowId)).result()) as ArchiveResult
    },
    async plant(tenant, day, count, change) {
      const drafts = callsOfDay(test.calls, tenant, day, count, change)
      await appendPast(ledger, writer, day, drafts)
      return drafts.map(({ envelope }) => envelope.id)
    },
    async seal(day) {
      await admin`INSERT INTO archive_day (day, sealed_at) VALUES (${day}, now()) ON CONFLICT DO NOTHING`
    },
    async close() {
      worker.shutdown()
      await ended
      await anchoring.stop()
      await connection.close()
      await writer.close()
      await admin.end({ timeout: 5 })
      await test.remove()
    },
  }
  return stack
}
