import { createHash } from 'node:crypto'
import type { BenchmarkDetail } from '../../domain/benchmark/benchmark-entry.ts'
import { figuresOf, type ToldModel } from '../../domain/benchmark/figures.ts'
import type { RecordedCall } from '../../domain/benchmark/types.ts'

/** On the made-up benchmark the cheaper one equals the dearer one; the third does not. */
export const DEARER = 'gpt-4.1'
export const CHEAPER = 'gpt-4.1-mini'
const WORSE = 'claude-haiku-4-5'

const ITEMS = 240
/** Which items a model gets wrong, and what an answer of it costs and takes. */
const MODELS = [
  { model: DEARER, isWrong: (item: number) => item % 8 === 0, costUsd: '0.0031000000', latencyMs: 2_400 },
  {
    model: CHEAPER,
    isWrong: (item: number) => (item % 8 === 0 && item % 48 !== 0) || item % 60 === 1,
    costUsd: '0.0006200000',
    latencyMs: 1_500,
  },
  { model: WORSE, isWrong: (item: number) => item % 3 === 0, costUsd: '0.0005000000', latencyMs: 1_300 },
]

/** A made-up benchmark; its requests are nowhere. */
export function demoBenchmark(run: string): BenchmarkDetail {
  const calls = new Map<string, RecordedCall>()
  const told = MODELS.map(({ model, isWrong, costUsd, latencyMs }): ToldModel => {
    const common = { status: 'answered', tool: 'benchmark', feature: 'answer', modelAsked: model, modelAnswered: model }
    const answers = Array.from({ length: ITEMS }, (_, item) => {
      const id = `${model}/${item}`
      calls.set(id, { ...common, costUsd, latencyMs: latencyMs + 11 * ((item * 37) % 91) })
      const verdict = isWrong(item) ? ('wrong' as const) : ('correct' as const)
      return { item, verdict, doubt: null, requests: [id], judged: [] }
    })
    return { model, answers }
  })
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
  return {
    run,
    set: { sha256: digest('made up'), items: ITEMS },
    tool: 'benchmark',
    judge: null,
    answers_sha256: digest(JSON.stringify(told)),
    ...figuresOf(told, calls),
  }
}
