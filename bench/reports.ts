import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startLedgerStack } from '../drill/ledger-stack.ts'
import { connectService } from '../src/adapters/postgres/connect.ts'
import { REPORT_KINDS, type ReportFilters, type ReportKind } from '../src/domain/reports/types.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { type PlantedYear, plantYear, TENANT } from './support/plant-year.ts'
import { childrenOf, memoryOf } from './support/processes.ts'
import type { ReportJob, ReportRun } from './support/report-process.ts'
import { formatSpread, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const ENTRIES = 10_000_000
const QUARTER_MS = 91 * 86_400_000
const LOOK_MS = 50
const NOBODY: ReportFilters = { subject: null, tool: null, model: null, pii: null }

interface Case {
  name: string
  kind: ReportKind
  from: number
  to: number
  filters: ReportFilters
  pack: boolean
}

interface Figure {
  name: string
  entries: number
  coldMs: number
  warmMs: number[]
  peakMb: number
  packBytes: number
}

/** Each report over twelve archived months and sixty days in the database, cold and warm, and what it takes of memory. */
export const reports: Measurement = {
  name: 'reports',
  about: 'each report over 10,000,000 entries, in 12 archived months and 60 days in the database; a person; a pack',
  async run({ entries = ENTRIES, repeats = 3, say }: BenchOptions) {
    const stack = await startLedgerStack()
    try {
      say(`plants ${entries} entries`)
      const year = await plantYear(stack, entries)
      const base = { databaseUrl: stack.databaseUrl, objects: year.objects, folder: stack.folder, tenantId: TENANT }
      const figures: Figure[] = []
      for (const one of await casesOf(stack.databaseUrl, year)) {
        say(one.name)
        const { name, ...what } = one
        await forget(year.files)
        const cold = await runReport({ ...base, ...what })
        const warm = []
        for (let round = 0; round < repeats; round++) warm.push(await runReport({ ...base, ...what }))
        const all = [cold, ...warm]
        if (all.some(({ missing }) => missing !== 0)) throw new Error(`${name} does not account for every entry`)
        figures.push({
          name,
          entries: cold.entries,
          coldMs: cold.readMs + cold.packMs,
          warmMs: warm.map(({ readMs, packMs }) => readMs + packMs),
          peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
          packBytes: cold.packBytes,
        })
      }
      return { text: tableOf(year, figures), data: { ...year, figures } }
    } finally {
      await stack.stop()
    }
  },
}

async function casesOf(databaseUrl: string, { from, to }: PlantedYear): Promise<Case[]> {
  const sql = connectService(databaseUrl, { max: 1, name: 'palimpsest-bench', statementTimeoutMs: 120_000 })
  const [row] = await sql`
    SELECT subject_pseudonym AS person FROM ledger_entry WHERE subject_pseudonym IS NOT NULL
    GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET 20 LIMIT 1`
  await sql.end({ timeout: 5 })
  const all = { from, to, filters: NOBODY, pack: false }
  const subject = String(row?.person)
  const quarter = { from: from + QUARTER_MS, to: from + 2 * QUARTER_MS, filters: { ...NOBODY, subject } }
  return [
    ...REPORT_KINDS.map((kind) => ({ ...all, kind, name: kind })),
    { ...all, ...quarter, kind: 'pii-interactions', name: "one person's quarter" },
    { ...all, kind: 'soc2', name: 'soc2 as a pack with PDF', pack: true },
  ]
}

/** Takes the files out of the system's cache, where it has `dd` that does so; elsewhere the first run is as warm as the others. */
async function forget(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await new Promise<void>((resolve) => {
      execFile('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'], () => resolve())
    })
  }
}

function runReport(job: ReportJob): Promise<ReportRun & { peakMb: number }> {
  const script = fileURLToPath(new URL('./support/report-process.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script, JSON.stringify(job)]
  let peakMb = 0
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, { maxBuffer: 1 << 24 }, (error, stdout) => {
      clearInterval(looking)
      if (error) reject(error)
      else resolve({ ...(JSON.parse(stdout) as ReportRun), peakMb })
    })
    const looking = setInterval(() => {
      if (child.pid !== undefined) peakMb = Math.max(peakMb, memoryBelow(child.pid))
    }, LOOK_MS)
  })
}

/** Megabytes of a process and what it has started. */
function memoryBelow(pid: number): number {
  try {
    const below = childrenOf(pid).reduce((sum, one) => sum + memoryBelow(one.pid), 0)
    return below + (memoryOf(pid).rssMb || 0)
  } catch {
    // It has ended just now.
    return 0
  }
}

function tableOf({ cold, hot, packMs }: PlantedYear, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, entries, coldMs, warmMs, peakMb, packBytes }) => [
    name,
    String(entries),
    (coldMs / 1000).toFixed(1),
    formatSpread(spreadOf(warmMs.map((ms) => ms / 1000))),
    peakMb.toFixed(0),
    packBytes === 0 ? '–' : (packBytes / 1024 ** 2).toFixed(1),
  ])
  const head = ['report', 'entries', 'cold s', 'warm s', 'peak MB', 'pack MB']
  const packed = `its sealed days packed in ${(packMs / 1000).toFixed(0)} s`
  return `${cold} entries in 12 archived periods, ${hot} in the database, ${packed}; made up, without proofs\n${formatTable(head, rows)}`
}
