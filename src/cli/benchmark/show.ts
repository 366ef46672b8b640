import type { ModelFigures, PairFigures } from '../../domain/benchmark/types.ts'

/** What `POST /v1/benchmarks` answers. */
export interface RecordedBenchmark {
  id: string
  run: string
  set: { sha256: string; items: number }
  tool: string
  judge: string | null
  models: ModelFigures[]
  pairs: PairFigures[]
}

/** The table of a benchmark, as lines. */
export function tableLines({ models, pairs, judge }: RecordedBenchmark): string[] {
  const head = ['model', 'accuracy', '95 %', 'correct', 'errors', 'USD/answer', 'USD/correct', 'median', 'p95']
  const rows = models.map((model) => [
    model.model,
    percent(model.accuracy),
    `${percent(model.low)} to ${percent(model.high)}`,
    `${model.correct}/${model.items}`,
    String(model.errors),
    usd(model.cost_per_answer_usd),
    usd(model.cost_per_correct_usd),
    milliseconds(model.latency_median_ms),
    milliseconds(model.latency_p95_ms),
  ])
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => (row[at] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  const doubts = models
    .filter((model) => model.judge_requests > 0)
    .map(
      (model) =>
        `${judge} judged ${model.model} by ${model.judge_requests} requests (${usd(model.judge_cost_usd)} USD): ` +
        `${model.judge_disagreements} items it judged both ways, ${model.judge_invalid} without a verdict; they count as not correct.`,
    )
  return [line(head), ...rows.map(line), ...doubts, ...pairs.map(pairLine)]
}

function pairLine({ a, b, only_a: onlyA, only_b: onlyB, difference, low, high, p }: PairFigures): string {
  const points = (value: number) => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`
  return `${a} against ${b}: ${points(difference)} points (95 %: ${points(low)} to ${points(high)}), ${onlyA} right only by the first, ${onlyB} only by the second, p = ${p.toPrecision(2)}`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function usd(amount: string | null): string {
  return amount === null ? 'none' : amount.replace(/0{1,6}$/, '')
}

function milliseconds(value: number | null): string {
  return value === null ? 'none' : `${value} ms`
}
