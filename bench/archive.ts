import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { SampleCalls } from '../drill/sample-ledger.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { childrenOf, cpuOfTree, memoryOf } from './support/processes.ts'
import { formatTable } from './support/table.ts'

const ENTRIES = 1_000_000
const AT_ONCE = 20_000
const TENANTS = ['bench-a', 'bench-b', 'bench-c', 'bench-d']
const DAY = '2026-01-05'
/** Milliseconds between two looks at memory. */
const LOOK_MS = 50

interface Archived {
  entries: number
  /** Of facts, and of content: two for an entry that has content. */
  rows: number
  bytes: number
  tookMs: number
}

/** What archiving a day takes: from the first row of COPY to the entry that names what was read back. */
export const archive: Measurement = {
  name: 'archive',
  about: `a day of 1,000,000 entries of ${TENANTS.length} tenants from the database to verified objects and their entries: entries/s, rows/s, memory`,
  async run(options: BenchOptions) {
    const entries = options.entries ?? ENTRIES
    const stack = await startLedgerStack()
    try {
      options.say(`plants ${entries} entries`)
      await plant(stack, entries)
      options.say('archives them')
      const { archived, peakMb, cpuMs } = await archiveIn(stack)
      return report(entries, archived, peakMb, cpuMs)
    } finally {
      await stack.stop()
    }
  },
}

async function plant({ ledger, adminUrl }: LedgerStack, entries: number): Promise<void> {
  await ledger.sql`SELECT ledger_ensure_partitions(${DAY}::date, 1)`
  const writer = ledger.openWriter()
  const calls = new SampleCalls()
  const start = Date.parse(`${DAY}T00:00:00Z`)
  for (let at = 0; at < entries; at += AT_ONCE) {
    const drafts = Array.from({ length: Math.min(AT_ONCE, entries - at) }, (_, i) => {
      const ms = start + Math.floor(((at + i) / entries) * 86_400_000)
      return calls.next(TENANTS[(at + i) % TENANTS.length] ?? '', {
        id: uuidv7(ms, randomBytes(10)),
        occurred_at: BigInt(ms) * 1000n,
      })
    })
    await Promise.all(drafts.map((draft) => writer.append(draft)))
    await ledger.sequence()
    calls.openings.clear()
  }
  await writer.close()
  await settle(adminUrl)
}

/** Leaves the database as a day is that is past its hot window: vacuumed and written to disk long ago. */
async function settle(adminUrl: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  await admin`VACUUM (ANALYZE)`
  await admin`CHECKPOINT`
  await admin.end()
}

async function archiveIn({ folder, databaseUrl, serverPid }: LedgerStack) {
  const script = fileURLToPath(new URL('./support/archive-process.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script, databaseUrl, folder, DAY, ...TENANTS]
  const before = cpuOfTree(serverPid)
  let peakMb = 0
  let cpuMs = 0
  const archived = await new Promise<Archived>((resolve, reject) => {
    const child = execFile(process.execPath, args, { maxBuffer: 1 << 24 }, (error, stdout) => {
      clearInterval(looking)
      if (error) reject(error)
      else resolve(JSON.parse(stdout) as Archived)
    })
    const looking = setInterval(() => {
      const { pid } = child
      if (pid === undefined) return
      const all = [pid, ...childrenOf(pid).map((one) => one.pid)]
      peakMb = Math.max(
        peakMb,
        all.reduce((sum, one) => sum + rssOf(one), 0),
      )
      cpuMs = Math.max(cpuMs, cpuOfTree(pid) || 0)
    }, LOOK_MS)
  })
  return { archived, peakMb, cpuMs: cpuMs + cpuOfTree(serverPid) - before }
}

/** Of a process that may end just now. */
function rssOf(pid: number): number {
  try {
    return memoryOf(pid).rssMb || 0
  } catch {
    return 0
  }
}

function report(planted: number, { entries, rows, bytes, tookMs }: Archived, peakMb: number, cpuMs: number) {
  if (entries !== planted) throw new Error(`${entries} entries of ${planted} were archived`)
  const seconds = tookMs / 1000
  const data = {
    entries,
    rows,
    entriesPerSecond: entries / seconds,
    rowsPerSecond: rows / seconds,
    seconds,
    bytesPerEntry: bytes / entries,
    peakMb,
    cpuUsPerEntry: (cpuMs * 1000) / entries,
  }
  const shown = [
    data.entriesPerSecond,
    data.rowsPerSecond,
    seconds,
    data.bytesPerEntry,
    peakMb,
    data.cpuUsPerEntry,
  ].map((n) => n.toFixed(n < 100 ? 1 : 0))
  const text = formatTable(
    ['entries', 'rows', 'entries/s', 'rows/s', 'seconds', 'bytes/entry', 'peak MB', 'CPU µs/entry'],
    [[String(entries), String(rows), ...shown]],
  )
  return { text, data }
}
