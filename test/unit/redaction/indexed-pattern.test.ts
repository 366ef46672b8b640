import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyMatch } from '../../../src/domain/redaction/patterns/every-match.ts'
import { indexed } from '../../../src/domain/redaction/patterns/indexed-pattern.ts'
import { lookBehindOf } from '../../../src/domain/redaction/patterns/look-behind.ts'

/** Each with something that a reader of patterns may get wrong, and pieces of texts that it may match. */
const PATTERNS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(?<![\p{L}\p{N}])(?:pass(?:port)?|n[°º.]|id)s?[ :]{1,3}/giu,
    ['pass', 'port', 'PASSPORT', 'n°', 'n.', 'id', 's', ':', ' '],
  ],
  [/sk/giu, ['s', '\u017f', '\u212a', 'k', 'K', 'S']],
  [/sk/gi, ['s', '\u017f', '\u212a', 'k', 'K', 'S']],
  [/(?:^|\n)[ \t]{0,3}\p{Lu}\w*/gu, ['\n', '\t', ' ', 'Ä', 'b', 'A', '\u{1d400}']],
  [/\p{L}\d/gu, ['\u{10400}', '\u{1d7d8}', 'x', '1', '\ud801', '\udc00']],
  [/[^a-z]x/g, ['\u{10400}', 'x', 'a', '\udc00', '-']],
  [/(?<![0-9])[0-9](?:[ .]{0,2}[0-9])*/g, ['1', '22', ' ', '.', 'a']],
  [/(?<![A-Za-z]|[0-9]-)[0-9]{1,2}-(?:jan|[a-z]{2})/gi, ['1', '-', 'jan', 'J', 'x', 'ab']],
  [/\b(?:a_?b|-c)\b/g, ['a', 'b', '_', '-', 'c', ' ']],
  [/\b_?a|b+c{2,}|d{0}ef?g*/g, ['_', 'a', 'b', 'bb', 'c', 'cc', 'd', 'e', 'f', 'g']],
  [/(?<=a)b(?=c)(?!cd)/g, ['a', 'b', 'c', 'd']],
  [/([ab])\1(?<x>c)\k<x>/g, ['a', 'b', 'c']],
  [/\u00e9[\x41-\x43]|\/\.-|[\]\\^-]{2}/g, ['é', 'A', 'B', '/', '.', '-', ']', '\\', '^']],
  [/.[\s\S]e/gs, ['\n', 'a', 'e', ' ']],
  [/^a|b$|^c\n./gm, ['a', 'b', 'c', '\n']],
  [/(?:a{1,40}|b)?(?:(?:c|d)?){0,2}e/g, ['a', 'b', 'c', 'd', 'e']],
]

describe('indexed patterns', () => {
  it.each(PATTERNS)('finds in any text what %s matches, in the same places', (pattern, pieces) => {
    const asIndexed = indexed(pattern)
    const texts = fc.array(fc.constantFrom(...pieces, ' ', 'z', '0'), { maxLength: 24 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const expected = Array.from(text.matchAll(pattern), (match) => [match.index, ...match])
        expect(Array.from(asIndexed.matchesIn(text), (match) => [match.index, ...match])).toEqual(expected)
        expect(asIndexed.isIn(text)).toBe(expected.length > 0)
        expect(Array.from(everyMatch(text, pattern), (match) => [match.index, ...match])).toEqual(expected)
      }),
      { numRuns: 400 },
    )
  })

  it('finds all of them where every place of a long text has their beginning', () => {
    const text = 'ab1'.repeat(2_000)
    expect(Array.from(indexed(/[a-z]{1,2}[0-9]/g).matchesIn(text))).toHaveLength(2_000)
    expect(Array.from(indexed(/[a-z0-9]/g).matchesIn(text))).toHaveLength(6_000)
  })

  it('keeps apart what is looked for in two texts by turns, also while one is being read', () => {
    const words = indexed(/(?<!\w)[ab]+/g)
    const seen: string[] = []
    for (const [first] of words.matchesIn('a aa b'))
      for (const [second] of words.matchesIn('bb a')) seen.push(first + second)
    expect(seen).toEqual(['abb', 'aa', 'aabb', 'aaa', 'bbb', 'ba'])
  })

  it.each([/a?/g, /(?=a)/g, /(a)?\1b/g])(
    'takes no pattern like %s, whose matches may begin with anything',
    (pattern) => {
      expect(() => indexed(pattern)).toThrow(RangeError)
    },
  )
})

describe('the look-behind of a pattern', () => {
  it.each([
    [/(?<=(?:by|[()\]|]) (?:\(x\) )?)([a-z]+)(?=;)/dgi, '(?:by|[()\\]|]) (?:\\(x\\) )?'],
    [/(?<=(?<!b)a{1,3})(?:b|c)/g, '(?<!b)a{1,3}'],
  ])('of %s stands in every text that it matches', (pattern, source) => {
    const before = lookBehindOf(pattern)
    expect(before?.source).toBe(source)
    const pieces = ['by', 'a', 'b', 'c', ' ', '(', ')', '|', ']', '(x) ', 'z', ';']
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const isMatched = text.search(pattern) >= 0
        expect(isMatched && text.search(before ?? /$^/) < 0).toBe(false)
      }),
    )
  })

  it.each([/(?<=a)b|c/g, /(?<!a)b/g, /(a)b/g])('is none of %s, which needs none', (pattern) => {
    expect(lookBehindOf(pattern)).toBeNull()
  })
})
