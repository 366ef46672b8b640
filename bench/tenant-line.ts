import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { SampleCalls } from '../drill/sample-ledger.ts'
import { createLedgerReader } from '../src/adapters/postgres/ledger/reader.ts'
import type { Sql, Transactions } from '../src/adapters/postgres/sql.ts'
import type { LedgerReader } from '../src/ports/ledger-reader.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { cpuOfTree } from './support/processes.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const ENTRIES = 50_000
const TENANTS = 10
const READS = 500
const AT_ONCE = 4

/** What row-level security costs: the same reads with a tenant's sight and with the sight of all. */
export const tenantLine: Measurement = {
  name: 'tenant-line',
  about: 'reads for a caller with row-level security and without',
  async run(options: BenchOptions) {
    const entries = options.entries ?? ENTRIES
    const stack = await startLedgerStack()
    try {
      options.say(`${entries} entries of ${TENANTS} tenants`)
      const ids = await fill(stack, entries)
      const { sql, logs } = stack.ledger
      const readers = { with: createLedgerReader(sql, logs), without: createLedgerReader(seeingAll(sql), logs) }
      const rows: string[][] = []
      const data: Record<string, unknown> = {}
      for (const [what, read] of Object.entries(READS_OF)) {
        options.say(what)
        // By turns, so that what the machine does meanwhile falls on both.
        const found = { with: [] as number[], without: [] as number[] }
        const cpu = { with: 0, without: 0 }
        for (let round = 0; round < 6; round++) {
          const which = round % 2 === 0 ? 'without' : 'with'
          const before = cpuOfTree(stack.serverPid)
          const times = await timed(readers[which], ids, read)
          cpu[which] += cpuOfTree(stack.serverPid) - before
          if (round > 1) found[which].push(...times)
        }
        const [was, is] = [found.without, found.with]
        data[what] = { without: percentile(was, 0.5), with: percentile(is, 0.5) }
        const ms = (times: number[], at: number) => `${percentile(times, at).toFixed(2)} ms`
        const share = (all: number) => `${(all / (3 * READS)).toFixed(2)} ms`
        rows.push([what, ms(was, 0.5), ms(is, 0.5), ms(was, 0.99), ms(is, 0.99), share(cpu.without), share(cpu.with)])
      }
      const head = ['', 'p50 without', 'p50 with', 'p99 without', 'p99 with', 'PostgreSQL CPU without', 'with']
      return { text: formatTable(head, rows), data }
    } finally {
      await stack.stop()
    }
  },
}

interface Planted {
  tenant: string
  id: string
}

type Read = (reader: LedgerReader, one: Planted) => Promise<unknown>

const READS_OF: Record<string, Read> = {
  'an entry': (reader, { tenant, id }) => reader.entry(tenant, id),
  'its content': (reader, { tenant, id }) => reader.content(tenant, id),
  'its proof': (reader, { tenant, id }) => reader.proof(tenant, id),
  'a page of 100 entries': (reader, { tenant }) => reader.page(tenant, 100, 100),
  'the newest head': (reader, { tenant }) => reader.latestCheckpoint(tenant),
}

async function fill({ ledger }: LedgerStack, entries: number): Promise<Planted[]> {
  const calls = new SampleCalls()
  const writer = ledger.openWriter()
  const planted: Planted[] = []
  for (let at = 0; at < entries; at += 2_000) {
    const drafts = Array.from({ length: Math.min(2_000, entries - at) }, (_, i) => calls.next(`tenant${i % TENANTS}`))
    await Promise.all(drafts.map((draft) => writer.append(draft)))
    planted.push(...drafts.map(({ envelope }) => ({ tenant: envelope.tenant_id, id: envelope.id })))
  }
  await ledger.sequence()
  return planted
}

/** Milliseconds of each read, `AT_ONCE` under way. */
async function timed(reader: LedgerReader, planted: readonly Planted[], read: Read): Promise<number[]> {
  const times: number[] = []
  let left = READS
  const one = async () => {
    while (left-- > 0) {
      const asked = planted[Math.floor(Math.random() * planted.length)] as Planted
      const from = performance.now()
      const answer = await read(reader, asked)
      times.push(performance.now() - from)
      if (answer === undefined) throw new Error('what was asked for is not there')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return times
}

/** As readers would be without the line. */
function seeingAll(sql: Sql): Sql {
  const tag = (strings: TemplateStringsArray, ...values: unknown[]) => sql(strings, ...values)
  const begin: Transactions['begin'] = (work) => sql.begin(work)
  const all: Sql = Object.assign(tag as Sql, { unsafe: sql.unsafe, begin, asTenant: () => all, end: () => sql.end() })
  return all
}
