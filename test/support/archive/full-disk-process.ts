import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ActivityFunction } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { createArchiveActivities } from '../../../activities/archive/activities.ts'
import { openSampleLedger } from '../../../drill/sample-ledger.ts'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { createPeriodFiles } from '../../../src/adapters/parquet/period-files.ts'
import { createArchivePeriods } from '../../../src/adapters/postgres/archive/periods.ts'
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/reader.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'

/** What came of one try on a disk of so many kilobytes. */
export interface DiskTry {
  kb: number
  /** Null: the period is archived. */
  code: string | null
  /** Files that the try has left in its own folder. */
  left: string[]
  /** Entries that say that the period is archived. */
  recorded: number
  /** Objects of the store that have the bytes that the catalogue says. */
  verified: number
  /** Objects in the store, whatever they are. */
  stored: number
}

// A script of its own, in a mount namespace of its own: archives a period in a file system that is full, and a little larger each time.
const [databaseUrl = '', folder = '', disk = '', tenant = '', day = ''] = process.argv.slice(2)
const STEP_KB = 384
const MOST_KB = 64 << 10

function resize(kb: number, isNew: boolean): void {
  execFileSync(
    'mount',
    isNew ? ['-t', 'tmpfs', '-o', `size=${kb}k`, 'none', disk] : ['-o', `remount,size=${kb}k`, 'none', disk],
  )
}

resize(STEP_KB, true)
const scratch = join(disk, 'tmp')
mkdirSync(scratch)
const ledger = await openSampleLedger({ databaseUrl, folder })
const writer = ledger.openWriter()
const periods = createArchivePeriods({ sql: ledger.sql, databaseUrl })
const store = new FileArchiveStore(join(disk, 'archive'))
const steps = createArchiveActivities({
  periods,
  files: createPeriodFiles({ databaseUrl }),
  store,
  ledger: writer,
  entries: createLedgerReader(ledger.sql, ledger.logs),
  anchors: ledger.anchors,
  hurryLeaves: () => undefined,
  policyOf: () => ({ hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }),
  folder: scratch,
  lockDays: 1,
  version: 'test',
  now: Date.now,
  newEntryId: () => uuidv7(Date.now(), randomBytes(10)),
  randomBytes,
})
const step = async <T>(run: (input: never) => Promise<T>, input: unknown): Promise<T> =>
  new MockActivityEnvironment().run(run as unknown as ActivityFunction<[unknown], T>, input)

async function archive(): Promise<string> {
  const { period } = await step(steps.preparePeriod, { tenant, retentionClass: 'standard', day, recorded: null })
  await step(steps.exportPeriod, { period })
  await step(steps.recordPeriod, { period })
  return period
}

async function verifiedOf(period: string): Promise<number> {
  const objects = (await periods.objects(period)).filter(({ state }) => state === 'stored')
  for (const [index, { name, sha256 }] of objects.entries())
    await store.fetch(name, join(disk, `back-${index}`), sha256)
  return objects.length
}

async function storedNames(): Promise<string[]> {
  const names: string[] = []
  for await (const name of store.list('')) names.push(name)
  return names
}

const tries: DiskTry[] = []
for (let kb = STEP_KB; kb <= MOST_KB && tries.at(-1)?.code !== null; kb += STEP_KB) {
  resize(kb, false)
  let period: string | null = null
  let code: string | null = null
  try {
    period = await archive()
  } catch (error) {
    code = String((error as { type?: unknown }).type ?? error)
  }
  const [row] = await ledger.sql`
    SELECT count(*)::integer AS recorded FROM ledger_entry WHERE tenant_id = ${tenant} AND kind = 'archive'`
  if (period !== null) resize(MOST_KB, false)
  const verified = period === null ? 0 : await verifiedOf(period)
  const stored = (await storedNames()).length
  tries.push({ kb, code, left: readdirSync(scratch), recorded: Number(row?.recorded), stored, verified })
}
process.stdout.write(JSON.stringify(tries))
await writer.close()
await ledger.close()
