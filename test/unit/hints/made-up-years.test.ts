import { describe, expect, it } from 'vitest'
import { demoBenchmark } from '../../../src/demo/data/demo-benchmark.ts'
import { benchmarkedAt, plantedIn } from '../../../src/demo/data/planted.ts'
import { findHints } from '../../../src/domain/hints/find-hints.ts'
import { hintBenchmark } from '../../../src/domain/hints/models.ts'
import type { Hint, HintBudget, HintFacts } from '../../../src/domain/hints/types.ts'
import { madeUpYear } from '../../support/hints/made-up-year.ts'
import { byMonth, isAbout } from '../../support/hints/planted.ts'

const YEAR = { entries: 100_000, days: 365, untilMs: Date.UTC(2026, 10, 1) }
const SEEDS = ['palimpsest', 'one', 'two']

const TENANT: HintBudget = {
  ...{ period: 'month', limitUsd: 0, limit: 'hard' },
  ...{ team: null, app: null, tool: null, feature: null },
}

/** Every tool, and the tenant, has a month's budget a fifth above its dearest month in a year in which nothing went wrong. */
function budgetsOf(quiet: HintFacts): HintBudget[] {
  const tools = [...new Set(quiet.usage.map(({ tool }) => tool))]
  return [null, ...tools].map((tool) => {
    const months = new Map<string, number>()
    for (const row of quiet.usage) {
      const month = new Date(row.day).toISOString().slice(0, 7)
      if (tool === null || row.tool === tool) months.set(month, (months.get(month) ?? 0) + row.costUsd)
    }
    return { ...TENANT, tool, limitUsd: 1.2 * Math.max(...months.values()) }
  })
}

const years = new Map<string, ReturnType<typeof madeUpYear>>()
function yearOf(seed: string): ReturnType<typeof madeUpYear> {
  const made = years.get(seed) ?? madeUpYear({ ...YEAR, seed })
  years.set(seed, made)
  return made
}

describe('hints on made-up years of a hundred thousand calls', { timeout: 300_000 }, () => {
  it.each(SEEDS)('finds every incident that was planted, and at most one false hint a month (seed %s)', (seed) => {
    const quiet = madeUpYear({ ...YEAR, seed, quiet: true })
    const budgets = budgetsOf(quiet.facts)
    const { year, facts } = yearOf(seed)
    const planted = plantedIn(year)
    const benchmarks = [hintBenchmark('0190b5a4-0000-7000-8000-000000000000', benchmarkedAt(year), demoBenchmark('x'))]
    const hints = findHints({ ...facts, budgets, benchmarks })
    // The tool's loop breaks the tenant's own budget too, where it is dear enough.
    const surge = planted.find(({ kind }) => kind === 'spend')
    const isTrue = (hint: Hint) =>
      planted.some((one) => isAbout(hint, one)) || (surge !== undefined && isAbout(hint, { ...surge, about: {} }))
    const missed = planted.filter((one) => !hints.some((hint) => isAbout(hint, one)))
    expect(missed).toEqual([])
    const untrue = hints.filter((hint) => !isTrue(hint))
    expect(
      [...byMonth(untrue)].filter(([, count]) => count > 1),
      JSON.stringify(untrue),
    ).toEqual([])
    // Where nothing went wrong there is nothing but what people keep pasting.
    const calm = findHints({ ...quiet.facts, budgets })
    const standing = plantedIn(quiet.year)
    const alarms = calm.filter((hint) => !standing.some((one) => isAbout(hint, one)))
    expect(
      [...byMonth(alarms)].filter(([, count]) => count > 1),
      JSON.stringify(alarms),
    ).toEqual([])
    expect(untrue.length + alarms.length).toBeLessThanOrEqual(4)
  })

  it('says of each hint on what figures it rests, since when, by which rule, and what to do', () => {
    const { facts } = yearOf('palimpsest')
    for (const hint of findHints({ ...facts, budgets: [{ ...TENANT, limitUsd: 50 }] })) {
      expect(hint.since).toBeGreaterThanOrEqual(facts.from)
      expect(hint.until === null || (hint.until > hint.since && hint.until <= facts.to)).toBe(true)
      expect(Object.keys(hint.figures).length).toBeGreaterThan(3)
      for (const value of Object.values(hint.figures))
        expect(typeof value === 'string' || Number.isFinite(value)).toBe(true)
      expect(hint.rule).toMatch(/\d/)
      expect(hint.advice.length).toBeGreaterThan(20)
    }
  })

  it('calls a cheaper model equal only where the pairs show it', () => {
    const { facts } = madeUpYear({ ...YEAR, entries: 5_000, seed: 'palimpsest' })
    const at = facts.to - 86_400_000
    const kept = hintBenchmark('a', at, demoBenchmark('x'))
    const told = (change: (pair: (typeof kept.pairs)[number]) => object) =>
      findHints({
        ...facts,
        benchmarks: [{ ...kept, pairs: kept.pairs.map((pair) => ({ ...pair, ...change(pair) })) }],
      })
        .filter(({ kind }) => kind === 'models')
        .map(({ about }) => `${about.cheaper} for ${about.model}`)
    expect(told(() => ({}))).toEqual(['gpt-4.1-mini for gpt-4.1'])
    // As alike as before, on so few items that it shows nothing.
    expect(told(() => ({ both: 20, onlyA: 1, onlyB: 1, neither: 3 }))).toEqual([])
    expect(told(() => ({ both: 100, onlyA: 25, onlyB: 10, neither: 65 }))).toEqual([])
    // Nobody uses the dearer one, or the benchmark is old.
    expect(findHints({ ...facts, usage: [], benchmarks: [kept] })).toEqual(findHints({ ...facts, usage: [] }))
    const old = { ...kept, at: facts.to - 200 * 86_400_000 }
    expect(findHints({ ...facts, benchmarks: [old] }).some(({ kind }) => kind === 'models')).toBe(false)
  })

  it('judges each moment by what came before it: a shorter reading gives the same hints of its time', () => {
    const { year, facts } = yearOf('palimpsest')
    const to = Date.UTC(2026, 5, 20)
    const until = <T extends { day: number }>(rows: readonly T[]) => rows.filter(({ day }) => day < to)
    const cut: HintFacts = {
      ...facts,
      to,
      usage: until(facts.usage),
      speeds: until(facts.speeds),
      findings: until(facts.findings),
      endings: facts.endings.filter(({ hour }) => hour < to),
    }
    const brief = ({ kind, about, since }: Hint) =>
      JSON.stringify([kind, kind === 'personal_data' ? about.tool : about, since])
    const whole = findHints(facts).filter(({ since }) => since < to)
    expect(findHints(cut).map(brief).sort()).toEqual(whole.map(brief).sort())
    expect(whole.length).toBeGreaterThan(6)
    expect(year.days).toBe(365)
  })

  it('says nothing of providers where calls stay in the house', () => {
    const { facts } = madeUpYear({ ...YEAR, entries: 30_000, seed: 'eu', region: 'eu' })
    const about = findHints(facts).map(({ about: { provider } }) => provider)
    expect(about).not.toContain('openai')
    expect(about).not.toContain('anthropic')
  })
})
