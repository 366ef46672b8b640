import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeIdentifiers,
  IDENTIFIER_TAGS,
  type IdentifierSpan,
} from '../../../src/domain/redaction/names/decode-identifiers.ts'
import { splitWords } from '../../../src/domain/redaction/names/split-words.ts'
import { identifiersInContext } from '../../../src/domain/redaction/persons/identifiers-in-context.ts'

/** What the model may say: for each word of a text the share of one tag; the rest is outside. */
function said(text: string, shares: readonly (readonly [tag: string, share: number])[]): IdentifierSpan[] {
  const words = splitWords(text)
  const rows = new Float32Array(words.length * IDENTIFIER_TAGS.length)
  for (const [i, [tag, share]] of shares.entries()) {
    rows[i * IDENTIFIER_TAGS.length + IDENTIFIER_TAGS.indexOf(tag)] = share
    if (tag !== 'O') rows[i * IDENTIFIER_TAGS.length] = 1 - share
  }
  return decodeIdentifiers(words, rows)
}
const O = ['O', 1] as const

describe('from what the model says of words to values', () => {
  test('a run begins with a likely word, goes on with two thirds as likely ones, and is called after what most of it is', () => {
    const spans = said('file AB 12 c now', [O, ['B-ID', 0.7], ['I-BANK', 0.3], ['I-ID', 0.25], ['I-ID', 0.15]])
    expect(spans).toEqual([{ start: 5, end: 12, kind: 'ID', score: expect.closeTo(0.7, 5) }])
  })

  test('kinds stand for each other: what is either of two is found; names are apart from numbers', () => {
    const half = said('x 1', [O, ['B-ID', 0.25]])
    expect(half).toEqual([])
    const text = 'Ana 77'
    const spans = said(text, [
      ['B-PERSON', 0.9],
      ['B-ID', 0.9],
    ])
    expect(spans.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['ID', '77'],
      ['PERSON', 'Ana'],
    ])
  })

  test('an empty line ends a value', () => {
    const text = '12\n\n34'
    const spans = said(text, [
      ['B-ID', 0.9],
      ['I-ID', 0.9],
    ])
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['12', '34'])
  })

  test('whatever it says, values of a group are in order, apart, within the text, and begin and end with a word', () => {
    const word = fc.tuple(fc.constantFrom('a', '12', 'X9', '-', 'b'), fc.constantFrom(' ', '\n', '\n\n', ''))
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
        (parts, values) => {
          const text = parts.flat().join('')
          const words = splitWords(text)
          const rows = Float32Array.from(
            { length: words.length * IDENTIFIER_TAGS.length },
            () => values.next().value ** 4,
          )
          const spans = decodeIdentifiers(words, rows)
          for (const isName of [true, false]) {
            let end = 0
            for (const span of spans.filter(({ kind }) => ['PERSON', 'ADDRESS'].includes(kind) === isName)) {
              expect(span.start).toBeGreaterThanOrEqual(end)
              expect(words.some(({ start }) => start === span.start)).toBe(true)
              expect(words.some((one) => one.end === span.end)).toBe(true)
              expect(text.slice(span.start, span.end)).not.toContain('\n\n')
              expect(span.score >= 0.3 - 1e-6 && span.score <= 1).toBe(true)
              end = span.end
            }
          }
        },
      ),
    )
  })
})

describe('which of them count', () => {
  const person = { entityType: 'PERSON', start: 0, end: 3, score: 1, evidence: 'model' as const, recognizer: 'x' }
  const one = (text: string, kind: IdentifierSpan['kind'], score: number, found = [person]) =>
    identifiersInContext(text, [{ start: 4, end: text.length, kind, score }], found).map(({ entityType }) => entityType)

  test('in a text that names somebody what is likely, in another one what is sure', () => {
    expect(one('Ana 4711-X', 'ID', 0.35)).toEqual(['ID_CARD'])
    expect(one('log 4711-X', 'ID', 0.65, [])).toEqual([])
    expect(one('log 4711-X', 'ID', 0.75, [])).toEqual(['ID_CARD'])
  })

  test('of a row of which a cell is sure by its check digits the others, and a longer number whole', () => {
    const sure = (text: string, value: string) => {
      const start = text.indexOf(value)
      return { ...person, entityType: 'PL_PESEL', start, end: start + value.length, evidence: 'checksum' as const }
    }
    const parts = (text: string, value: string, kind: IdentifierSpan['kind'] = 'SECRET'): string[] =>
      identifiersInContext(text, [{ start: 4, end: text.length, kind, score: 0.9 }], [person, sure(text, value)]).map(
        ({ start, end }) => text.slice(start, end),
      )
    expect(parts('Ana ab12;;44051401359;"login7"', '44051401359')).toEqual(['ab12', 'login7'])
    expect(parts('Ana 44051401359;login7', '44051401359')).toEqual(['login7'])
    expect(parts('Ana 0 865 44051401359 3', '44051401359', 'ID')).toEqual(['0 865 44051401359 3'])
    expect(parts('Ana 44051401359', '44051401359')).toEqual(['44051401359'])
  })

  test('a value has the least that its kind has: digits, letters, a length; a digest is no secret', () => {
    expect(one('Ana abcdef', 'ID', 0.99)).toEqual([])
    expect(one('Ana 4711', 'BANK', 0.99)).toEqual([])
    expect(one('Ana 03', 'DOB', 0.99)).toEqual([])
    expect(one('Ana 3 May', 'DOB', 0.8)).toEqual(['DATE_OF_BIRTH'])
    expect(one('Ana 111', 'PHONE', 0.99)).toEqual([])
    expect(one('Ana abcd', 'SECRET', 0.5)).toEqual(['SECRET'])
    expect(one('Ana sha512-v2kDEe57lecTulaDI==', 'SECRET', 0.99)).toEqual([])
    expect(one('Ana abc', 'HANDLE', 0.5)).toEqual(['PERSON'])
    expect(one('Das WLAN-Kennwort', 'HANDLE', 0.9)).toEqual([])
  })

  test('what a setting or a function is called is no secret, nor is a public key', () => {
    const secrets = (text: string, value: string) =>
      identifiersInContext(
        text,
        [{ start: text.indexOf(value), end: text.indexOf(value) + value.length, kind: 'SECRET', score: 0.9 }],
        [person],
      ).map(({ start, end }) => text.slice(start, end))
    expect(secrets('Ana set webhook-secret: x', 'webhook-secret')).toEqual([])
    expect(secrets('Ana calls decodeKey(x) here', 'decodeKey')).toEqual([])
    expect(secrets('Ana reads JWT_SIGNING_KEY from env', 'JWT_SIGNING_KEY')).toEqual([])
    expect(secrets('Ana fingerprint SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDIOPMOmeRvpZmNAcM', 'uNiVztks')).toEqual([])
    expect(secrets('Ana set it to "warm milk 7" now', 'warm')).toEqual(['warm milk 7'])
  })

  test('the day of a letter is nobody’s birth unless that is sure or said', () => {
    const born = (text: string, score: number) =>
      identifiersInContext(text, [{ start: text.indexOf('10 '), end: text.length, kind: 'DOB', score }], [person])
        .length
    expect(born('Ana pisze: Gdańsk, dnia 10 kwietnia 2024', 0.8)).toBe(0)
    expect(born('Ana schreibt aus Ulm, den 10 Mai 1980', 0.8)).toBe(0)
    expect(born('Ana, ur. w Gdańsku, dnia 10 kwietnia 1980', 0.8)).toBe(1)
    expect(born('Ana pisze: Gdańsk, dnia 10 kwietnia 1980', 0.95)).toBe(1)
  })

  test('a name has to be sure, and surer in small letters', () => {
    expect(one('Ana Bo', 'PERSON', 0.45)).toEqual([])
    expect(one('Ana Bo', 'PERSON', 0.55)).toEqual(['PERSON'])
    expect(one('Ana bo', 'PERSON', 0.6)).toEqual([])
    expect(one('Ana bo', 'PERSON', 0.7)).toEqual(['PERSON'])
  })

  test('signs of the sentence around it are not part of it, those of a secret are', () => {
    const ends = (text: string, kind: IdentifierSpan['kind']) =>
      identifiersInContext(text, [{ start: 4, end: text.length, kind, score: 0.9 }], [person]).map(({ start, end }) =>
        text.slice(start, end),
      )
    expect(ends('Ana, 4711-X88).', 'ID')).toEqual(['4711-X88)'])
    expect(ends('Ana #geheim!', 'SECRET')).toEqual(['#geheim!'])
    expect(ends('Ana ,,,', 'ID')).toEqual([])
  })

  test('where no word stands beside a value nothing is told by its context: the name of a tool is none', () => {
    const found = (text: string, value: string) =>
      identifiersInContext(
        text,
        [{ start: text.indexOf(value), end: text.indexOf(value) + value.length, kind: 'SECRET', score: 0.99 }],
        [],
      ).length
    expect(found(`h0.${'z'.repeat(110)}`, 'z'.repeat(110))).toBe(0)
    expect(found('contract_review_v2024', 'v2024')).toBe(0)
    expect(found(' 4711-0815 ', '4711-0815')).toBe(0)
    expect(found('wachtwoord zeedijk88', 'zeedijk88')).toBe(1)
  })

  test('what has a form of its own is left to that', () => {
    expect(one('Ana 10.0.0.1', 'FORMAT', 0.99)).toEqual([])
  })
})
