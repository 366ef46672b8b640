import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryRateLimiter } from '../src/adapters/memory/rate-limiter.ts'
import { RedisConnection } from '../src/adapters/redis/connection.ts'
import { RedisRateLimiter } from '../src/adapters/redis/rate-limiter.ts'
import { parseConfig } from '../src/config/file.ts'
import { findKey } from '../src/config/keys.ts'
import { limitsOf } from '../src/config/limits.ts'
import type { ChatRequest } from '../src/domain/chat/types.ts'
import { defaultAdmission } from '../src/domain/limits/admission.ts'
import { demandOf } from '../src/domain/limits/demand.ts'
import { estimateTokens } from '../src/domain/limits/estimate.ts'
import type { RateLimiter } from '../src/ports/rate-limiter.ts'
import { startRedis } from '../test/support/redis/start.ts'
import { type LoadGenerator, type LoadOrder, startLoadGenerator } from './support/load.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { promptOf } from './support/prompt.ts'
import { type BenchStack, startBenchStack, waitForRecords } from './support/stack.ts'
import { formatSpread, percentile, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const KEYS = { noisy: 'pk_bench_noisy_0123456789abcdef', quiet: 'pk_bench_quiet_0123456789abcdef' }
const AT_ONCE = [1, 16]
const CALLS = 3_000
/** Connections of the tenant that floods. */
const NOISY = 64

/** Both tenants have every limit there is, too wide to refuse. */
const limits = '{ requests_per_minute: 900000000, tokens_per_minute: 900000000 }'
const configOf = (atWork: number) => `
tenants:
${Object.entries(KEYS)
  .map(
    ([id, key]) => `
  - id: ${id}
    region: us
    limits: ${limits}
    apps: { bench: { limits: ${limits} } }
    keys: [{ key: "${key}", role: app, app: bench, limits: ${limits} }]`,
  )
  .join('')}
limits: { requests_at_work: ${atWork} }
`

/** What authentication and limits cost a request, and what a quiet tenant feels of a noisy one. */
export const limitsBench: Measurement = {
  name: 'limits',
  about: 'what authentication and rate limits cost a request, and what a quiet tenant feels of one that floods',
  async run(options: BenchOptions) {
    const cost = await measureCost()
    const fairness = await measureFairness(defaultAdmission.atWork, options)
    const ms = (value: number) => value.toFixed(3)
    const text = [
      `Key looked up, tokens estimated, six buckets (tenant, app, key × requests, tokens) taken from and settled; ${CALLS} times.`,
      '',
      formatTable(
        ['', 'at once', 'p50 ms', 'p99 ms', 'CPU ms'],
        cost.map(({ name, atOnce, p50Ms, p99Ms, cpuMs }) => [name, String(atOnce), ms(p50Ms), ms(p99Ms), ms(cpuMs)]),
      ),
      '',
      describe(fairness),
    ].join('\n')
    return { text, data: { cost, fairness } }
  },
}

export async function measureCost() {
  const config = parseConfig(configOf(16), 'bench.yaml', {})
  const body = JSON.parse(promptOf(1).body) as ChatRequest
  const once = async (limiter: Pick<RateLimiter, 'take'>) => {
    const caller = findKey(config, KEYS.quiet)
    if (!caller) throw new Error('the key is not known')
    const result = await limiter.take(demandOf(caller.tenantId, limitsOf(config, caller), estimateTokens(body)))
    if (result.kind !== 'taken') throw new Error(`a limit that is too wide to refuse: ${result.kind}`)
    result.settle(300)
  }
  const measure = async (name: string, limiter: Pick<RateLimiter, 'take'>, atOnce: number) => {
    const times: number[] = []
    const worker = async (calls: number) => {
      for (let i = 0; i < calls; i++) {
        const from = performance.now()
        await once(limiter)
        times.push(performance.now() - from)
      }
    }
    await worker(500)
    times.length = 0
    const before = process.cpuUsage()
    await Promise.all(Array.from({ length: atOnce }, () => worker(Math.ceil(CALLS / atOnce))))
    const cpu = process.cpuUsage(before)
    const cpuMs = (cpu.user + cpu.system) / 1000 / times.length
    return { name, atOnce, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), cpuMs }
  }
  const memory = new MemoryRateLimiter({ source: 'memory', gateways: 1, monotonicNow: () => performance.now() })
  const rows = [await measure('in memory', memory, 1)]
  const redis = await startRedis()
  if ('missing' in redis) throw new Error(redis.missing)
  const connection = new RedisConnection({ url: redis.url, timeoutMs: 5_000, onChange: () => undefined })
  try {
    await connection.tried()
    const limiter = new RedisRateLimiter(connection, 'bench')
    for (const atOnce of AT_ONCE) rows.push(await measure('Redis on this machine', limiter, atOnce))
    return rows
  } finally {
    await connection.close()
    await redis.stop()
  }
}

type Fairness = Awaited<ReturnType<typeof measureFairness>>

/** One connection of a quiet tenant, alone and while another tenant floods; in turn, so that both meet the same machine. */
export async function measureFairness(atWork: number, options: BenchOptions) {
  const seconds = options.seconds ?? 15
  const repeats = options.repeats ?? 3
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-limits-'))
  const file = join(folder, 'palimpsest.yaml')
  writeFileSync(file, configOf(atWork))
  const redis = await startRedis()
  if ('missing' in redis) throw new Error(redis.missing)
  const generators = { quiet: startLoadGenerator(), noisy: startLoadGenerator() }
  const stack = await startBenchStack({ env: { PALIMPSEST_CONFIG: file, REDIS_URL: redis.url } })
  const windows: { alone: Window[]; beside: Window[]; flood: Window[] } = { alone: [], beside: [], flood: [] }
  try {
    let first = 1
    const load = async (tenant: keyof typeof KEYS, connections: number, forSeconds: number) => {
      const order = orderOf(stack, tenant, connections, forSeconds, first)
      first += 1_000_000
      return windowOf(generators[tenant], order)
    }
    await load('noisy', 16, seconds)
    for (let round = 0; round < repeats; round++) {
      windows.alone.push(await load('quiet', 1, seconds))
      const flood = load('noisy', NOISY, seconds + 4)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      windows.beside.push(await load('quiet', 1, seconds))
      windows.flood.push(await flood)
      await waitForRecords(stack.sql)
      options.say(
        `at work ${atWork}, round ${round + 1}: ${JSON.stringify([windows.alone, windows.beside, windows.flood].map((all) => all.at(-1)))}`,
      )
    }
  } finally {
    for (const generator of Object.values(generators)) generator.stop()
    await stack.stop()
    await redis.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const spread = (all: Window[]) => ({
    p50Ms: spreadOf(all.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(all.map(({ p99Ms }) => p99Ms)),
    ratePerSecond: spreadOf(all.map(({ ratePerSecond }) => ratePerSecond)),
  })
  return { atWork, alone: spread(windows.alone), beside: spread(windows.beside), flood: spread(windows.flood) }
}

interface Window {
  p50Ms: number
  p99Ms: number
  ratePerSecond: number
}

async function windowOf(generator: LoadGenerator, order: LoadOrder): Promise<Window> {
  const { latencies, ratePerSecond } = await generator.run(order)
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), ratePerSecond }
}

function orderOf(
  stack: BenchStack,
  tenant: keyof typeof KEYS,
  connections: number,
  seconds: number,
  first: number,
): LoadOrder {
  const headers = { authorization: `Bearer ${KEYS[tenant]}`, 'x-tool-name': 'support_chat' }
  const path = '/v1/chat/completions'
  return { origin: stack.run.apiUrl, path, headers, connections, seconds, first, expectRedactions: true }
}

function describe({ atWork, alone, beside, flood }: Fairness): string {
  return [
    `A quiet tenant with one connection, alone and beside one that floods with ${NOISY}; ${atWork} requests at work.`,
    '',
    formatTable(
      ['', 'requests/s', 'p50 ms', 'p99 ms'],
      [
        ['quiet, alone', alone],
        ['quiet, beside the flood', beside],
        ['the flood', flood],
      ].map(([name, one]) => {
        const { ratePerSecond, p50Ms, p99Ms } = one as Fairness['alone']
        return [String(name), ...[ratePerSecond, p50Ms, p99Ms].map(formatSpread)]
      }),
    ),
  ].join('\n')
}
