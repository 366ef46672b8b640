import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Admission } from '../../../src/api/admission.ts'
import { type AdmissionLimits, isBusy } from '../../../src/domain/limits/admission.ts'
import type { Turn } from '../../../src/ports/in-flight.ts'

describe('who is worked on', () => {
  // Who still waits when a test ends leaves the line, and fails no test that comes after.
  let left = new AbortController()
  afterEach(() => {
    left.abort()
    left = new AbortController()
  })

  function open(limits: Partial<AdmissionLimits> = {}) {
    const state = { inFlight: 0, now: 0, busy: 1, refused: [] as string[] }
    const admission = new Admission(
      { atWork: 2, inFlight: 10, waitingPerTenant: 3, waitMs: 60_000, ...limits },
      {
        inFlight: () => state.inFlight,
        monotonicNow: () => state.now,
        busyShares: () => ({ loop: state.busy, processors: 0 }),
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

  test('up to the bound at once; whoever has nothing at work is begun beyond it, however many of another one wait', async () => {
    const { ask, order, turns, admission } = open({ waitingPerTenant: 100 })
    for (let i = 0; i < 50; i++) void ask('noisy')
    await settle()
    expect([order.length, admission.atWork, admission.waiting]).toEqual([2, 2, 48])
    void ask('quiet')
    void ask('third')
    void ask('fourth')
    await settle()
    // Twice the bound and no more.
    expect(order.slice(2)).toEqual(['quiet', 'third'])
    expect([admission.atWork, admission.waiting]).toEqual([4, 49])
    turns[0]?.end()
    await settle()
    expect(order.slice(4)).toEqual(['fourth'])
  })

  test('who floods goes on only when the one that asked for little is done, as long as there is no time to spare', async () => {
    const { ask, order, turns, state } = open({ atWork: 4, waitingPerTenant: 100 })
    for (let i = 0; i < 20; i++) void ask('noisy')
    void ask('quiet')
    await settle()
    expect(order).toEqual(['noisy', 'noisy', 'noisy', 'noisy', 'quiet'])
    for (const turn of turns.slice(0, 4)) turn.end()
    await settle()
    expect(order).toHaveLength(5)
    turns[4]?.end()
    await settle()
    // Two tenants were here lately: one place for each.
    expect(order.slice(5)).toEqual(['noisy'])
    // It was held back, which leaves time: that is no reason yet to begin more.
    state.busy = 0.2
    turns[5]?.end()
    await settle()
    expect(order.slice(6)).toEqual(['noisy'])
    state.busy = 0.19
    turns[6]?.end()
    await settle()
    expect(order.slice(7)).toEqual(['noisy'])
    // More than its part one by one, each when it has shown what the one before costs.
    for (const [now, begun] of [
      [199, 1],
      [200, 2],
      [399, 2],
      [400, 3],
    ] as const) {
      state.now = now
      void ask('noisy')
      await settle()
      expect(order.slice(7)).toHaveLength(begun)
    }
  })

  test('who floods takes a break as long as its last request worked, a second at most, while others are there', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'clearTimeout'] })
    try {
      const { ask, order, turns, state } = open({ atWork: 2, waitingPerTenant: 100 })
      const pass = async (ms: number) => {
        state.now += ms
        await vi.advanceTimersByTimeAsync(ms)
        await settle()
      }
      void ask('quiet')
      await settle()
      turns[0]?.end()
      for (let i = 0; i < 20; i++) void ask('noisy')
      await settle()
      expect(order).toEqual(['quiet', 'noisy'])
      await pass(40)
      turns[1]?.end()
      await pass(39)
      expect(order).toHaveLength(2)
      await pass(2)
      expect(order).toEqual(['quiet', 'noisy', 'noisy'])
      void ask('quiet')
      await pass(2_500)
      turns[2]?.end()
      turns[3]?.end()
      await pass(999)
      expect(order).toHaveLength(4)
      await pass(2)
      expect(order).toHaveLength(5)
      // The quiet one has not been here for more than three seconds: nobody is left to make room for.
      await pass(2_100)
      turns[4]?.end()
      await settle()
      expect(order.slice(5)).toEqual(['noisy', 'noisy'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('who sends one request after another takes no break', async () => {
    const { ask, order, turns, state } = open({ atWork: 4, waitingPerTenant: 100 })
    for (let i = 0; i < 20; i++) void ask('noisy')
    for (let i = 0; i < 5; i++) {
      void ask('steady')
      await settle()
      expect(order.filter((tenant) => tenant === 'steady')).toHaveLength(i + 1)
      state.now += 40
      turns[order.lastIndexOf('steady')]?.end()
    }
  })

  test('there is no time to spare from half of the loop or three quarters of the processors on, until less than half of it', () => {
    const shares = fc.record({
      loop: fc.double({ min: 0, max: 1, noNaN: true }),
      processors: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(shares, ({ loop, processors }) => {
        expect(isBusy(false, { loop, processors })).toBe(loop >= 0.5 || processors >= 0.75)
        expect(isBusy(true, { loop, processors })).toBe(loop >= 0.2 || processors >= 0.45)
      }),
    )
  })

  test('never more than twice the bound begin, and nobody waits but for somebody who is at work', async () => {
    const step = fc.record({
      kind: fc.integer({ min: 0, max: 5 }),
      nth: fc.nat(20),
      tenant: fc.integer({ min: 0, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { admission, state } = open({ waitingPerTenant: 1_000 })
        const begun: { tenant: number; turn: Turn; isAtWork: boolean }[] = []
        const waiting = new Set<{ tenant: number; stop: AbortController }>()
        for (const { kind, nth, tenant } of steps) {
          const one = begun[nth % Math.max(1, begun.length)]
          if (kind <= 1) {
            const asked = { tenant, stop: new AbortController() }
            waiting.add(asked)
            admission
              .enter(`t${tenant}`, 10, asked.stop.signal)
              .then(
                (turn) => begun.push({ tenant, turn, isAtWork: true }),
                () => undefined,
              )
              .finally(() => waiting.delete(asked))
          } else if (kind === 2 || kind === 3) {
            if (one) one.isAtWork = false
            if (kind === 2) one?.turn.end()
            else one?.turn.rest()
          } else if (kind === 4) [...waiting][nth % Math.max(1, waiting.size)]?.stop.abort()
          else state.busy = nth % 2
          await settle()
          const atWork = begun.filter(({ isAtWork }) => isAtWork)
          expect([admission.atWork, admission.waiting]).toEqual([atWork.length, waiting.size])
          expect(atWork.length).toBeLessThanOrEqual(4)
          expect(waiting.size === 0 || atWork.length > 0).toBe(true)
          // Where there is time to spare nobody waits below the bound, but who has several that wait.
          const isAlone = (one: number): boolean => [...waiting].filter((other) => other.tenant === one).length === 1
          if (kind === 2 && state.busy === 0 && atWork.length < 2)
            expect([...waiting].filter((one) => isAlone(one.tenant))).toEqual([])
        }
        for (let i = 0; i < begun.length; i++) {
          begun[i]?.turn.end()
          await settle()
        }
        expect([admission.atWork, admission.waiting]).toEqual([0, 0])
      }),
      { numRuns: 60 },
    )
  })

  test('one that waits for its provider lets another work, and goes on without a second wait', async () => {
    const { ask, turns, admission, order } = open()
    for (let i = 0; i < 3; i++) void ask('a')
    await settle()
    expect(order).toHaveLength(2)
    turns[0]?.rest()
    await settle()
    expect(order).toHaveLength(3)
    turns[0]?.resume()
    expect(admission.atWork).toBe(3)
    void ask('a')
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
    for (let i = 0; i < 2; i++) void ask('large', 60 * megabyte)
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
