import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlParser } from '../src/adapters/pg-parser/sql-parser.ts'
import { homeLayout } from '../src/config/home.ts'
import { guardSql } from '../src/domain/sql-guard/guard.ts'
import { startPostgres } from '../src/embedded/postgres/start.ts'
import { HONEST } from '../test/support/sql/honest.ts'
import { createShop, SHOP_VIEWS } from '../test/support/sql/shop.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { startBenchStack } from './support/stack.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const KEY = 'pk_app_bench_0123456789abcdef'
const ROUNDS = 10
const QUESTIONS = 100
const WARM_UP = 20
/** The double says again what it was asked, so the question is the statement. */
const QUESTION = (n: number) => `SELECT count(*), sum(total) FROM reporting.orders WHERE id <> ${n}`

/** What the guard takes for a statement, and what a question takes over the bare call of the model. */
export const sql: Measurement = {
  name: 'sql',
  about: 'the guard per statement, and a question to a database over the bare call of the model',
  async run({ repeats = ROUNDS, say }: BenchOptions) {
    const guard = await measureGuard(repeats)
    say(`guard p50 ${guard.p50Ms.toFixed(3)} ms`)
    const ask = await measureAsk()
    const ms = (value: number) => value.toFixed(2)
    const text = [
      formatTable(
        ['guard, without the database', 'statements', 'p50 ms', 'p95 ms', 'max ms'],
        [['of the honest corpus', String(guard.statements), ms(guard.p50Ms), ms(guard.p95Ms), ms(guard.maxMs)]],
      ),
      '',
      formatTable(
        ['one question at a time', 'questions', 'p50 ms', 'p95 ms'],
        [
          ['bare call of the model', String(QUESTIONS), ms(ask.bareP50Ms), ms(ask.bareP95Ms)],
          ['POST /v1/sql/run', String(QUESTIONS), ms(ask.runP50Ms), ms(ask.runP95Ms)],
          ['POST /v1/sql/ask', String(QUESTIONS), ms(ask.askP50Ms), ms(ask.askP95Ms)],
          ['over the bare call', '', ms(ask.askP50Ms - ask.bareP50Ms), ms(ask.askP95Ms - ask.bareP95Ms)],
        ],
      ),
    ].join('\n')
    return { text, data: { guard, ask } }
  },
}

async function measureGuard(rounds: number) {
  const parser = await openSqlParser()
  const views = SHOP_VIEWS.map((full) => {
    const [schema = '', name = ''] = full.split('.')
    return { schema, name, columns: [] }
  })
  const policy = { views, functions: new Set(['reporting.fiscal_year']), attributeCalls: new Set<string>() }
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const statement of HONEST) {
      const startedAt = performance.now()
      const verdict = guardSql(statement, policy, parser)
      times.push(performance.now() - startedAt)
      if (verdict.kind === 'refused') throw new Error('an honest statement was refused')
    }
  }
  return {
    statements: times.length,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    maxMs: Math.max(...times),
  }
}

async function measureAsk() {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-sql-'))
  const home = homeLayout({ PALIMPSEST_HOME: folder }, process.cwd())
  const database = await startPostgres({ home, log: () => undefined })
  const shop = await createShop({}, { adminUrl: database.adminUrl('postgres') })
  const config = join(folder, 'palimpsest.yaml')
  writeFileSync(
    config,
    `
tenants:
  - { id: acme, region: us, keys: [{ key: ${KEY}, role: app }] }
databases:
  - { name: shop, url: "${shop.url}", views: [${SHOP_VIEWS.join(', ')}], functions: [reporting.fiscal_year], model: gpt-4o }
`,
  )
  const stack = await startBenchStack({ env: { PALIMPSEST_CONFIG: config } })
  try {
    const post = async (url: string, key: string, body: object) => {
      const startedAt = performance.now()
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`a call was answered ${response.status}`)
      return performance.now() - startedAt
    }
    const { run, double } = stack
    const bare = (n: number) =>
      post(`${double.baseUrl}/chat/completions`, double.apiKey, {
        model: 'gpt-4o',
        messages: [{ role: 'user', content: QUESTION(n) }],
      })
    const direct = (n: number) => post(`${run.apiUrl}/v1/sql/run`, KEY, { sql: QUESTION(n), database: 'shop' })
    const ask = (n: number) => post(`${run.apiUrl}/v1/sql/ask`, KEY, { question: QUESTION(n), database: 'shop' })
    for (let n = 0; n < WARM_UP; n++) for (const call of [bare, direct, ask]) await call(-n)
    const times: { bare: number[]; run: number[]; ask: number[] } = { bare: [], run: [], ask: [] }
    for (let n = 0; n < QUESTIONS; n++) {
      times.bare.push(await bare(n))
      times.run.push(await direct(n))
      times.ask.push(await ask(n))
    }
    return {
      bareP50Ms: percentile(times.bare, 0.5),
      bareP95Ms: percentile(times.bare, 0.95),
      runP50Ms: percentile(times.run, 0.5),
      runP95Ms: percentile(times.run, 0.95),
      askP50Ms: percentile(times.ask, 0.5),
      askP95Ms: percentile(times.ask, 0.95),
    }
  } finally {
    await stack.stop()
    await shop.drop()
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
