import { describe, expect, it } from 'vitest'
import { HintFinder, ROUND_DAYS } from '../../../src/background/hints.ts'
import { DAY_MS, type HintKind } from '../../../src/domain/hints/types.ts'
import type { HintScope } from '../../../src/ports/hint-ledger.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const EMPTY = { usage: [], endings: [], speeds: [], findings: [], archivedObjects: 0 }

function finder(read: (scope: HintScope) => Promise<typeof EMPTY>) {
  const counted: Map<HintKind, number>[] = []
  const clock = { now: NOW }
  const made = new HintFinder({
    ledger: { read },
    context: async () => ({ budgets: [], benchmarks: [] }),
    tenants: () => ['a', 'b'],
    counted: (counts) => void counted.push(new Map(counts)),
    now: () => clock.now,
    close: () => undefined,
  })
  return { made, counted, clock }
}

describe('what finds hints', () => {
  it('reads a baseline before the days that are asked for, and once a minute at most', async () => {
    const scopes: HintScope[] = []
    const { made, clock } = finder(async (scope) => {
      scopes.push(scope)
      return EMPTY
    })
    const midnight = Date.UTC(2026, 5, 15)
    const found = await made.of('a', 10)
    expect(found).toEqual({ from: midnight - 10 * DAY_MS, to: NOW, hints: [] })
    expect(scopes).toEqual([{ tenantId: 'a', from: midnight - 45 * DAY_MS, to: NOW }])
    clock.now += 59_000
    await made.of('a', 10)
    expect(scopes).toHaveLength(1)
    await made.of('b', 10)
    clock.now += 2_000
    await made.of('a', 10)
    expect(scopes.map(({ tenantId }) => tenantId)).toEqual(['a', 'b', 'a'])
  })

  it('does not keep a failure', async () => {
    let isAway = true
    const { made } = finder(async () => {
      if (isAway) throw new Error('away')
      return EMPTY
    })
    await expect(made.of('a', 1)).rejects.toThrow('away')
    isAway = false
    await expect(made.of('a', 1)).resolves.toMatchObject({ hints: [] })
  })

  it('counts every kind in a round, also the other tenants’ where one cannot be read', async () => {
    const asked: string[] = []
    const { made, counted } = finder(async ({ tenantId }) => {
      asked.push(tenantId)
      if (tenantId === 'a') throw new Error('away')
      return EMPTY
    })
    await expect(made.round()).rejects.toThrow('away')
    expect(asked).toEqual(['a', 'b'])
    expect(Object.fromEntries(counted[0] ?? [])).toEqual({
      ...{ personal_data: 0, latency: 0, errors: 0, refusals: 0, spend: 0, models: 0 },
    })
    expect(ROUND_DAYS).toBeGreaterThan(7)
  })

  it('has a round an hour, the first one not at the start', async () => {
    const { made, counted } = finder(async () => EMPTY)
    const after: number[] = []
    for (let tick = 0; tick < 25; tick++) {
      await made.tick()
      after.push(counted.length)
    }
    expect(after[0]).toBe(0)
    expect(after[1]).toBe(1)
    expect(after.at(-1)).toBe(2)
  })
})
