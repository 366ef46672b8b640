import { groupBy, joined, robustSpread, weightedMedian } from './statistics.ts'
import { DAY_MS, type Hint, type HintFacts, type SpeedRow, significant } from './types.ts'

const BASELINE_DAYS = 28
/** Calls of a cell in these days at least, and on the day that is judged. */
const LEAST_BASELINE_CALLS = 30
const LEAST_CALLS = 10
/** Days whose deviations say how much a level varies from day to day. */
const LEAST_DAYS = 10
const LEAST_RATIO = 1.5
/** Robust standard deviations: one day in some millions, where days vary as they did. */
const LEVEL = 5
/** Of a level's calls so many have to be in cells that are slower themselves: else it is one cell's matter. */
const BROAD_RATIO = 1.25
const BROAD_SHARE = 0.6
const GAP_MS = 3 * DAY_MS
/** The variance of a median against that of a mean of as many normal values. */
const MEDIAN_COST = Math.PI / 2

type Level = 'provider' | 'provider and model' | 'tool' | 'cell'
/** The widest first. */
const LEVELS: readonly Level[] = ['provider', 'provider and model', 'tool', 'cell']

/** A cell on one day against its own baseline, in natural logarithms. */
interface Deviation {
  row: SpeedRow
  cell: string
  excess: number
  variance: number
}

interface Slow {
  level: Level
  about: Record<string, string>
  since: number
  until: number
  calls: number
  ratio: number
  deviations: number
  baselineMs: number
}

/**
 * Latency that left its own baseline. A cell is what one tool asks of one model of one provider; its baseline is the weighted median
 * of its daily mean logarithms over four weeks, so that neither a bad day nor a shift between models moves it. Providers, models and
 * tools are judged by the sum over their cells, in units of what they varied by from day to day.
 */
export function latency({ speeds, to }: Pick<HintFacts, 'speeds' | 'to'>): Hint[] {
  const days = [...groupBy(speeds, ({ day }) => String(day))].sort((a, b) => Number(a[0]) - Number(b[0]))
  const history = new Map<string, SpeedRow[]>()
  const scores = new Map<string, { day: number; score: number }[]>()
  const slow: Slow[] = []
  for (const [text, rows] of days) {
    const day = Number(text)
    const deviations = rows.flatMap((row) => deviationOf(row, history.get(cellOf(row)) ?? []))
    const found = judgeDay(day, deviations, scores)
    slow.push(...found)
    for (const row of rows) {
      if (found.some(({ about }) => matches(row, about))) continue
      const kept = (history.get(cellOf(row)) ?? []).filter((one) => one.day >= day - BASELINE_DAYS * DAY_MS)
      history.set(cellOf(row), [...kept, row])
    }
  }
  return [...groupBy(slow, ({ about }) => JSON.stringify(about)).values()].flatMap((own) =>
    joined(own, GAP_MS).map(({ since, until, parts }) => hintOf(since, until, parts, to)),
  )
}

function cellOf({ tool, model, provider }: SpeedRow): string {
  return JSON.stringify([provider, model, tool])
}

function matches(row: SpeedRow, about: Readonly<Record<string, string>>): boolean {
  return Object.entries(about).every(([name, value]) => row[name as 'tool' | 'model' | 'provider'] === value)
}

function deviationOf(row: SpeedRow, history: readonly SpeedRow[]): Deviation[] {
  const past = history.filter(({ day }) => day >= row.day - BASELINE_DAYS * DAY_MS)
  const calls = past.reduce((sum, one) => sum + one.calls, 0)
  if (calls < LEAST_BASELINE_CALLS) return []
  const base = weightedMedian(past.map((one) => ({ value: one.logSum / one.calls, weight: one.calls })))
  const within = past.reduce((sum, one) => sum + one.logSquares - one.logSum ** 2 / one.calls, 0)
  const freedom = calls - past.length
  const spread = freedom > 0 ? Math.max(within / freedom, 1e-4) : 1
  const variance = spread * (row.calls + (MEDIAN_COST * row.calls ** 2) / calls)
  return [{ row, cell: cellOf(row), excess: row.logSum - row.calls * base, variance }]
}

/** Each level on one day; what a wider one explains is not told again. */
function judgeDay(
  day: number,
  deviations: readonly Deviation[],
  scores: Map<string, { day: number; score: number }[]>,
): Slow[] {
  const found: Slow[] = []
  for (const level of LEVELS) {
    for (const [key, cells] of groupBy(deviations, ({ row }) => JSON.stringify(aboutOf(level, row)))) {
      const [first] = cells as [Deviation]
      const about = aboutOf(level, first.row)
      const calls = sum(cells, ({ row }) => row.calls)
      const excess = sum(cells, (one) => one.excess)
      const score = excess / Math.sqrt(sum(cells, ({ variance }) => variance))
      const past = (scores.get(`${level} ${key}`) ?? []).filter((one) => one.day >= day - BASELINE_DAYS * DAY_MS)
      const varies = Math.max(1, past.length < LEAST_DAYS ? 1 : robustSpread(past.map((one) => one.score)))
      const ratio = Math.exp(excess / calls)
      const broad = sum(cells, (one) => (one.excess / one.row.calls >= Math.log(BROAD_RATIO) ? one.row.calls : 0))
      const isSlow =
        past.length >= LEAST_DAYS &&
        calls >= LEAST_CALLS &&
        score / varies >= LEVEL &&
        ratio >= LEAST_RATIO &&
        broad >= BROAD_SHARE * calls
      if (!isSlow) scores.set(`${level} ${key}`, [...past, { day, score }])
      else if (!cells.every(({ row }) => found.some((wider) => matches(row, wider.about)))) {
        const baselineMs = Math.exp((sum(cells, ({ row }) => row.logSum) - excess) / calls)
        found.push({
          level,
          about,
          since: day,
          until: day + DAY_MS,
          calls,
          ratio,
          deviations: score / varies,
          baselineMs,
        })
      }
    }
  }
  return found
}

function aboutOf(level: Level, { tool, model, provider }: SpeedRow): Record<string, string> {
  if (level === 'provider') return { provider }
  if (level === 'tool') return { tool }
  return level === 'cell' ? { provider, model, tool } : { provider, model }
}

function sum<T>(list: readonly T[], valueOf: (item: T) => number): number {
  return list.reduce((total, item) => total + valueOf(item), 0)
}

function hintOf(since: number, until: number, days: readonly Slow[], to: number): Hint {
  const [worst] = days.toSorted((a, b) => b.deviations - a.deviations) as [Slow]
  return {
    kind: 'latency',
    about: worst.about,
    since,
    until: until >= to ? null : until,
    figures: {
      days: days.length,
      calls: sum(days, ({ calls }) => calls),
      times_baseline: significant(worst.ratio, 3),
      baseline_geometric_mean_ms: Math.round(worst.baselineMs),
      robust_deviations: significant(worst.deviations, 3),
    },
    rule: `a day's mean logarithm of latency, ${LEVEL} robust standard deviations (of daily deviations, by their median distance from the median) and ${LEAST_RATIO} times above the weighted median of the ${BASELINE_DAYS} days before, over ${LEAST_CALLS} calls or more`,
    advice: adviceOf(worst.level),
  }
}

function adviceOf(level: Level): string {
  if (level === 'tool')
    return 'See what changed in this tool: longer prompts or answers. Streaming shows the first words sooner.'
  return "Compare with the provider's status page; if it lasts, route this model elsewhere or give it a fallback."
}
