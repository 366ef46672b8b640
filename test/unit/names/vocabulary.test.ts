import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVocabulary, MAX_PIECES } from '../../../src/domain/redaction/names/vocabulary.ts'

/** The longest piece first, one string after the other. */
function cutSlowly(pieces: readonly string[], word: string): number[] {
  const found: number[] = []
  for (let start = 0; start < word.length && found.length < MAX_PIECES; ) {
    let end = word.length
    while (end > start && !pieces.includes((start === 0 ? '' : '##') + word.slice(start, end), 2)) end -= 1
    if (end === start) return [1]
    found.push(pieces.indexOf((start === 0 ? '' : '##') + word.slice(start, end), 2))
    start = end
  }
  return found.length === 0 ? [1] : found
}

describe('The pieces of a word', () => {
  it('are the longest that there are, whatever the vocabulary, and those inside of a word are others than at its start', () => {
    const piece = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', '\u00df', '\ud835', '\udc00', 'z'), {
      minLength: 1,
      maxLength: 4,
    })
    const some = fc.tuple(piece, fc.boolean()).map(([parts, isInner]) => (isInner ? '##' : '') + parts.join(''))
    const words = fc.array(fc.constantFrom('a', 'b', 'c', '\u00df', '\ud835', 'z'), { maxLength: 12 })
    fc.assert(
      fc.property(fc.uniqueArray(some, { maxLength: 40 }), words, (own, letters) => {
        const pieces = ['[PAD]', '[UNK]', ...own]
        const vocabulary = createVocabulary(pieces)
        const word = letters.join('')
        expect(vocabulary.piecesOf(word)).toEqual(cutSlowly(pieces, word))
        expect(vocabulary.holds(word)).toBe(own.includes(word))
      }),
      { numRuns: 500 },
    )
  })

  it('are those of its small letters without accents; it is held in any case', () => {
    const vocabulary = createVocabulary(['[PAD]', '[UNK]', 'jose', '##lito', 'é'])
    expect(vocabulary.piecesOf('JoséLITO')).toEqual([2, 3])
    expect(vocabulary.holds('JOSE')).toBe(true)
    expect(vocabulary.holds('[PAD]')).toBe(false)
    expect(vocabulary.piecesOf('')).toEqual([1])
  })
})
