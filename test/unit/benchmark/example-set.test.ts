import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseSet } from '../../../src/domain/benchmark/parse-set.ts'
import { isCorrect } from '../../../src/domain/benchmark/score.ts'

const SET = readFileSync(new URL('../../../examples/benchmark/office.jsonl', import.meta.url), 'utf8')
/** What a right answer to a question with a pattern looks like. */
const RIGHT: Record<string, string> = {
  'lang-06': '東京',
  'lang-07': 'Quatre-vingt-un',
  'form-01': '12-25',
  'form-02': '#FFFFFF',
  'form-03': 'G-A-T-E-W-A-Y',
  'form-04': 'red green blue',
}

describe('the open set', () => {
  const { items, faults } = parseSet(SET)

  it('is whole, and asks of every kind', () => {
    expect(faults).toEqual([])
    expect(items?.length).toBeGreaterThanOrEqual(60)
    const kinds = new Set(items?.map(({ id }) => id.split('-')[0]))
    expect([...kinds].sort()).toEqual(['arith', 'extract', 'form', 'json', 'lang', 'reason'])
    expect(new Set(items?.map(({ score }) => score.by))).toEqual(new Set(['exact', 'number', 'json', 'regex']))
  })

  it('takes the right answer to each question, and not an empty or evasive one', () => {
    for (const { id, score } of items ?? []) {
      if (score.by === 'judge') throw new Error('the open set needs no judging model')
      const right =
        score.by === 'regex' ? RIGHT[id] : score.by === 'exact' ? score.expected : JSON.stringify(score.expected)
      expect(isCorrect(score, right ?? ''), `${id}: ${right}`).toBe(true)
      for (const wrong of ['', 'I cannot say.', '-77', '{"a": "b"}']) expect(isCorrect(score, wrong), id).toBe(false)
    }
  })
})
