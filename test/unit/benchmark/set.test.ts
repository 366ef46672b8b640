import { describe, expect, it } from 'vitest'
import { figuresOf, shareOf } from '../../../src/domain/benchmark/figures.ts'
import { parseSet } from '../../../src/domain/benchmark/parse-set.ts'
import type { RecordedCall, ToldAnswer } from '../../../src/domain/benchmark/types.ts'

const line = (more: object) => JSON.stringify({ id: 'a', question: 'q', expected: 'x', ...more })

describe('a benchmark set', () => {
  it('is read as JSON Lines, with question or messages', () => {
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
    ]
    const text = `\uFEFF${line({})}\r\n\n${JSON.stringify({ id: 'b', messages, score: 'number', expected: 4, tolerance: 0.5, max_tokens: 9 })}\n`
    expect(parseSet(text).items).toEqual([
      {
        id: 'a',
        messages: [{ role: 'user', content: 'q' }],
        score: { by: 'exact', expected: 'x', ignoreCase: false },
        maxTokens: null,
      },
      { id: 'b', messages, score: { by: 'number', expected: 4, tolerance: 0.5 }, maxTokens: 9 },
    ])
  })

  it('is refused as a whole where a line is no item, each such line named', () => {
    const broken = [
      '{"id": "a", ',
      '[]',
      line({ id: '' }),
      line({ question: undefined }),
      line({ messages: [{ role: 'user', content: 'u' }] }),
      line({ question: undefined, messages: [{ role: 'tool', content: 'u' }] }),
      line({ score: 'closest' }),
      line({ expected: undefined }),
      line({ score: 'number' }),
      line({ score: 'number', expected: 1, tolerance: -1 }),
      line({ tolerance: 1 }),
      line({ score: 'regex', expected: '(?=a)' }),
      line({ score: 'regex', expected: '(' }),
      line({ expectd: 'x' }),
      line({ max_tokens: 0 }),
      line({ question: '\ud800' }),
    ]
    for (const one of broken) {
      expect(parseSet(`${line({ id: 'first' })}\n${one}\n${line({ id: 'last' })}`), one).toEqual({
        items: null,
        faults: [{ line: 2, what: expect.stringMatching(/.{10,}/) }],
      })
    }
    const twice = parseSet([line({}), '{', line({})].join('\n'))
    expect(twice.faults.map((fault) => fault.line)).toEqual([2, 3])
    expect(parseSet('\n \n').faults).toHaveLength(1)
  })
})

describe('figures of a run', () => {
  const answer = (item: number, verdict: ToldAnswer['verdict'], more: Partial<ToldAnswer> = {}): ToldAnswer => ({
    item,
    verdict,
    doubt: null,
    requests: [],
    judged: [],
    ...more,
  })
  const call = (costUsd: string | null, latencyMs: number | null): RecordedCall => ({
    status: 'answered',
    tool: 'benchmark',
    feature: null,
    modelAsked: 'm',
    modelAnswered: 'm-1',
    costUsd,
    latencyMs,
  })

  it('counts cost of every request, failed ones too, and latency of those that decided', () => {
    const calls = new Map([
      ['r1', call('0.0000000100', 9_000)],
      ['r2', call('0.0000000200', 100)],
      ['r3', call('0.0000000300', 300)],
      ['j1', call('0.0000000010', 50)],
    ])
    const answers = [
      answer(0, 'correct', { requests: ['r1', 'r2'] }),
      answer(1, 'wrong', { requests: ['r3'] }),
      answer(2, 'undecided', { doubt: 'disagreement', judged: ['j1'] }),
      answer(3, 'error'),
    ]
    const { models, pairs } = figuresOf(
      [
        { model: 'm', answers },
        { model: 'n', answers: answers.toReversed() },
      ],
      calls,
    )
    expect(models[0]).toMatchObject({
      answered_by: ['m-1'],
      items: 4,
      correct: 1,
      wrong: 1,
      undecided: 1,
      errors: 1,
      accuracy: 0.25,
      cost_usd: '0.0000000600',
      cost_per_answer_usd: '0.0000000200',
      cost_per_correct_usd: '0.0000000600',
      latency_median_ms: 100,
      latency_p95_ms: 300,
      judge_requests: 1,
      judge_cost_usd: '0.0000000010',
      judge_disagreements: 1,
      judge_invalid: 0,
    })
    expect(pairs).toEqual([
      expect.objectContaining({ a: 'm', b: 'n', both: 1, only_a: 0, only_b: 0, neither: 3, p: 1 }),
    ])
  })

  it('pairs models by item, not by the order in which they answered', () => {
    const a = [answer(0, 'correct'), answer(1, 'correct'), answer(2, 'wrong')]
    const b = [answer(2, 'correct'), answer(1, 'correct'), answer(0, 'error')]
    const [pair] = figuresOf(
      [
        { model: 'a', answers: a },
        { model: 'b', answers: b },
      ],
      new Map(),
    ).pairs
    expect(pair).toMatchObject({ both: 1, only_a: 1, only_b: 1, neither: 0, difference: 0 })
  })

  it('divides money exactly, half up, and never by nothing', () => {
    expect(shareOf('0.0000000001', 2)).toBe('0.0000000001')
    expect(shareOf('1.0000000000', 3)).toBe('0.3333333333')
    expect(shareOf('1.0000000000', 0)).toBeNull()
  })
})
