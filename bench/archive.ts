import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { SampleCalls } from '../drill/sample-ledger.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { childrenOf, cpuOfTree, memoryOf } from './support/processes.ts'
import { formatTable } from './support/table.ts'

const ENTRIES = 1_000_000
const AT_ONCE = 20_000
const TENANT = 'bench'
const DAY = '2026-01-05'
/** Milliseconds between two looks at memory. */
const LOOK_MS = 50

interface Archived {
  exported: { entries: number; bytes: number }
  took: { prepare: number; export: number; record: number }
}

/** What archiving a day of one tenant takes: from the first row of COPY to the entry that names what was read back. */
export const archive: Measurement = {
  name: 'archive',
  about: 'a day of 1,000,000 entries from the database to verified objects and their entry: rows/s, memory',
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

async function plant({ ledger }: LedgerStack, entries: number): Promise<void> {
  await ledger.sql`SELECT ledger_ensure_partitions(${DAY}::date, 1)`
  const writer = ledger.openWriter()
  const calls = new SampleCalls()
  const start = Date.parse(`${DAY}T00:00:00Z`)
  for (let at = 0; at < entries; at += AT_ONCE) {
    const drafts = Array.from({ length: Math.min(AT_ONCE, entries - at) }, (_, i) => {
      const ms = start + Math.floor(((at + i) / entries) * 86_400_000)
      return calls.next(TENANT, { id: uuidv7(ms, randomBytes(10)), occurred_at: BigInt(ms) * 1000n })
    })
    await Promise.all(drafts.map((draft) => writer.append(draft)))
    await ledger.sequence()
    calls.openings.clear()
  }
  await writer.close()
  await ledger.sql`ANALYZE`.catch(() => undefined)
}

async function archiveIn({ folder, databaseUrl, serverPid }: LedgerStack) {
  const script = fileURLToPath(new URL('./support/archive-process.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script, databaseUrl, folder, TENANT, DAY]
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

function report(entries: number, { exported, took }: Archived, peakMb: number, cpuMs: number) {
  const seconds = (took.prepare + took.export + took.record) / 1000
  const data = {
    entries,
    rowsPerSecond: entries / seconds,
    seconds,
    bytesPerEntry: exported.bytes / entries,
    peakMb,
    cpuUsPerEntry: (cpuMs * 1000) / entries,
    took,
  }
  const text = formatTable(
    ['entries', 'rows/s', 'seconds', 'bytes/entry', 'peak MB', 'CPU µs/entry'],
    [
      [
        String(entries),
        ...[data.rowsPerSecond, seconds, data.bytesPerEntry, peakMb, data.cpuUsPerEntry].map((n) =>
          n.toFixed(n < 100 ? 1 : 0),
        ),
      ],
    ],
  )
  return { text, data }
}
