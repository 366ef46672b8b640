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

/** As `archivePeriods` does it. */
const SIDE_BY_SIDE = 2

// A script of its own: archives a day of some tenants, and says what and in how many milliseconds.
const [databaseUrl = '', folder = '', day = '', ...tenants] = process.argv.slice(2)
const ledger = await openSampleLedger({ databaseUrl, folder })
const writer = ledger.openWriter()
const periods = createArchivePeriods({ sql: ledger.sql, databaseUrl })
const steps = createArchiveActivities({
  periods,
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
const step = async <T>(run: (input: never) => Promise<T>, input: unknown): Promise<T> => {
  const environment = new MockActivityEnvironment()
  return environment.run(run as unknown as ActivityFunction<[unknown], T>, input)
}
const archived = { entries: 0, rows: 0, bytes: 0 }
const archive = async (tenant: string) => {
  const due = { tenant, retentionClass: 'standard', day, recorded: null }
  const { period } = await step(steps.preparePeriod, due)
  const exported = await step(steps.exportPeriod, { period })
  if (exported === 'busy') throw new Error('a period that somebody else archives')
  await step(steps.recordPeriod, { period })
  archived.entries += exported.entries
  archived.bytes += exported.bytes
  for (const { part, entries } of await periods.objects(period)) archived.rows += part === 'manifest' ? 0 : entries
}
const from = performance.now()
const waiting = [...tenants]
const work = async () => {
  for (let tenant = waiting.shift(); tenant !== undefined; tenant = waiting.shift()) await archive(tenant)
}
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
process.stdout.write(JSON.stringify({ ...archived, tookMs: performance.now() - from }))
await writer.close()
await ledger.close()
