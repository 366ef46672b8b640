import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexed, isAt, OF_LABELS, placesBetween } from '../../../src/domain/redaction/patterns/indexed-pattern.ts'
import { asWords } from '../../../src/domain/redaction/recognisers/context-words.ts'
import { labelsBetween, wordsBetween } from '../../../src/domain/redaction/recognisers/spelled-words.ts'

const PIECES = ['pass', 'Port', 'port', 'id', 'id:', 'no', 'No', '_', ' ', '7', 'ß', ':']
const TEXTS = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 16 }).map((pieces) => pieces.join(''))
/** A text and a part of it. */
const PARTS = TEXTS.chain((text) =>
  fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(text.length)).map(([whole, a, b]) => ({
    text: whole,
    from: Math.min(a, b),
    to: Math.max(a, b),
  })),
)
/** The same, ending where no word does: before a number. */
const PARTS_BEFORE_NUMBERS = PARTS.map(({ text, from, to }) => ({
  text,
  from,
  to: from + text.slice(from, to).replace(/[\p{L}\p{N}]+$/u, '').length,
}))
const LABELS = [/(?<![\p{L}\p{N}])(?:pass(?:[ -]?port)?|id no|id)(?=[ :])/iu, /\bid\b|port|no:/i]

describe('words of a text', () => {
  it('are in every part what the part alone shows', () => {
    fc.assert(
      fc.property(PARTS, ({ text, from, to }) => {
        expect(wordsBetween(text, from, to)).toBe(asWords(text.slice(from, to)))
      }),
    )
  })

  it.each(LABELS)('have every place of a part in which %s begins among those where labels may', (label) => {
    const asIndexed = indexed(new RegExp(label.source, `${label.flags}g`), OF_LABELS)
    const here = new RegExp(label.source, `${label.flags}y`)
    fc.assert(
      fc.property(PARTS_BEFORE_NUMBERS, ({ text, from, to }) => {
        const part = asWords(text.slice(from, to))
        const places = labelsBetween(asIndexed, text, from, to) ?? []
        expect(places.some((place) => isAt(here, part, place))).toBe(label.test(part))
      }),
    )
  })

  it.each(LABELS)('have them also where %s is looked for in them as they are', (label) => {
    const asIndexed = indexed(new RegExp(label.source, `${label.flags}g`))
    const here = new RegExp(label.source, `${label.flags}y`)
    fc.assert(
      fc.property(PARTS_BEFORE_NUMBERS, ({ text, from, to }) => {
        const part = text.slice(from, to)
        const places = placesBetween(asIndexed, text, from, to) ?? []
        expect(places.find((place) => isAt(here, part, place))).toBe(label.exec(part)?.index)
      }),
    )
  })
})
