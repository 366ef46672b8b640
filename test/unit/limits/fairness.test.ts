import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Admission } from '../../../src/api/admission.ts'
import { defaultAdmission } from '../../../src/domain/limits/admission.ts'
import type { Turn } from '../../../src/ports/in-flight.ts'

/** Processors that all requests at work share; one request uses one of them at most. */
const PROCESSORS = 2

interface Sender {
  /** Milliseconds of a processor that its nth request takes. */
  workMs(nth: number): number
  /** Milliseconds between two requests. */
  everyMs?: number
  /** In the place of that: requests that it always has with the gateway. */
  always?: number
}

interface Sent {
  sentAt: number
  begunAt: number
  doneAt: number
}

/** A gateway that never has time to spare, by a clock of its own. Gives the requests of each tenant that were answered. */
async function simulate(senders: Record<string, Sender>, forMs: number): Promise<Record<string, Sent[]>> {
  let now = 0
  const admission = new Admission(
    { ...defaultAdmission, waitMs: 10 * forMs },
    { inFlight: () => 0, monotonicNow: () => now, busyShare: () => 1, refused: () => expect.fail('refused') },
  )
  const gone = new AbortController()
  const atWork = new Set<{ turn: Turn; leftMs: number; tenant: string; one: Sent }>()
  const done: Record<string, Sent[]> = Object.fromEntries(Object.keys(senders).map((id) => [id, []]))
  const sent: Record<string, number> = Object.fromEntries(Object.keys(senders).map((id) => [id, 0]))
  const send = (tenant: string): void => {
    const nth = sent[tenant]!
    sent[tenant] = nth + 1
    const one = { sentAt: now, begunAt: 0, doneAt: 0 }
    void admission.enter(tenant, 100, gone.signal).then(
      (turn) => {
        one.begunAt = now
        atWork.add({ turn, leftMs: senders[tenant]!.workMs(nth), tenant, one })
      },
      () => undefined,
    )
  }
  for (; now < forMs; now++) {
    for (const [tenant, { everyMs, always }] of Object.entries(senders)) {
      if (everyMs !== undefined && now % everyMs === 0) send(tenant)
      while (always !== undefined && sent[tenant]! - done[tenant]!.length < always) send(tenant)
    }
    await settle()
    const progress = Math.min(1, PROCESSORS / atWork.size)
    for (const working of atWork) {
      working.leftMs -= progress
      if (working.leftMs > 0) continue
      atWork.delete(working)
      done[working.tenant]!.push({ ...working.one, doneAt: now + 1 })
      working.turn.end()
    }
    await settle()
  }
  gone.abort()
  return done
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

const waits = (all: readonly Sent[]) => all.map(({ sentAt, begunAt }) => begunAt - sentAt)

describe('tenants that share a gateway without time to spare', () => {
  // What looks for room once in a while has nothing to find here, and would only keep its timer.
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }))
  afterEach(() => vi.useRealTimers())

  test('who asks for less than its part waits for nothing, also where one of its requests takes long', async () => {
    const quiet = { everyMs: 97, workMs: (nth: number) => (nth % 10 === 9 ? 300 : 25) }
    const { quiet: ours, flood } = await simulate({ quiet, flood: { always: 64, workMs: () => 25 } }, 20_000)
    expect(Math.max(...waits(ours!))).toBe(0)
    // The flood gets what is left, one at a time.
    expect(flood!.length).toBeGreaterThan(350)
  })

  test('several that ask for little beside two floods wait for nothing either', async () => {
    const quiet = { everyMs: 131, workMs: (nth: number) => (nth % 8 === 7 ? 200 : 20) }
    const flood = { always: 32, workMs: () => 20 }
    const found = await simulate({ a: quiet, b: { ...quiet, everyMs: 149 }, c: flood, d: flood }, 20_000)
    expect(Math.max(...waits(found.a!), ...waits(found.b!))).toBe(0)
    expect(Math.min(found.c!.length, found.d!.length)).toBeGreaterThan(250)
  })

  test('who begins to ask for more than its part gets its part, and no more', async () => {
    const workMs = () => 25
    const { late, flood } = await simulate({ late: { always: 8, workMs }, flood: { always: 64, workMs } }, 20_000)
    expect(late!.length / flood!.length).toBeGreaterThan(0.9)
    expect(late!.length / flood!.length).toBeLessThan(1.1)
  })

  test('whatever the others do, each that always has several waiting is begun as often as any other, or nearly', async () => {
    const work = fc.integer({ min: 5, max: 60 })
    const periodic = fc.record({ everyMs: fc.integer({ min: 40, max: 400 }), work })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 8, max: 32 }), { minLength: 2, maxLength: 3 }),
        fc.array(periodic, { maxLength: 2 }),
        work,
        async (floods, others, floodWork) => {
          const senders: Record<string, Sender> = {}
          for (const [i, always] of floods.entries()) senders[`flood${i}`] = { always, workMs: () => floodWork }
          for (const [i, { everyMs, work: ms }] of others.entries()) {
            senders[`other${i}`] = { everyMs, workMs: () => ms }
          }
          const found = await simulate(senders, 4_000)
          const begun = floods.map((_, i) => found[`flood${i}`]!.length)
          expect(Math.max(...begun) - Math.min(...begun)).toBeLessThanOrEqual(8)
          // Nobody who asks for less than its part is what holds a flood back altogether.
          expect(Math.min(...begun)).toBeGreaterThan(4)
        },
      ),
      { numRuns: 40 },
    )
  })
})
