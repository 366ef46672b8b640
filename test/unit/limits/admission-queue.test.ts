import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOfBody } from '../../../src/domain/limits/admission.ts'
import { AdmissionQueue } from '../../../src/domain/limits/admission-queue.ts'

describe('lines that are served in turn', () => {
  const cost = fc.double({ min: 1, max: 8, noNaN: true })
  const anyone = () => true

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
        for (let next = queue.next(anyone); next; next = queue.next(anyone)) {
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
          const next = queue.next(anyone)!
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
            const next = queue.next(anyone)
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

  test('who may not begin is passed over, keeps the order of his line, and holds up nobody who may', () => {
    const allowed = fc.array(fc.subarray(['t0', 't1', 't2']), { minLength: 1, maxLength: 60 })
    const costs = fc.array(fc.record({ tenant: fc.integer({ min: 0, max: 2 }), cost }), { maxLength: 40 })
    fc.assert(
      fc.property(allowed, costs, (rounds, all) => {
        const queue = new AdmissionQueue<{ tenant: number; cost: number }>()
        const waiting = [...all]
        for (const one of all) queue.add(`t${one.tenant}`, one, one.cost)
        for (const may of rounds) {
          const next = queue.next((tenantId) => may.includes(tenantId))
          const first = waiting.filter(({ tenant }) => may.includes(`t${tenant}`))
          if (!next) {
            expect(first).toEqual([])
            continue
          }
          expect(first.find(({ tenant }) => tenant === next.tenant)).toBe(next)
          waiting.splice(waiting.indexOf(next), 1)
        }
      }),
    )
  })

  test('a large body costs more than a small one, and never without end', () => {
    expect([0, 16_384, 32_768, 8 * 1024 * 1024].map(costOfBody)).toEqual([1, 1, 2, 64])
  })
})
