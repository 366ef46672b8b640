import { formatUsd, parseDecimal, sumUsd } from '../cost/decimal.ts'
import { mcnemar, tango, wilson } from './intervals.ts'
import type { BenchmarkFigures, ModelFigures, PairFigures, RecordedCall, ToldAnswer } from './types.ts'

export interface ToldModel {
  model: string
  answers: readonly ToldAnswer[]
}

/** The figures of a run: verdicts as its answers tell them, cost and latency as the ledger has them. */
export function figuresOf(models: readonly ToldModel[], calls: ReadonlyMap<string, RecordedCall>): BenchmarkFigures {
  const correct = models.map(
    ({ answers }) => new Set(answers.filter(({ verdict }) => verdict === 'correct').map(({ item }) => item)),
  )
  const items = models[0]?.answers.length ?? 0
  const pairs = models.flatMap((a, first) =>
    models.slice(first + 1).map((b, after) => {
      const [ofA, ofB] = [correct[first], correct[first + 1 + after]] as [Set<number>, Set<number>]
      return pairOf(a.model, b.model, items, ofA, ofB)
    }),
  )
  return { models: models.map((model) => modelOf(model, calls)), pairs }
}

function modelOf({ model, answers }: ToldModel, calls: ReadonlyMap<string, RecordedCall>): ModelFigures {
  const count = (verdict: ToldAnswer['verdict']) => answers.filter((answer) => answer.verdict === verdict).length
  const found = (ids: readonly string[]) => ids.flatMap((id) => calls.get(id) ?? [])
  const [correct, errors] = [count('correct'), count('error')]
  const deciding = answers
    .filter(({ verdict }) => verdict !== 'error')
    .flatMap(({ requests }) => found(requests.slice(-1)))
  const latencies = deciding.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs])).sort((a, b) => a - b)
  const cost = costOf(answers.flatMap(({ requests }) => found(requests)))
  const { low, high } = wilson(correct, answers.length)
  return {
    model,
    answered_by: [...new Set(deciding.flatMap(({ modelAnswered }) => modelAnswered ?? []))].sort(),
    items: answers.length,
    correct,
    wrong: count('wrong'),
    undecided: count('undecided'),
    errors,
    accuracy: rounded(answers.length === 0 ? 0 : correct / answers.length),
    low: rounded(low),
    high: rounded(high),
    cost_usd: cost,
    cost_per_answer_usd: shareOf(cost, answers.length - errors),
    cost_per_correct_usd: shareOf(cost, correct),
    latency_median_ms: quantile(latencies, 0.5),
    latency_p95_ms: quantile(latencies, 0.95),
    judge_requests: answers.reduce((sum, { judged }) => sum + judged.length, 0),
    judge_cost_usd: costOf(answers.flatMap(({ judged }) => found(judged))),
    judge_disagreements: answers.filter(({ doubt }) => doubt === 'disagreement').length,
    judge_invalid: answers.filter(({ doubt }) => doubt === 'invalid').length,
  }
}

function pairOf(a: string, b: string, items: number, ofA: Set<number>, ofB: Set<number>): PairFigures {
  const both = [...ofA].filter((item) => ofB.has(item)).length
  const [onlyA, onlyB] = [ofA.size - both, ofB.size - both]
  return {
    a,
    b,
    both,
    only_a: onlyA,
    only_b: onlyB,
    neither: items - both - onlyA - onlyB,
    ...compared(onlyA, onlyB, items),
  }
}

function compared(onlyA: number, onlyB: number, items: number): Pick<PairFigures, 'difference' | 'low' | 'high' | 'p'> {
  const { low, high } = tango(onlyA, onlyB, items)
  const difference = items === 0 ? 0 : (onlyA - onlyB) / items
  return { difference: rounded(difference), low: rounded(low), high: rounded(high), p: rounded(mcnemar(onlyA, onlyB)) }
}

function costOf(calls: readonly RecordedCall[]): string {
  return sumUsd(calls.flatMap(({ costUsd }) => costUsd ?? []))
}

/** An amount over a count, rounded half up; null: there is nothing to divide by. */
export function shareOf(usd: string, count: number): string | null {
  if (count <= 0) return null
  const { units, scale } = parseDecimal(usd)
  const by = BigInt(count)
  return formatUsd({ units: (2n * units + by) / (2n * by), scale })
}

/** The value at a share of a sorted list, the nearest rank; null: there is none. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

/** To six places: figures are shown, not computed with. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 || 0
}
