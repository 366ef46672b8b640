import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest'
import { MemoryRateLimiter } from '../../../src/adapters/memory/rate-limiter.ts'
import { RedisAway, RedisConnection } from '../../../src/adapters/redis/connection.ts'
import { limiterWithPolicy } from '../../../src/adapters/redis/limiter-with-policy.ts'
import { RedisRateLimiter } from '../../../src/adapters/redis/rate-limiter.ts'
import { demandOf } from '../../../src/domain/limits/demand.ts'
import type { Limited } from '../../../src/domain/limits/types.ts'
import type { RateLimiter, TakeResult } from '../../../src/ports/rate-limiter.ts'
import { type RedisServer, startRedis } from '../../support/redis/start.ts'

vi.setConfig({ testTimeout: 120_000 })

let server: RedisServer | null = null
let missing = ''
const open = new Set<RedisConnection>()
let tenants = 0

beforeAll(async () => {
  const started = await startRedis()
  if ('missing' in started) missing = started.missing
  else server = started
})

afterEach(async () => {
  vi.useRealTimers()
  // Whatever a test that failed left behind concerns no other one.
  server?.thaw()
  await server?.start()
  await server?.command('REPLICAOF', 'NO', 'ONE')
  for (const connection of open) await connection.close()
  open.clear()
})

afterAll(() => server?.stop())

function have(context: TestContext): RedisServer {
  return server ?? context.skip(missing)
}

/** What one gateway holds. */
async function gateway(redis: RedisServer, timeoutMs = 1_000) {
  const changes: string[] = []
  const connection = new RedisConnection({
    url: redis.url,
    timeoutMs,
    probeMs: 50,
    onChange: ({ isUp, reason }) => changes.push(isUp ? 'up' : `away: ${reason}`),
  })
  open.add(connection)
  await connection.tried()
  return { connection, changes, limiter: new RedisRateLimiter(connection, 'test') }
}

const newTenant = () => `t${process.pid}-${tenants++}`

function limited(requests: Limited['requests'], tokens: Limited['tokens'] = null): Limited[] {
  return [{ scope: 'tenant', name: 't', requests, tokens }]
}

const estimate = (prompt: number) => ({ prompt, answer: 0, isBounded: true })

async function microseconds(redis: RedisServer): Promise<number> {
  const [, seconds, , micros] = (await redis.command('TIME')).split('\r\n').slice(1)
  return Number(seconds) * 1e6 + Number(micros)
}

async function take(limiter: Pick<RateLimiter, 'take'>, ...args: Parameters<typeof demandOf>): Promise<TakeResult> {
  return limiter.take(demandOf(...args))
}

describe('buckets that gateways share in Redis', () => {
  test('two gateways with random arrivals never give more than burst + rate · t of any bucket', async (context) => {
    const redis = have(context)
    const [a, b] = [await gateway(redis), await gateway(redis)]
    const arrivals = fc.array(
      fc.record({
        pauseMs: fc.integer({ min: 0, max: 12 }),
        together: fc.integer({ min: 1, max: 8 }),
        tokens: fc.integer({ min: 1, max: 400 }),
      }),
      { minLength: 3, maxLength: 12 },
    )
    const rate = fc.record({ perMinute: fc.integer({ min: 60, max: 60_000 }), burst: fc.integer({ min: 1, max: 40 }) })
    await fc.assert(
      fc.asyncProperty(arrivals, rate, rate, async (steps, requests, perTenth) => {
        const tenant = newTenant()
        const tokens = { perMinute: perTenth.perMinute * 10, burst: perTenth.burst * 10 }
        const given: { from: number; to: number; tokens: number }[] = []
        for (const { pauseMs, together, tokens: wanted } of steps) {
          await new Promise((resolve) => setTimeout(resolve, pauseMs))
          const from = await microseconds(redis)
          const results = await Promise.all(
            Array.from({ length: together }, (_, i) =>
              take(i % 2 === 0 ? a.limiter : b.limiter, tenant, limited(requests, tokens), estimate(wanted)),
            ),
          )
          const to = await microseconds(redis)
          for (const { kind } of results)
            if (kind === 'taken') given.push({ from, to, tokens: Math.min(wanted, tokens.burst) })
        }
        for (const [i, first] of given.entries()) {
          for (let j = i; j < given.length; j++) {
            const minutes = (given[j]!.to - first.from) / 60e6
            const within = given.slice(i, j + 1)
            expect(within.length).toBeLessThanOrEqual(requests.burst + requests.perMinute * minutes + 1e-6)
            const spent = within.reduce((sum, one) => sum + one.tokens, 0)
            expect(spent).toBeLessThanOrEqual(tokens.burst + tokens.perMinute * minutes + 1e-6)
          }
        }
        expect(given.length).toBeGreaterThan(0)
      }),
      { numRuns: 25 },
    )
  })

  test('of several buckets all give or none does', async (context) => {
    const { limiter } = await gateway(have(context))
    const tenant = newTenant()
    const buckets: Limited[] = [
      { scope: 'tenant', name: 't', requests: { perMinute: 1, burst: 10 }, tokens: { perMinute: 1, burst: 1000 } },
      { scope: 'app', name: 'a', requests: { perMinute: 1, burst: 2 }, tokens: null },
      { scope: 'key', name: 'k', requests: null, tokens: { perMinute: 1, burst: 100 } },
    ]
    const results = await Promise.all(Array.from({ length: 9 }, () => take(limiter, tenant, buckets, estimate(40))))
    expect(results.filter(({ kind }) => kind === 'taken')).toHaveLength(2)
    // What was refused took nothing: of the tenant's ten requests eight are left, of its tokens 920.
    const after = await take(limiter, tenant, buckets.slice(0, 1), estimate(0))
    expect(after).toMatchObject({ kind: 'taken', source: 'redis' })
    if (after.kind !== 'taken') return
    expect(after.standing.map(({ level }) => Math.round(level))).toEqual([7, 920])
  })

  test('what was not used comes back, what was used beyond is owed, and never more than a burst', async (context) => {
    const redis = have(context)
    const { limiter } = await gateway(redis)
    const levelAfter = async (used: number) => {
      const tenant = newTenant()
      const bucket = limited(null, { perMinute: 1, burst: 1000 })
      const taken = await take(limiter, tenant, bucket, estimate(400))
      if (taken.kind !== 'taken') throw new Error('refused')
      taken.settle(used)
      taken.settle(used)
      const now = await take(limiter, tenant, bucket, estimate(0))
      return now.kind === 'away' ? null : { kind: now.kind, level: Math.floor(now.standing[0]!.level) }
    }
    expect(await levelAfter(100)).toMatchObject({ kind: 'taken', level: 900 })
    expect(await levelAfter(700)).toMatchObject({ kind: 'taken', level: 300 })
    expect(await levelAfter(1_400)).toMatchObject({ kind: 'over', level: -400 })
    expect(await levelAfter(1e9)).toMatchObject({ kind: 'over', level: -1000 })
  })

  test('the clock of a gateway does not matter, however wrong it is', async (context) => {
    const redis = have(context)
    const [wrong, right] = [await gateway(redis), await gateway(redis)]
    const tenant = newTenant()
    const bucket = limited({ perMinute: 1, burst: 5 })
    for (const skewMs of [0, 86_400_000, -86_400_000, 3_600_000, 0]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skewMs })
      expect((await take(wrong.limiter, tenant, bucket, null)).kind).toBe('taken')
      vi.useRealTimers()
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 })
    const over = await take(wrong.limiter, tenant, bucket, null)
    vi.useRealTimers()
    expect(over).toMatchObject({ kind: 'over', unit: 'requests' })
    if (over.kind !== 'over') return
    expect(over.retryAfterMs).toBeGreaterThan(50_000)
    expect(over.retryAfterMs).toBeLessThanOrEqual(60_000)
    expect((await take(right.limiter, tenant, bucket, null)).kind).toBe('over')
  })

  test('a Redis that forgets everything costs one burst and no more', async (context) => {
    const redis = have(context)
    const { limiter } = await gateway(redis)
    const tenant = newTenant()
    const bucket = limited({ perMinute: 1, burst: 10 }, { perMinute: 60, burst: 1000 })
    const kinds = async () => {
      const results = await Promise.all(Array.from({ length: 30 }, () => take(limiter, tenant, bucket, estimate(10))))
      return results.filter(({ kind }) => kind === 'taken')
    }
    const before = await kinds()
    expect(before).toHaveLength(10)
    await redis.command('FLUSHALL')
    await redis.command('SCRIPT', 'FLUSH')
    expect(await kinds()).toHaveLength(10)
    // What those before did not use comes back into a bucket that is full already: it does not run over.
    for (const taken of before) if (taken.kind === 'taken') taken.settle(0)
    const after = await take(limiter, tenant, limited(null, bucket[0]!.tokens), estimate(1))
    expect(after.kind === 'taken' && after.standing[0]!.level).toBeLessThanOrEqual(1000)
    expect(await kinds()).toHaveLength(0)
  })

  test('a bucket fills steadily: who waits as long as he was told passes', async (context) => {
    const { limiter } = await gateway(have(context))
    const bucket = limited(null, { perMinute: 60_000, burst: 60_000 })
    const tenant = newTenant()
    expect((await take(limiter, tenant, bucket, estimate(60_000))).kind).toBe('taken')
    const over = await take(limiter, tenant, bucket, estimate(2_000))
    if (over.kind !== 'over') throw new Error('it was full again at once')
    await new Promise((resolve) => setTimeout(resolve, over.retryAfterMs + 2))
    const passed = await take(limiter, tenant, bucket, estimate(2_000))
    expect(passed.kind).toBe('taken')
    // It is far from full: what passed is what came meanwhile.
    expect(passed.kind === 'taken' && passed.standing[0]!.level).toBeLessThan(50_000)
  })

  test('a bucket leaves nothing behind once it is full again, and a key of another kind is no way around', async (context) => {
    const redis = have(context)
    const { limiter } = await gateway(redis)
    const [slow, quick] = [newTenant(), newTenant()]
    const bucketOf = (tenant: string) => `palimpsest:test:{${tenant}}:tenant:requests:t`
    // One of a bucket of five, at one a minute: full again in a minute, and forgotten then.
    await take(limiter, slow, limited({ perMinute: 1, burst: 5 }), null)
    const [, left] = (await redis.command('PTTL', bucketOf(slow))).split(/[:\r]/)
    expect(Number(left)).toBeGreaterThan(0)
    expect(Number(left)).toBeLessThanOrEqual(60_000)
    await take(limiter, quick, limited({ perMinute: 60_000, burst: 5 }), null)
    await vi.waitFor(async () => expect(await redis.command('EXISTS', bucketOf(quick))).toBe(':0\r\n'), 30_000)
    const other = newTenant()
    await redis.command('LPUSH', bucketOf(other), 'x')
    await expect(take(limiter, other, limited({ perMinute: 1, burst: 5 }), null)).rejects.toBeInstanceOf(RedisAway)
  })
})

describe('while Redis is away', () => {
  const bucket = limited({ perMinute: 1, burst: 12 })

  test('kills in the middle of random arrivals: each phase gives one burst more at most, never without limit', async (context) => {
    const redis = have(context)
    const gateways = [await gateway(redis), await gateway(redis)]
    const limiters = gateways.map(({ limiter }) =>
      limiterWithPolicy(
        limiter,
        new MemoryRateLimiter({ source: 'local', gateways: 2, monotonicNow: () => performance.now() }),
      ),
    )
    const tenant = newTenant()
    const startedAt = performance.now()
    const given: string[] = []
    const flood = async () => {
      for (let round = 0; round < 10; round++) {
        const results = await Promise.all(
          limiters.flatMap((limiter) => Array.from({ length: 5 }, () => take(limiter, tenant, bucket, null))),
        )
        for (const result of results) if (result.kind === 'taken') given.push(result.source)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
      }
    }
    await flood()
    expect(given).toEqual(Array(12).fill('redis'))
    const killed = redis.kill()
    await flood()
    await killed
    await flood()
    // One share of each gateway, together a burst.
    expect(given.filter((source) => source === 'local')).toHaveLength(12)
    await redis.start()
    await vi.waitFor(() => expect(gateways.every(({ connection }) => connection.isUp)).toBe(true), 30_000)
    await flood()
    await redis.kill()
    await flood()
    await redis.start()
    const minutes = (performance.now() - startedAt) / 60_000
    const bursts = 12 + 12 + 12
    expect(given.length).toBeLessThanOrEqual(bursts + 2 * minutes)
    expect(given.filter((source) => source === 'redis').length).toBeLessThanOrEqual(24 + minutes)
    expect(gateways[0]!.changes.filter((change) => change !== 'up')).toHaveLength(2)
  })

  test('where the policy is to refuse, nobody passes until it is back', async (context) => {
    const redis = have(context)
    const one = await gateway(redis)
    const limiter = limiterWithPolicy(one.limiter, null)
    const tenant = newTenant()
    expect((await take(limiter, tenant, bucket, null)).kind).toBe('taken')
    await redis.kill()
    for (let i = 0; i < 20; i++) expect((await take(limiter, tenant, bucket, null)).kind).toBe('away')
    await redis.start()
    await vi.waitFor(() => expect(one.connection.isUp).toBe(true), 30_000)
    expect((await take(limiter, tenant, bucket, null)).kind).toBe('taken')
  })

  test('a server that holds its connection and says nothing is asked a few times, then by nobody', async (context) => {
    const redis = have(context)
    const one = await gateway(redis, 30)
    const tenant = newTenant()
    redis.freeze()
    for (let i = 0; i < 3; i++) await expect(take(one.limiter, tenant, bucket, null)).rejects.toBeInstanceOf(RedisAway)
    expect(one.changes).toEqual(['up', 'away: TimedOut'])
    expect(one.connection.isUp).toBe(false)
    // No waiting for the network any more: a thousand refusals are one turn of the loop.
    let turns = 0
    const counting = setInterval(() => turns++, 1)
    for (let i = 0; i < 1_000; i++) await take(one.limiter, tenant, bucket, null).catch(() => undefined)
    clearInterval(counting)
    expect(turns).toBe(0)
    redis.thaw()
    await vi.waitFor(async () => expect((await take(one.limiter, tenant, bucket, null)).kind).toBe('taken'), 30_000)
  })

  test('a process that was busy for longer than the time limit reads the answer that came meanwhile', async (context) => {
    // However slow the machine is, the server answers while this process is busy.
    const one = await gateway(have(context), 300)
    const tenant = newTenant()
    await vi.waitFor(async () => expect((await take(one.limiter, tenant, bucket, null)).kind).toBe('taken'), 30_000)
    const answer = take(one.limiter, tenant, bucket, null)
    await new Promise((resolve) => setImmediate(resolve))
    const until = performance.now() + 2_000
    while (performance.now() < until);
    expect((await answer).kind).toBe('taken')
    expect(one.connection.isUp).toBe(true)
  })

  test('a server that may only be read is away: nothing could be taken there', async (context) => {
    const redis = have(context)
    const one = await gateway(redis)
    await redis.command('REPLICAOF', '127.0.0.1', '1')
    const tenant = newTenant()
    for (let i = 0; i < 3; i++) await expect(take(one.limiter, tenant, bucket, null)).rejects.toBeInstanceOf(RedisAway)
    expect(one.connection.isUp).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(one.connection.isUp).toBe(false)
    await redis.command('REPLICAOF', 'NO', 'ONE')
    await vi.waitFor(() => expect(one.connection.isUp).toBe(true), 30_000)
  })
})
