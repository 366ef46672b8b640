import { createHash } from 'node:crypto'
import { JUDGEMENTS, judgeMessages, readJudgement, verdictOf } from '../../domain/benchmark/judge.ts'
import { isCorrect } from '../../domain/benchmark/score.ts'
import type { BenchmarkItem, ToldAnswer } from '../../domain/benchmark/types.ts'
import type { Target } from '../ask-gateway.ts'
import { type Asked, askModel } from './ask-model.ts'
import type { Journal, JournalLine } from './journal.ts'

export interface SetRun {
  target: Target
  items: readonly BenchmarkItem[]
  journal: Journal
  /** Questions in flight at most. */
  concurrency: number
  /** Told how many answers there are, of how many. */
  onProgress(done: number, all: number): void
}

/** Asks what is not answered yet, item by item over all models. Gives every answer, those of an earlier start too. */
export async function runSet({ target, items, journal, concurrency, onProgress }: SetRun): Promise<JournalLine[]> {
  const { head } = journal
  const lines = [...journal.done]
  const known = new Set(lines.map(({ model, item }) => JSON.stringify([model, item])))
  const work = items.flatMap((item, index) =>
    head.models.filter((model) => !known.has(JSON.stringify([model, index]))).map((model) => ({ model, item, index })),
  )
  const all = items.length * head.models.length
  onProgress(lines.length, all)
  const next = work.values()
  const worker = async () => {
    for (const { model, item, index } of next) {
      const line = { model, ...(await answerOf(target, journal, model, item, index)) }
      journal.append(line)
      lines.push(line)
      onProgress(lines.length, all)
    }
  }
  await allOrFirstFault(Array.from({ length: concurrency }, worker))
  return lines
}

/** Waits for all, so that what is under way is written down, and then throws what the first one threw. */
async function allOrFirstFault(workers: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(workers)
  const failed = ended.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
  if (failed) throw failed.reason
}

async function answerOf(
  target: Target,
  { head }: Journal,
  model: string,
  item: BenchmarkItem,
  index: number,
): Promise<ToldAnswer & { code: string | null }> {
  const { messages, maxTokens, score } = item
  const keyOf = (purpose: string) => (attempt: number) => keyFor([head.run, model, item.id, purpose, attempt])
  const { tool } = head
  const asked = await askModel(target, { model, messages, maxTokens, tool, feature: 'answer', keyOf: keyOf('answer') })
  const base = { item: index, doubt: null, requests: asked.requests, judged: [], code: null }
  if (asked.state === 'error') return { ...base, verdict: 'error', code: asked.code }
  if (score.by !== 'judge') return { ...base, verdict: isCorrect(score, asked.text) ? 'correct' : 'wrong' }
  const question = messages.map(({ content }) => content).join('\n\n')
  const judgements: Asked[] = []
  for (let turn = 0; turn < JUDGEMENTS; turn++) {
    const about = judgeMessages({ question, reference: score.expected, answer: asked.text }, turn)
    const judge = { model: head.judge ?? '', messages: about, maxTokens: null, tool, feature: 'judge' }
    judgements.push(await askModel(target, { ...judge, keyOf: keyOf(`judge ${turn}`) }))
  }
  const read = judgements.map((one) => (one.state === 'answered' ? readJudgement(one.text) : null))
  return { ...base, ...verdictOf(read), judged: judgements.flatMap(({ requests }) => requests) }
}

/** The same question of the same run has the same key, whoever asks it again. */
function keyFor(parts: readonly (string | number)[]): string {
  return `benchmark-${createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('hex')}`
}
