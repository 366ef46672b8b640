import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryRateLimiter } from '../../../src/adapters/memory/rate-limiter.ts'
import { bucketKey, burstExceeded, demandOf, demandOnShare } from '../../../src/domain/limits/demand.ts'
import { estimateTokens } from '../../../src/domain/limits/estimate.ts'
import { duration, rateLimitHeaders, retryAfterSeconds } from '../../../src/domain/limits/headers.ts'
import type { Limited } from '../../../src/domain/limits/types.ts'

const tokens = (perMinute: number, burst: number): Limited[] => [
  { scope: 'tenant', name: 't', requests: null, tokens: { perMinute, burst } },
]

describe('buckets in memory', () => {
  test('whatever arrives, is used or is not used: net use never exceeds burst + rate · t, over any window that begins full', async () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 20_000 }),
      wanted: fc.integer({ min: 0, max: 300 }),
      used: fc.option(fc.integer({ min: 0, max: 300 })),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6_000 }),
        async (steps, perMinute) => {
          let now = 0
          const limiter = new MemoryRateLimiter({ source: 'memory', gateways: 1, monotonicNow: () => now })
          let taken = 0
          for (const { pauseMs, wanted, used } of steps) {
            now += pauseMs
            const demand = demandOf('a', tokens(perMinute, 200), { prompt: wanted, answer: 0, isBounded: true })
            const result = await limiter.take(demand)
            if (result.kind !== 'taken') continue
            const cost = Math.min(wanted, 200)
            const told = used === null ? cost : Math.min(used, cost)
            result.settle(told)
            taken += told
            expect(taken).toBeLessThanOrEqual(200 + (perMinute * now) / 60_000 + 1e-6)
          }
        },
      ),
    )
  })

  test('who waits as long as he was told passes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        async (perMinute, burst, prompt) => {
          let now = 0
          const limiter = new MemoryRateLimiter({ source: 'memory', gateways: 1, monotonicNow: () => now })
          const demand = demandOf('a', tokens(perMinute, burst), { prompt, answer: 0, isBounded: true })
          for (let i = 0; i < 5; i++) {
            const result = await limiter.take(demand)
            if (result.kind !== 'over') continue
            now += retryAfterSeconds(result.retryAfterMs) * 1000
            expect((await limiter.take(demand)).kind).toBe('taken')
          }
        },
      ),
    )
  })

  test('the shares of all gateways together are the limit', async () => {
    const whole = demandOf('a', tokens(600, 120), { prompt: 500, answer: 0, isBounded: true })
    const [share] = demandOnShare(whole, 4)
    expect(share).toMatchObject({ rate: { perMinute: 150, burst: 30 }, cost: 30 })
    const requests: Limited[] = [{ scope: 'key', name: 'k', requests: { perMinute: 2, burst: 2 }, tokens: null }]
    // Less than one request could never pass.
    expect(demandOnShare(demandOf('a', requests, null), 4)[0]).toMatchObject({
      rate: { perMinute: 0.5, burst: 1 },
      cost: 1,
    })
  })
})

describe('what a request is taken to cost', () => {
  const ask = (fields: object) =>
    estimateTokens({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(396) }], ...fields } as never)

  test('a token for four characters, and the answers it allows', () => {
    expect(ask({})).toEqual({ prompt: 100, answer: 1024, isBounded: false })
    expect(ask({ max_tokens: 50 })).toEqual({ prompt: 100, answer: 50, isBounded: true })
    expect(ask({ max_completion_tokens: 50, n: 3 })).toEqual({ prompt: 100, answer: 150, isBounded: true })
  })

  test('a picture is not read as text', () => {
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(100_000)}` } }
    const sound = { type: 'input_audio', input_audio: { data: 'A'.repeat(100_000), format: 'wav' } }
    expect(ask({ messages: [{ role: 'user', content: [picture, sound] }] }).prompt).toBeLessThan(20)
  })

  test('a guess takes a tenth of a bucket at most, a bound what it says, and nothing more than the bucket holds', () => {
    const cost = (fields: object) => demandOf('a', tokens(500, 500), ask(fields))[0]?.cost
    expect(cost({})).toBe(150)
    expect(cost({ max_tokens: 300 })).toBe(400)
    expect(cost({ max_tokens: 100_000 })).toBe(500)
    expect(burstExceeded(tokens(99, 99), ask({}))).toBe(99)
    expect(burstExceeded(tokens(99, 100), ask({}))).toBeNull()
  })
})

describe('what callers are told', () => {
  test('the bucket that has least left, in the form of OpenAI', () => {
    const bucket = { scope: 'tenant', unit: 'requests' } as const
    const standing = [
      { ...bucket, rate: { perMinute: 600, burst: 60 }, level: 42.9 },
      { ...bucket, scope: 'key' as const, rate: { perMinute: 60, burst: 10 }, level: 4 },
      { ...bucket, unit: 'tokens' as const, rate: { perMinute: 6_000, burst: 6_000 }, level: -100 },
    ]
    expect(rateLimitHeaders(standing)).toEqual({
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-reset-requests': '6s',
      'x-ratelimit-limit-tokens': '6000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '1m1s',
    })
    expect(rateLimitHeaders([])).toEqual({})
  })

  test('times', () => {
    expect([0, 17, 999.2, 8_640, 60_000, 360_000, 3_600_000].map(duration)).toEqual([
      '0ms',
      '17ms',
      '1s',
      '8.64s',
      '1m0s',
      '6m0s',
      '1h0m0s',
    ])
    expect([0, 1, 1_000, 1_001].map(retryAfterSeconds)).toEqual([1, 1, 1, 2])
  })

  test('no two buckets have one name', () => {
    const names = [
      { tenantId: 'a', scope: 'app', unit: 'tokens', name: 'x:y' },
      { tenantId: 'a', scope: 'app', unit: 'requests', name: 'x:y' },
      { tenantId: 'a', scope: 'key', unit: 'tokens', name: 'x:y' },
      { tenantId: 'a', scope: 'key', unit: 'tokens', name: 'tokens:x:y' },
      { tenantId: 'b', scope: 'key', unit: 'tokens', name: 'x:y' },
    ] as const
    expect(new Set(names.map(bucketKey)).size).toBe(names.length)
  })
})
