import type { BenchmarkDetail } from '../benchmark/benchmark-entry.ts'
import { tango, Z_90 } from '../benchmark/intervals.ts'
import { DAY_MS, dayText, type Hint, type HintBenchmark, type HintFacts, significant } from './types.ts'

/** Points of accuracy that a cheaper model may be worse by and still count as equal. */
const MARGIN = 0.05
const LEAST_ITEMS = 50
const MOST_COST_SHARE = 0.8
const MOST_ERRORS = 0.02
const BENCHMARK_DAYS = 180
const USED_DAYS = 30

type Pair = HintBenchmark['pairs'][number]
type Model = HintBenchmark['models'][number]

/** A benchmark as hints read it. @param at milliseconds since the Unix epoch. */
export function hintBenchmark(id: string, at: number, detail: BenchmarkDetail): HintBenchmark {
  return {
    id,
    at,
    setSha256: detail.set.sha256,
    models: detail.models.map((one) => ({
      model: one.model,
      answeredBy: one.answered_by,
      items: one.items,
      errors: one.errors,
      costPerAnswerUsd: one.cost_per_answer_usd === null ? null : Number(one.cost_per_answer_usd),
    })),
    pairs: detail.pairs.map(({ a, b, both, only_a: onlyA, only_b: onlyB, neither }) => ({
      a,
      b,
      both,
      onlyA,
      onlyB,
      neither,
    })),
  }
}

/** Models in use that a cheaper one equals on a benchmark: not worse by five points, shown by the paired interval. */
export function models({ benchmarks, usage, to }: Pick<HintFacts, 'benchmarks' | 'usage' | 'to'>): Hint[] {
  const newest = new Map<string, { benchmark: HintBenchmark; pair: Pair }>()
  for (const benchmark of [...benchmarks].sort((a, b) => a.at - b.at)) {
    if (benchmark.at >= to || benchmark.at < to - BENCHMARK_DAYS * DAY_MS) continue
    for (const pair of benchmark.pairs) {
      newest.set(JSON.stringify([benchmark.setSha256, ...[pair.a, pair.b].sort()]), { benchmark, pair })
    }
  }
  return [...newest.values()].flatMap(({ benchmark, pair }) => hintOf(benchmark, pair, usage, to))
}

function hintOf(benchmark: HintBenchmark, pair: Pair, usage: HintFacts['usage'], to: number): Hint[] {
  const [a, b] = [pair.a, pair.b].map((name) => benchmark.models.find(({ model }) => model === name))
  if (!a || !b || a.costPerAnswerUsd === null || b.costPerAnswerUsd === null) return []
  const isFirstCheap = a.costPerAnswerUsd < b.costPerAnswerUsd
  const [cheap, dear] = (isFirstCheap ? [a, b] : [b, a]) as [Model, Model]
  const [onlyCheap, onlyDear] = isFirstCheap ? [pair.onlyA, pair.onlyB] : [pair.onlyB, pair.onlyA]
  const items = pair.both + pair.onlyA + pair.onlyB + pair.neither
  const { low, high } = tango(onlyCheap, onlyDear, items, Z_90)
  const share = (cheap.costPerAnswerUsd ?? 0) / (dear.costPerAnswerUsd ?? 1)
  const names = new Set([dear.model, ...dear.answeredBy])
  const used = usage.filter(({ day, model }) => day >= to - USED_DAYS * DAY_MS && names.has(model))
  const calls = used.reduce((sum, row) => sum + row.calls, 0)
  const isEqual =
    items >= LEAST_ITEMS && low > -MARGIN && share <= MOST_COST_SHARE && cheap.errors <= MOST_ERRORS * items
  if (!isEqual || calls === 0) return []
  const cost = used.reduce((sum, row) => sum + row.costUsd, 0)
  return [
    {
      kind: 'models',
      about: { model: dear.model, cheaper: cheap.model, benchmark: benchmark.id },
      since: benchmark.at,
      until: null,
      figures: {
        items,
        right_only_by_cheaper: onlyCheap,
        right_only_by_dearer: onlyDear,
        difference: significant((onlyCheap - onlyDear) / items, 3),
        difference_low: significant(low, 3),
        difference_high: significant(high, 3),
        cost_share: significant(share, 3),
        [`calls_in_${USED_DAYS}_days`]: calls,
        [`cost_in_${USED_DAYS}_days_usd`]: cost.toFixed(2),
        benchmarked: dayText(benchmark.at),
      },
      rule: `${LEAST_ITEMS} items or more, the cheaper model costs ${100 * MOST_COST_SHARE} % at most, and the lower end of Tango's 90 % interval for the paired difference is above −${100 * MARGIN} points (one-sided 5 %)`,
      advice:
        'Try the cheaper model in one tool whose questions are like those of the benchmark, and run the benchmark on questions of your own first.',
    },
  ]
}
