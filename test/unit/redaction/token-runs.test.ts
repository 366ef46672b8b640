import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitRuns, digitsOf } from '../../../src/domain/redaction/digit-runs.ts'
import { capitals, matchesAt } from '../../../src/domain/redaction/names/capitals.ts'
import { matchesInTokens } from '../../../src/domain/redaction/token-runs.ts'

/** Shapes as recognisers have them: what they look for and what may not stand around it are units of tokens. */
const SHAPES = [
  /(?<![A-Za-z0-9_])[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9_])/g,
  /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={0,2}/g,
  /(?<![A-Za-z0-9])(?:0x)?(?:[0-9a-fA-F]{2}){8,}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9_.:=-])[A-Za-z0-9_.:=-]{20,}/g,
  /(?<![0-9A-Za-z:.-])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![0-9A-Za-z]|[:-][0-9A-Fa-f]{2})/g,
  /(?<![A-Za-z0-9])bc1[0-9A-Za-z]{8,87}(?![A-Za-z0-9])/g,
]
const textOf = (parts: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 })), { maxLength: 30 })
    .map((all) => all.join(''))

describe('what stands in runs of one kind of unit', () => {
  it('is found in the runs as in the whole text', () => {
    const texts = textOf([
      'ab',
      '12',
      'F0:',
      '9A',
      'bc1',
      '0x',
      '=',
      '==',
      '-',
      '.',
      '/',
      '+',
      '_',
      ' ',
      '\n',
      'ä',
      '"',
      'A1B2C3D4E5F6G7H8J',
    ])
    fc.assert(
      fc.property(texts, fc.constantFrom(...SHAPES), (text, shape) => {
        const found = [...matchesInTokens(text, shape)].map(({ index, 0: token }) => [index, token])
        expect(found).toEqual([...text.matchAll(shape)].map(({ index, 0: token }) => [index, token]))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['bc1qqqqqqqq', 5],
    ['A1B2C3D4E5F6G7H8J', 0],
    ['deadbeefdeadbeef', 2],
    ['F0:9A:F0:9A:F0:9A', 4],
  ])('is found where %s is all of a run', (token, shape) => {
    const pattern = SHAPES[shape] ?? /$^/g
    for (const text of [token, ` ${token}`, `ä${token}\n`, `${token} ${token}`]) {
      expect([...matchesInTokens(text, pattern)].map(({ index }) => index)).toEqual(
        [...text.matchAll(pattern)].map(({ index }) => index),
      )
      expect([...matchesInTokens(text, pattern)].length).toBeGreaterThan(0)
    }
  })

  it('is the digits of a stretch and no others', () => {
    fc.assert(
      fc.property(textOf(['1', '23', '٣', '４', ' ', '-', 'x']), fc.nat(60), fc.nat(60), (text, a, b) => {
        const from = Math.min(a, b, text.length)
        const to = Math.min(Math.max(a, b), text.length)
        const part = text.slice(from, to)
        expect(digitsOf(text, from, to)).toBe(part.replaceAll(/[^0-9]/g, ''))
        expect(digitRuns(text, from, to)).toEqual(
          [...part.matchAll(/[0-9]+/g)].map(({ index, 0: run }) => ({
            start: from + index,
            end: from + index + run.length,
          })),
        )
      }),
    )
  })
})

describe('names with a capital', () => {
  it('are found at capitals as in the whole text', () => {
    const source =
      "(?<=(?:^|\\n|Dear )[ \\t]{0,4})(\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}(?: \\p{Lu}[\\p{L}\\p{M}'’-]{0,24}){0,3})(?=[,\\n]|$)"
    fc.assert(
      fc.property(
        textOf(['Dear ', 'Ann', 'Łukasz', '𝒜nn', 'É', ' ', '\n', ',', 'lee', 'DEAR ', "O'Neil", '\ud835', '_', '1']),
        (text) => {
          const found = matchesAt(text, new RegExp(source, 'uy'), capitals(text)).map(({ index, 0: name }) => [
            index,
            name,
          ])
          expect(found).toEqual([...text.matchAll(new RegExp(source, 'gu'))].map(({ index, 0: name }) => [index, name]))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
