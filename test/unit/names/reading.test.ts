import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSpans } from '../../../src/domain/redaction/names/decode-spans.ts'
import { splitWords } from '../../../src/domain/redaction/names/split-words.ts'
import { createVocabulary } from '../../../src/domain/redaction/names/vocabulary.ts'
import { wordFeatures } from '../../../src/domain/redaction/names/word-features.ts'

interface Vectors {
  vocabulary: string[]
  cases: {
    text: string
    words: { start: number; end: number; gap: number; pieces: number[]; grams: number[]; shape: number }[]
  }[]
  paths: {
    text: string
    outsideWeight: number
    probabilities: number[]
    spans: { start: number; end: number; entityType: string; score: number }[]
  }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'))
const anyText = fc.string({ unit: 'binary', maxLength: 200 })

describe('what the name model reads', () => {
  it.each(vectors.cases)('is the same as in training: $text', ({ text, words }) => {
    const vocabulary = createVocabulary(vectors.vocabulary)
    const read = splitWords(text).map((word) => ({
      ...word,
      ...wordFeatures(vocabulary, text.slice(word.start, word.end)),
    }))
    expect(read).toEqual(words)
  })

  it('covers every character that is no white space, once and in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let at = 0
        for (const { start, end } of splitWords(text)) {
          expect(text.slice(at, start).trim()).toBe('')
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(text.slice(at).trim()).toBe('')
      }),
    )
  })

  it('takes unpaired surrogates and gives features inside the tables', () => {
    const vocabulary = createVocabulary(vectors.vocabulary)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units)
        for (const { start, end } of splitWords(text)) {
          const { pieces, grams, shape } = wordFeatures(vocabulary, text.slice(start, end))
          expect(pieces.every((id) => id > 0 && id < vocabulary.size)).toBe(true)
          expect(grams.length > 0 && grams.length <= 24 && grams.every((id) => id > 0 && id < 16_384)).toBe(true)
          expect(shape).toBeGreaterThan(0)
        }
      }),
    )
  })
})

describe('spans', () => {
  it.each(vectors.paths)('are the same as in training: $text', ({ text, outsideWeight, probabilities, spans }) => {
    const found = decodeSpans(splitWords(text), Float32Array.from(probabilities), outsideWeight)
    expect(found.map(({ score: _, ...span }) => span)).toEqual(spans.map(({ score: _, ...span }) => span))
    for (const [i, span] of found.entries()) expect(span.score).toBeCloseTo(spans[i]?.score ?? -1, 4)
  })

  it('never overlap, whatever the net says', () => {
    const tags = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(tags, { maxLength: 20 }), (rows) => {
        const text = rows.map(() => 'w').join(' ')
        const found = decodeSpans(splitWords(text), Float32Array.from(rows.flat()), 0.5)
        let at = 0
        for (const { start, end } of found) {
          expect(start).toBeGreaterThanOrEqual(at)
          expect(end).toBeGreaterThan(start)
          at = end
        }
      }),
    )
  })
})
