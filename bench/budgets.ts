import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureStatements, type StatementCost } from './budget-statements.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { promptOf } from './support/prompt.ts'
import { type BenchStack, startBenchStack, waitForRecords } from './support/stack.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const KEYS = {
  limited: 'pk_bench_limited_0123456789abcdef',
  wide: 'pk_bench_wide_0123456789abcdef',
  none: 'pk_bench_none_0123456789abcdef',
}
/** Calls that are sent at once against a budget with room for a tenth of them, at a cent each. */
const CALLS = 1_000
const LIMIT_USD = '1'
/** Calls one after another, with and without a budget in turn. */
const ROUNDS = 60

const tenant = (id: keyof typeof KEYS, budgets: string) => `
  - id: ${id}
    region: us
    keys: [{ key: "${KEYS[id]}", role: app, app: bench }]
    budgets: ${budgets}`

const CONFIG = `
tenants:${tenant('limited', `[{ period: year, hard_limit_usd: "${LIMIT_USD}" }]`)}${tenant('wide', '[{ period: year, hard_limit_usd: "100000" }, { period: day, user: any, hard_limit_usd: "1000" }]')}${tenant('none', '[]')}
prices:
  - { provider: openai, match: "*", per_request: "0.01" }
`

/** Whether calls at once can overspend a budget, and what a budget adds to a call. */
export const budgetsBench: Measurement = {
  name: 'budgets',
  about: 'what 1,000 calls at once spend of a small budget, and what budgets add to a call',
  async run(options: BenchOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-budgets-'))
    const file = join(folder, 'palimpsest.yaml')
    writeFileSync(file, CONFIG)
    const stack = await startBenchStack({ env: { PALIMPSEST_CONFIG: file } })
    let found: Found
    try {
      const added = await measureAdded(stack, options)
      const spent = await measureOverspend(stack)
      found = { spent, added }
    } finally {
      await stack.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    // Alone on the machine.
    const statements = await measureStatements(options.say)
    const text = `${describe(found.spent, found.added)}\n\n${describeStatements(statements)}`
    return { text, data: { ...found, statements } }
  },
}

interface Found {
  spent: Awaited<ReturnType<typeof measureOverspend>>
  added: Awaited<ReturnType<typeof measureAdded>>
}

async function ask(stack: BenchStack, key: keyof typeof KEYS, n: number): Promise<{ status: number; ms: number }> {
  const from = performance.now()
  const response = await fetch(`${stack.run.apiUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${KEYS[key]}`,
      'content-type': 'application/json',
      'x-tool-name': 'support_chat',
    },
    body: promptOf(n).body,
  })
  await response.arrayBuffer()
  return { status: response.status, ms: performance.now() - from }
}

async function measureOverspend(stack: BenchStack) {
  const answers = await Promise.all(Array.from({ length: CALLS }, (_, n) => ask(stack, 'limited', 10_000 + n)))
  await waitForRecords(stack.sql)
  const [row] = await stack.sql`
    SELECT c.spent_usd::text AS counted, c.reserved_usd::text AS reserved,
           (SELECT sum(cost_usd)::text FROM ledger_entry WHERE tenant_id = 'limited') AS cost
    FROM budget_counter c WHERE tenant_id = 'limited'`
  const byStatus = Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([s, all]) => [s, all.length]),
  )
  return {
    calls: CALLS,
    limitUsd: LIMIT_USD,
    byStatus,
    costUsd: row?.cost,
    countedUsd: row?.counted,
    reservedUsd: row?.reserved,
  }
}

async function measureAdded(stack: BenchStack, { say }: BenchOptions) {
  const times: Record<'wide' | 'none', number[]> = { wide: [], none: [] }
  for (let n = 0; n < 10; n++) await ask(stack, 'none', n)
  for (let n = 0; n < ROUNDS; n++) {
    for (const key of ['wide', 'none'] as const) times[key].push((await ask(stack, key, 100 + n)).ms)
  }
  say('calls with and without budgets were sent in turn')
  const of = (all: number[]) => ({ p50Ms: percentile(all, 0.5), p99Ms: percentile(all, 0.99) })
  return { withTwo: of(times.wide), without: of(times.none) }
}

function describeStatements(all: readonly StatementCost[]): string {
  const ms = (value: number) => value.toFixed(2)
  return formatTable(
    ['budgets', 'at once', 'accept p50 ms', 'p99 ms', 'calls/s', 'CPU ms: Node', 'PostgreSQL'],
    all.map((one) => [
      ...[one.budgets, String(one.atOnce), ms(one.acceptP50Ms), ms(one.acceptP99Ms), one.callsPerSecond.toFixed(0)],
      ...[ms(one.nodeCpuMs), ms(one.postgresCpuMs)],
    ]),
  )
}

function describe(
  spent: Awaited<ReturnType<typeof measureOverspend>>,
  { withTwo, without }: Awaited<ReturnType<typeof measureAdded>>,
): string {
  const ms = (value: number) => value.toFixed(1)
  const row = (name: string, one: typeof without) => [name, ms(one.p50Ms), ms(one.p99Ms)]
  return [
    `${spent.calls} calls at once at a cent each, against ${spent.limitUsd} USD: ${JSON.stringify(spent.byStatus)}; ` +
      `the entries cost ${spent.costUsd} USD, the budget counts ${spent.countedUsd}, ${spent.reservedUsd} are still reserved.`,
    '',
    formatTable(['a call', 'p50 ms', 'p99 ms'], [row('with two budgets', withTwo), row('with none', without)]),
  ].join('\n')
}
