import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Admission } from '../../../src/api/admission.ts'
import { type AdmissionLimits, costOfBody } from '../../../src/domain/limits/admission.ts'
import { AdmissionQueue } from '../../../src/domain/limits/admission-queue.ts'
import type { Turn } from '../../../src/ports/in-flight.ts'

describe('lines that are served in turn', () => {
  const cost = fc.double({ min: 1, max: 8, noNaN: true })

  test('whatever the others send, each gets at most a quantum a round and one request beyond between two of ours', () => {
    const noisy = fc.array(fc.record({ tenant: fc.integer({ min: 1, max: 4 }), cost }), {
      minLength: 40,
      maxLength: 200,
    })
    fc.assert(
      fc.property(noisy, fc.integer({ min: 1, max: 8 }), (others, ours) => {
        const queue = new AdmissionQueue<{ tenant: number; cost: number }>()
        for (const one of others) queue.add(`t${one.tenant}`, one, one.cost)
        for (let i = 0; i < ours; i++) {
          const one = { tenant: 0, cost: 1 }
          queue.add('t0', one, 1)
        }
        const since = new Map<number, number>()
        for (let next = queue.next(); next; next = queue.next()) {
          if (next.tenant === 0) {
            since.clear()
            if (queue.lengthOf('t0') === 0) break
            continue
          }
          const spent = (since.get(next.tenant) ?? 0) + next.cost
          since.set(next.tenant, spent)
          // Saved-up credit is less than the request it was saved for.
          expect(spent).toBeLessThanOrEqual(1 + 8)
        }
      }),
    )
  })

  test('over a long time everybody who waits is given the same, whatever his requests cost', () => {
    fc.assert(
      fc.property(cost, cost, cost, (a, b, c) => {
        const queue = new AdmissionQueue<{ tenant: string; cost: number }>()
        const costs = { a, b, c }
        const given: Record<string, number> = { a: 0, b: 0, c: 0 }
        const add = (tenant: string, one: number) => queue.add(tenant, { tenant, cost: one }, one)
        for (const [tenant, one] of Object.entries(costs)) for (let i = 0; i < 3; i++) add(tenant, one)
        for (let i = 0; i < 500; i++) {
          const next = queue.next()!
          given[next.tenant]! += next.cost
          add(next.tenant, next.cost)
        }
        const [least, , most] = Object.values(given).sort((x, y) => x - y)
        expect(most! - least!).toBeLessThanOrEqual(2 * (8 + 1))
      }),
    )
  })

  test('each comes out once, in the order of its tenant, unless it was taken out before', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('add' as const), tenant: fc.integer({ min: 0, max: 3 }), cost }),
        fc.record({ do: fc.constant('next' as const) }),
        fc.record({ do: fc.constant('remove' as const), nth: fc.nat(30) }),
      ),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new AdmissionQueue<{ tenant: number; at: number }>()
        const waiting: { tenant: number; at: number }[] = []
        for (const [at, step] of all.entries()) {
          if (step.do === 'add') {
            const one = { tenant: step.tenant, at }
            waiting.push(one)
            queue.add(`t${one.tenant}`, one, step.cost)
          } else if (step.do === 'remove') {
            const [one] = waiting.splice(step.nth, 1)
            if (one) queue.remove(`t${one.tenant}`, one)
          } else {
            const next = queue.next()
            expect(next === null).toBe(waiting.length === 0)
            if (!next) continue
            expect(waiting.find(({ tenant }) => tenant === next.tenant)).toBe(next)
            waiting.splice(waiting.indexOf(next), 1)
          }
          expect(queue.size).toBe(waiting.length)
        }
      }),
    )
  })

  test('a large body costs more than a small one, and never without end', () => {
    expect([0, 16_384, 32_768, 8 * 1024 * 1024].map(costOfBody)).toEqual([1, 1, 2, 64])
  })
})

describe('who is worked on', () => {
  // Who still waits when a test ends leaves the line, and fails no test that comes after.
  let left = new AbortController()
  afterEach(() => {
    left.abort()
    left = new AbortController()
  })

  function open(limits: Partial<AdmissionLimits> = {}) {
    const state = { inFlight: 0, now: 0, refused: [] as string[] }
    const admission = new Admission(
      { atWork: 2, inFlight: 10, waitingPerTenant: 3, waitMs: 60_000, ...limits },
      {
        inFlight: () => state.inFlight,
        monotonicNow: () => state.now,
        refused: (reason) => state.refused.push(reason),
      },
    )
    const order: string[] = []
    const turns: Turn[] = []
    const ask = (tenant: string, bytes = 100) => {
      const asked = admission.enter(tenant, bytes, left.signal).then((turn) => {
        order.push(tenant)
        turns.push(turn)
        return turn
      })
      asked.catch(() => undefined)
      return asked
    }
    return { admission, state, order, turns, ask }
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  test('up to the bound at once; beyond it a quiet tenant is next, however many of another one wait', async () => {
    const { ask, order, turns, admission } = open({ waitingPerTenant: 100 })
    for (let i = 0; i < 50; i++) void ask('noisy')
    await settle()
    expect([order.length, admission.atWork, admission.waiting]).toEqual([2, 2, 48])
    void ask('quiet')
    turns[0]?.end()
    turns[1]?.end()
    await settle()
    expect(order.slice(2).sort()).toEqual(['noisy', 'quiet'])
    expect(admission.atWork).toBe(2)
  })

  test('never more than the bound are admitted, whoever ends, rests or gives up in which order', async () => {
    const step = fc.record({
      kind: fc.integer({ min: 0, max: 4 }),
      nth: fc.nat(20),
      tenant: fc.integer({ min: 0, max: 2 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { admission, turns } = open({ waitingPerTenant: 1_000 })
        const stops: AbortController[] = []
        for (const { kind, nth, tenant } of steps) {
          const turn = turns[nth % Math.max(1, turns.length)]
          if (kind <= 1) {
            const stop = new AbortController()
            stops.push(stop)
            admission.enter(`t${tenant}`, 10, stop.signal).then(
              (one) => turns.push(one),
              () => undefined,
            )
          } else if (kind === 2) turn?.end()
          else if (kind === 3) turn?.rest()
          else stops[nth % Math.max(1, stops.length)]?.abort()
          await settle()
          expect(admission.atWork).toBeLessThanOrEqual(2)
          expect(admission.waiting === 0 || admission.atWork === 2).toBe(true)
        }
        for (const turn of turns) turn.end()
        for (let i = 0; i < turns.length; i++) {
          turns[i]?.end()
          await settle()
        }
        expect([admission.atWork, admission.waiting]).toEqual([0, 0])
      }),
      { numRuns: 60 },
    )
  })

  test('one that waits for its provider lets another work, and goes on without a second wait', async () => {
    const { ask, turns, admission, order } = open()
    void ask('a')
    void ask('a')
    void ask('b')
    await settle()
    turns[0]?.rest()
    await settle()
    expect(order).toEqual(['a', 'a', 'b'])
    turns[0]?.resume()
    expect(admission.atWork).toBe(3)
    void ask('c')
    turns[0]?.end()
    turns[0]?.resume()
    await settle()
    expect([admission.atWork, admission.waiting]).toEqual([2, 1])
  })

  test('a full line refuses its own tenant and no other; so does a line of large bodies', async () => {
    const { ask, state } = open()
    for (let i = 0; i < 5; i++) void ask('noisy')
    await expect(ask('noisy')).rejects.toMatchObject({ code: 'gateway_busy', status: 503, retryAfterSeconds: 5 })
    const megabyte = 1024 * 1024
    void ask('large', 60 * megabyte)
    await expect(ask('large', 8 * megabyte)).rejects.toMatchObject({ code: 'gateway_busy' })
    void ask('quiet')
    expect(state.refused).toEqual(['line_full', 'line_full'])
  })

  test('who waits too long is told, who hangs up leaves the line', async () => {
    const { admission, state, turns, ask } = open({ waitMs: 20 })
    await Promise.all([ask('a'), ask('a')])
    await expect(ask('a')).rejects.toMatchObject({ code: 'gateway_busy' })
    const gone = new AbortController()
    const waiting = admission.enter('a', 1, gone.signal)
    gone.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect([admission.waiting, state.refused]).toEqual([0, ['waited']])
    for (const turn of turns) turn.end()
    expect(admission.atWork).toBe(0)
  })

  test('requests that others brought into flight count, and who is stuck for a minute no more', async () => {
    vi.useFakeTimers()
    try {
      const { ask, state, order } = open({ inFlight: 5 })
      state.inFlight = 5
      void ask('a')
      await vi.advanceTimersByTimeAsync(1_000)
      expect(order).toEqual([])
      state.inFlight = 3
      await vi.advanceTimersByTimeAsync(1_000)
      expect(order).toEqual(['a'])
      void ask('a')
      void ask('a')
      await vi.advanceTimersByTimeAsync(30_000)
      expect(order).toHaveLength(2)
      state.now = 61_000
      await vi.advanceTimersByTimeAsync(1_000)
      expect(order).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })
})
