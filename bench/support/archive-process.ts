import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ActivityFunction } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { createArchiveActivities } from '../../activities/archive/activities.ts'
import { openSampleLedger } from '../../drill/sample-ledger.ts'
import { FileArchiveStore } from '../../src/adapters/archive/files/file-archive-store.ts'
import { createPeriodFiles } from '../../src/adapters/parquet/period-files.ts'
import { createArchivePeriods } from '../../src/adapters/postgres/archive/periods.ts'
import { createLedgerReader } from '../../src/adapters/postgres/ledger/reader.ts'
import { uuidv7 } from '../../src/domain/ids/uuidv7.ts'

// A script of its own: archives one period of a database and says how long each step took, in milliseconds.
const [databaseUrl = '', folder = '', tenant = '', day = ''] = process.argv.slice(2)
const ledger = await openSampleLedger({ databaseUrl, folder })
const writer = ledger.openWriter()
const steps = createArchiveActivities({
  periods: createArchivePeriods({ sql: ledger.sql, databaseUrl }),
  files: createPeriodFiles({ databaseUrl }),
  store: new FileArchiveStore(join(folder, 'archive')),
  ledger: writer,
  entries: createLedgerReader(ledger.sql, ledger.logs),
  anchors: ledger.anchors,
  hurryLeaves: () => undefined,
  policyOf: () => ({ hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }),
  folder: join(folder, 'tmp'),
  lockDays: 1,
  version: 'bench',
  now: Date.now,
  newEntryId: () => uuidv7(Date.now(), randomBytes(10)),
  randomBytes,
})
const took: Record<string, number> = {}
const step = async <T>(name: string, run: (input: never) => Promise<T>, input: unknown): Promise<T> => {
  const from = performance.now()
  const environment = new MockActivityEnvironment()
  const result: unknown = await environment.run(run as unknown as ActivityFunction<[unknown], unknown>, input)
  took[name] = performance.now() - from
  return result as T
}
const due = { tenant, retentionClass: 'standard', day, recorded: null }
const { period } = await step('prepare', steps.preparePeriod, due)
const exported = await step('export', steps.exportPeriod, { period })
await step('record', steps.recordPeriod, { period })
process.stdout.write(JSON.stringify({ exported, took }))
await writer.close()
await ledger.close()
