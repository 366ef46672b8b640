import { describe, expect, it } from 'vitest'
import { Chance } from '../../../src/demo/data/random.ts'
import { findHints } from '../../../src/domain/hints/find-hints.ts'
import { lnGamma, surprise } from '../../../src/domain/hints/statistics.ts'
import {
  DAY_MS,
  type EndingRow,
  type Hint,
  type HintBudget,
  type HintFacts,
  HOUR_MS,
  type SpeedRow,
  type UsageRow,
} from '../../../src/domain/hints/types.ts'

/** Monday, 4 May 2026. */
const FROM = Date.UTC(2026, 4, 4)
const NOTHING: HintFacts = {
  from: FROM,
  to: FROM + 84 * DAY_MS,
  usage: [],
  endings: [],
  speeds: [],
  findings: [],
  budgets: [],
  benchmarks: [],
}
const find = (facts: Partial<HintFacts>) => findHints({ ...NOTHING, ...facts })
const days = (count: number) => Array.from({ length: count }, (_, day) => FROM + day * DAY_MS)

describe('the probability of a burst', () => {
  it('is that of a negative binomial', () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12)
    expect(lnGamma(21)).toBeCloseTo(
      Array.from({ length: 20 }, (_, n) => Math.log(n + 1)).reduce((a, b) => a + b),
      10,
    )
    // With nothing seen in 99 trials before and one trial now: 1 − (99/100)^½.
    expect(surprise(1, 1, 0, 99)).toBeCloseTo(1 - Math.sqrt(0.99), 12)
    expect(surprise(0, 10, 5, 100)).toBe(1)
    // A rate that is well known gives the Poisson distribution: 5 or more where 1 is expected.
    expect(surprise(5, 1e6, 1e9, 1e15)).toBeCloseTo(1 - Math.exp(-1) * (1 + 1 + 1 / 2 + 1 / 6 + 1 / 24), 6)
  })

  it('grows with what is not known of the past', () => {
    expect(surprise(5, 50, 1, 100)).toBeGreaterThan(surprise(5, 50, 100, 10_000))
  })
})

describe('bursts', () => {
  const row = (hour: number, calls: number, ending: EndingRow['ending'], code = 'none'): EndingRow => ({
    ...{ hour, calls, ending, code },
    tool: 'chat',
    provider: ending === 'refused' ? 'none' : 'openai',
  })
  const calm = Array.from({ length: 40 * 24 }, (_, hour) => FROM + hour * HOUR_MS).flatMap((hour, index) => [
    row(hour, 50, 'fine'),
    ...(index % 7 === 0 ? [row(hour, 1, 'troubled', 'provider_unavailable')] : []),
  ])
  const at = FROM + 35 * DAY_MS + 10 * HOUR_MS

  it('are told with their hours, figures and the code that was most frequent', () => {
    const burst = [0, 1, 2].flatMap((n) => [row(at + n * HOUR_MS, 12, 'troubled', 'provider_rate_limited')])
    const found = find({ endings: [...calm, ...burst], to: FROM + 40 * DAY_MS })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      kind: 'errors',
      about: { provider: 'openai' },
      since: at,
      until: at + 3 * HOUR_MS,
      figures: { errors: 12, most_frequent_code: 'provider_rate_limited' },
    })
  })

  it('of refusals are the tool’s', () => {
    const found = find({ endings: [...calm, row(at, 40, 'refused', 'model_not_allowed')], to: FROM + 40 * DAY_MS })
    expect(found.map(({ kind, about }) => [kind, about.tool])).toEqual([['refusals', 'chat']])
  })

  it('stay told while they last: what went wrong is no baseline', () => {
    const last = Array.from({ length: 20 * 24 }, (_, hour) => row(at + hour * HOUR_MS, 25, 'troubled', 'timeout'))
    const found = find({ endings: [...calm, ...last], to: at + 20 * DAY_MS })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ since: at, until: null })
  })

  it('are seldom raised by chance: hardly one in forty series of a year that only vary as chance does', {
    timeout: 120_000,
  }, () => {
    const chance = new Chance('chance', 'bursts')
    const endings = Array.from({ length: 40 }, (_, series) => series).flatMap((series) => {
      const share = 0.002 * (1 + series / 4)
      return Array.from({ length: 365 * 24 }, (_, hour): EndingRow[] => {
        const calls = 1 + chance.whole(0, 12)
        const troubled = Array.from({ length: calls }).filter(() => chance.isBelow(share)).length
        const base = { hour: FROM + hour * HOUR_MS, tool: 'chat', provider: `provider-${series}`, code: 'none' }
        const ok = { ...base, ending: 'fine' as const, calls: calls - troubled }
        return troubled === 0 ? [ok] : [ok, { ...base, ending: 'troubled' as const, calls: troubled }]
      }).flat()
    })
    expect(find({ endings, to: FROM + 365 * DAY_MS }).length).toBeLessThanOrEqual(1)
  })
})

describe('latency', () => {
  const chance = new Chance('latency', 'calls')
  const CELLS = [
    ['chat', 'gpt-4o'],
    ['chat', 'gpt-4o-mini'],
    ['tags', 'gpt-4o-mini'],
  ] as const
  /** Twenty calls of each cell a day; `slower` says how many times as long they take. */
  const speeds = (slower: (tool: string, model: string, day: number) => number): SpeedRow[] =>
    days(42).flatMap((day, index) =>
      CELLS.map(([tool, model]) => {
        const logs = Array.from({ length: 20 }, () => Math.log(chance.logNormal(800 * slower(tool, model, index), 0.5)))
        const sum = (values: number[]) => values.reduce((a, b) => a + b)
        return {
          ...{ day, tool, model, provider: 'openai', calls: 20 },
          logSum: sum(logs),
          logSquares: sum(logs.map((log) => log * log)),
        }
      }),
    )
  const told = (hints: readonly Hint[]) => hints.map(({ about, since }) => [about, (since - FROM) / DAY_MS])
  const of = (slower: Parameters<typeof speeds>[0]) => told(find({ speeds: speeds(slower), to: FROM + 42 * DAY_MS }))

  it('is told of the widest thing that is slow, and of that alone', () => {
    expect(of((_tool, _model, day) => (day === 35 ? 3 : 1))).toEqual([[{ provider: 'openai' }, 35]])
    expect(of((tool, model, day) => (day === 35 && model === 'gpt-4o' && tool === 'chat' ? 4 : 1))).toEqual([
      [{ provider: 'openai', model: 'gpt-4o' }, 35],
    ])
    expect(of((tool, _model, day) => (day === 35 && tool === 'tags' ? 4 : 1))).toEqual([[{ tool: 'tags' }, 35]])
  })

  it('is not told of a day that varies as days do, nor of a slow rise that the baseline follows', () => {
    expect(of(() => 1)).toEqual([])
    expect(of((_tool, _model, day) => 1 + day / 60)).toEqual([])
  })

  it('is not told of faster days', () => {
    expect(of((_tool, _model, day) => (day === 35 ? 0.2 : 1))).toEqual([])
  })
})

describe('spend', () => {
  const usage = (costOf: (day: number) => number): UsageRow[] =>
    days(84).map((day, index) => ({
      ...{ day, team: 'care', app: 'desk', tool: 'chat', feature: 'draft', model: 'gpt-4o', calls: 10, withPii: 0 },
      costUsd: costOf(index),
    }))
  const budget: HintBudget = {
    ...{ period: 'month', limitUsd: 330, limit: 'hard' },
    ...{ team: null, app: null, tool: 'chat', feature: null },
  }
  // 28 days of May, and June with ten dollars a day, or more from its fourth day on.
  const wavy = (day: number) => 10 + (day % 3)

  it('is told of before the budget is broken, with the forecast and its ends', () => {
    const rows = usage((day) => (day > 30 ? 25 : wavy(day)))
    const [hint, ...more] = find({ usage: rows, budgets: [{ ...budget, limitUsd: 450 }], to: FROM + 50 * DAY_MS })
    expect(more).toEqual([])
    expect(hint).toMatchObject({ kind: 'spend', about: { period: '2026-06-01', tool: 'chat' }, until: null })
    const figures = hint?.figures ?? {}
    const [low, expected, spent] = ['forecast_low_usd', 'forecast_usd', 'spent_usd'].map((name) =>
      Number(figures[name]),
    )
    expect(low).toBeGreaterThanOrEqual(450)
    expect(spent).toBeLessThan(450)
    expect(expected).toBeGreaterThan(low ?? 0)
  })

  it('is not told where the budget holds, nor of what another tool spends', () => {
    expect(find({ usage: usage(wavy), budgets: [{ ...budget, limitUsd: 380 }] })).toEqual([])
    expect(find({ usage: usage(() => 100), budgets: [{ ...budget, tool: 'other' }] })).toEqual([])
  })

  it('is told once a period', () => {
    const found = find({ usage: usage(() => 20), budgets: [budget] })
    expect(found.map(({ about }) => about.period)).toEqual(['2026-06-01', '2026-07-01'])
  })
})

describe('personal data', () => {
  const usage = (shareOf: (week: number) => number): UsageRow[] =>
    days(84).map((day, index) => ({
      ...{ day, team: 'care', app: 'desk', tool: 'chat', feature: 'draft', model: 'gpt-4o', calls: 40, costUsd: 0 },
      withPii: Math.round(40 * shareOf(Math.floor(index / 7))),
    }))
  const findings = days(84).flatMap((day) => [
    { day, tool: 'chat', entityType: 'EMAIL_ADDRESS', calls: 9 },
    { day, tool: 'chat', entityType: 'US_SSN', calls: 2 },
  ])
  const of = (shareOf: (week: number) => number) =>
    find({ usage: usage(shareOf), findings }).map(({ about, since, until }) => [
      about.types,
      (since - FROM) / (7 * DAY_MS),
      until === null ? null : (until - FROM) / (7 * DAY_MS),
    ])

  it('that people keep pasting is told, with its types, from the first of these weeks on', () => {
    expect(of((week) => (week < 2 ? 0.05 : 0.5))).toEqual([['EMAIL_ADDRESS, US_SSN', 2, null]])
    expect(of((week) => (week >= 2 && week < 8 ? 0.5 : 0.05))).toEqual([['EMAIL_ADDRESS, US_SSN', 2, 8]])
  })

  it('that people begin to paste is told while it is still rare', () => {
    expect(of((week) => (week < 7 ? 0.03 : 0.15))).toEqual([['EMAIL_ADDRESS, US_SSN', 7, null]])
  })

  it('is not told of one bad week, nor of a tool in which it stays rare', () => {
    expect(of((week) => (week === 6 ? 0.5 : 0.05))).toEqual([])
    expect(of(() => 0.2)).toEqual([])
  })
})
