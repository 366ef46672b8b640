import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { MemoryRateLimiter } from '../src/adapters/memory/rate-limiter.ts'
import { createApiKeys } from '../src/adapters/postgres/access/api-keys.ts'
import { CurrentKeys } from '../src/adapters/postgres/access/current-keys.ts'
import { connectService, serviceUrl } from '../src/adapters/postgres/connect.ts'
import { createRequestStore } from '../src/adapters/postgres/requests/request-store.ts'
import { createGenaiPriceTable } from '../src/adapters/prices/genai-prices.ts'
import { RedisConnection } from '../src/adapters/redis/connection.ts'
import { RedisRateLimiter } from '../src/adapters/redis/rate-limiter.ts'
import { requireRole } from '../src/api/authenticate.ts'
import { reservationOf } from '../src/api/chat-completions/reserve.ts'
import type { ApiDeps, ApiEnv } from '../src/api/deps.ts'
import { takeFromLimits } from '../src/api/limits.ts'
import { parseConfig } from '../src/config/file.ts'
import type { ChatRequest } from '../src/domain/chat/types.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import { estimateTokens } from '../src/domain/limits/estimate.ts'
import type { RouteDecision } from '../src/domain/routing/types.ts'
import type { Reservation } from '../src/ports/budgets.ts'
import { inboxOf } from '../test/support/inbox-request.ts'
import { type RedisServer, startRedis } from '../test/support/redis/start.ts'
import type { BenchOptions } from './support/measurement.ts'
import { cpuOfTree } from './support/processes.ts'
import { promptOf } from './support/prompt.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const KEY = 'pk_bench_quiet_0123456789abcdef'
const TENANT = 'quiet'
const AT_ONCE = [1, 16]
const ROUNDS = 12
const CALLS = 240
const CONNECTIONS = 16
/** Goal of the three together, in milliseconds. */
const GOAL_MS = 1

/** Every limit there is, too wide to refuse, and two budgets. */
const limits = '{ requests_per_minute: 900000000, tokens_per_minute: 900000000 }'
const CONFIG = `
tenants:
  - id: ${TENANT}
    region: us
    limits: ${limits}
    apps: { bench: { limits: ${limits} } }
    keys: [{ key: "${KEY}", role: app, app: bench, limits: ${limits} }]
    budgets: [{ period: year, hard_limit_usd: "1000000" }, { period: day, user: any, hard_limit_usd: "100000" }]
`

/** What a request is asked before it is accepted. Each kind does what the one above does, and more. */
const KINDS = {
  nothing: 'nothing is asked',
  caller: 'who calls',
  limits: 'and six buckets in Redis',
  budgets: 'and two budgets',
  memory: 'the same, buckets in memory',
} as const
type Kind = keyof typeof KINDS

interface Row {
  kind: Kind
  atOnce: number
  /** From the request to its acceptance, which is a transaction of PostgreSQL in every row. */
  p50Ms: number
  p99Ms: number
  /** Of a whole call, with the end of its rows and what is told back to the buckets. */
  nodeCpuMs: number
  postgresCpuMs: number
  redisCpuMs: number
}

/**
 * What it costs to know the caller, to take from limits in Redis and to reserve from budgets in PostgreSQL, all three together and
 * one after the other: what the acceptance of a request takes with them, and without. By turns, so that what the machine does
 * meanwhile falls on all.
 */
export async function measureCost(say: BenchOptions['say']): Promise<Row[]> {
  const redis = await startRedis()
  if ('missing' in redis) throw new Error(redis.missing)
  const stack = await startLedgerStack()
  const connection = new RedisConnection({ url: redis.url, timeoutMs: 5_000, onChange: () => undefined })
  await connection.tried()
  const gate = await openGate(stack, new RedisRateLimiter(connection, 'bench'))
  try {
    const rows: Row[] = []
    for (const atOnce of AT_ONCE) {
      say(`what is asked of a request, ${atOnce} at once`)
      rows.push(...(await measureAtOnce(gate, atOnce, { stack, redis })))
    }
    return rows
  } finally {
    await gate.close()
    await connection.close()
    await stack.stop()
    await redis.stop()
  }
}

type Gate = Awaited<ReturnType<typeof openGate>>

async function measureAtOnce(
  gate: Gate,
  atOnce: number,
  { stack, redis }: { stack: LedgerStack; redis: RedisServer },
): Promise<Row[]> {
  const kinds = Object.keys(KINDS) as Kind[]
  const found = new Map(kinds.map((kind) => [kind, { times: [] as number[], node: 0, postgres: 0, redis: 0 }]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const kind of kinds) {
      const times: number[] = []
      const before = { postgres: cpuOfTree(stack.serverPid), redis: await cpuOfRedis(redis), node: process.cpuUsage() }
      const worker = async () => {
        for (let call = 0; call < Math.ceil(CALLS / atOnce); call++) times.push(await gate.call(kind))
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
      const { user, system } = process.cpuUsage(before.node)
      const one = found.get(kind)
      // The first round makes connections and plans.
      if (round === 0 || !one) continue
      one.times.push(...times)
      one.node += (user + system) / 1000
      one.postgres += cpuOfTree(stack.serverPid) - before.postgres
      one.redis += (await cpuOfRedis(redis)) - before.redis
    }
  }
  return [...found].map(([kind, { times, node, postgres, redis: redisMs }]) => ({
    ...{ kind, atOnce, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) },
    ...{ nodeCpuMs: node / times.length, postgresCpuMs: postgres / times.length, redisCpuMs: redisMs / times.length },
  }))
}

/** CPU milliseconds of the server so far. */
async function cpuOfRedis(redis: RedisServer): Promise<number> {
  const text = await redis.command('INFO', 'CPU')
  const seconds = (name: string) => Number(text.match(new RegExp(`^used_cpu_${name}:([\\d.]+)`, 'm'))?.[1])
  return (seconds('user') + seconds('sys')) * 1000
}

/** The way of a request up to its acceptance, by the gateway's own parts, and nothing behind it. */
async function openGate(stack: LedgerStack, redis: RedisRateLimiter) {
  const sql = connectService(stack.databaseUrl, { max: CONNECTIONS, name: 'bench' })
  const current = new CurrentKeys({ url: serviceUrl(stack.databaseUrl), onState: () => undefined })
  await current.start()
  const config = parseConfig(CONFIG, 'bench.yaml', {})
  const deps = {
    ...{ config, limiter: redis, metrics: { limited: () => undefined }, prices: createGenaiPriceTable() },
    ...{ apiKeys: createApiKeys(stack.ledger.sql, current), now: Date.now },
  } as unknown as ApiDeps
  const local = { source: 'memory' as const, gateways: 1, monotonicNow: () => performance.now() }
  const inMemory = { ...deps, limiter: new MemoryRateLimiter(local) }
  const store = createRequestStore(sql, randomUUID())
  const body = JSON.parse(promptOf(1).body) as ChatRequest
  /** What is left to do of a request that was accepted. */
  const ends = new Map<string, () => Promise<void>>()
  const accept = async (reserve: (context: ReturnType<typeof inboxOf>) => Reservation | null, settle?: () => void) => {
    const requestId = uuidv7(Date.now(), randomBytes(10))
    const inbox = inboxOf(requestId)
    const reservation = reserve(inbox)
    await store.accept(inbox, 60_000, null, reservation)
    ends.set(requestId, async () => {
      settle?.()
      await sql.begin((transaction) =>
        Promise.all([
          transaction`DELETE FROM inbox WHERE request_id = ${requestId}`,
          reservation && transaction`SELECT budget_settle(${[requestId]}::uuid[], ${['0.0012345678']}::numeric[])`,
        ]),
      )
    })
    return requestId
  }
  const noBudget = () => null
  const budgets = ({ context }: ReturnType<typeof inboxOf>) =>
    reservationOf(deps, {
      ...{ context: { ...context, tenantId: TENANT }, subjectPseudonym: 's', body, planned: PLANNED },
    })
  const app = new Hono<ApiEnv>()
  const known = requireRole(deps, 'app')
  app.get('/nothing', async (c) => c.text(await accept(noBudget)))
  app.get('/caller', known, async (c) => c.text(await accept(noBudget)))
  for (const [path, from, reserve] of [
    ['/limits', deps, noBudget],
    ['/budgets', deps, budgets],
    ['/memory', inMemory, budgets],
  ] as const) {
    app.get(path, known, async (c) => {
      const settle = await takeFromLimits(from, c, c.get('caller'), estimateTokens(body))
      return c.text(await accept(reserve, () => settle(300)))
    })
  }
  return {
    /** Gives the milliseconds until the request was accepted, and ends it after that. */
    async call(kind: Kind): Promise<number> {
      const request = new Request(`http://bench/${kind}`, { headers: { authorization: `Bearer ${KEY}` } })
      const from = performance.now()
      const response = await app.fetch(request)
      const took = performance.now() - from
      const requestId = await response.text()
      const end = ends.get(requestId)
      if (response.status !== 200 || !end) throw new Error(`${kind}: ${response.status}`)
      ends.delete(requestId)
      await end()
      return took
    },
    async close(): Promise<void> {
      await current.close()
      await sql.end()
    },
  }
}

const PLANNED = {
  ...{ kind: 'route', target: { provider: 'openai', model: 'gpt-4o' }, fallbacks: [] },
} as unknown as RouteDecision

export function describeCost(rows: readonly Row[]): string {
  const ms = (value: number) => value.toFixed(3)
  const bare = (row: Row) => rows.find(({ kind, atOnce }) => kind === 'nothing' && atOnce === row.atOnce) ?? row
  const together = rows.find(({ kind, atOnce }) => kind === 'budgets' && atOnce === 1)
  const added = together ? together.p50Ms - bare(together).p50Ms : Number.NaN
  return [
    `From a request to its acceptance, a transaction of PostgreSQL, ${ROUNDS * CALLS} times each, by turns: what is asked before.`,
    '',
    formatTable(
      ['', 'at once', 'p50 ms', 'added', 'p99 ms', 'CPU ms: Node', 'PostgreSQL', 'Redis'],
      rows.map((row) => [
        ...[KINDS[row.kind], String(row.atOnce), ms(row.p50Ms), ms(row.p50Ms - bare(row).p50Ms), ms(row.p99Ms)],
        ...[ms(row.nodeCpuMs), ms(row.postgresCpuMs), ms(row.redisCpuMs)],
      ]),
    ),
    '',
    `Caller, limits in Redis and budgets together add ${ms(added)} ms to a request; goal ${GOAL_MS} ms.`,
  ].join('\n')
}
