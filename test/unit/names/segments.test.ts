import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NameSpan } from '../../../src/domain/redaction/names/decode-spans.ts'
import { joinSegments } from '../../../src/domain/redaction/names/join-segments.ts'
import { cutSegments, cutWindows, WINDOW_MARGIN, WINDOW_WORDS } from '../../../src/domain/redaction/names/windows.ts'

describe('windows of words', () => {
  it('keep every word once, with context on both sides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (count) => {
        let at = 0
        for (const { start, end, keepFrom, keepTo } of cutWindows(count)) {
          expect(keepFrom).toBe(at)
          expect(end - start).toBeLessThanOrEqual(WINDOW_WORDS)
          expect(start === 0 || keepFrom - start === WINDOW_MARGIN).toBe(true)
          expect(end === count || end - keepTo === WINDOW_MARGIN).toBe(true)
          at = keepTo
        }
        expect(at).toBe(count)
      }),
    )
  })
})

const longText = fc
  .array(fc.constantFrom('Ann Lee ', 'x'.repeat(900), '\n', '👩', ' word', 'é'.repeat(50)), { maxLength: 200 })
  .map((parts) => parts.join(''))

describe('segments of a long text', () => {
  it('keep every character once and cut no surrogate pair', () => {
    fc.assert(
      fc.property(longText, (text) => {
        let at = 0
        for (const { start, end, keepFrom, keepTo } of cutSegments(text)) {
          expect(keepFrom).toBe(at)
          expect(start).toBeLessThanOrEqual(keepFrom)
          expect(end).toBeGreaterThanOrEqual(keepTo)
          expect(text.slice(start, end).isWellFormed()).toBe(true)
          at = keepTo
        }
        expect(at).toBe(text.length)
      }),
    )
  })

  it('lose no name at a border and give none twice', () => {
    fc.assert(
      fc.property(longText, (text) => {
        const names = (part: string): NameSpan[] =>
          Array.from(part.matchAll(/Ann Lee/g), ({ index }) => ({
            start: index,
            end: index + 7,
            entityType: 'PERSON',
            score: 0.9,
          }))
        const segments = cutSegments(text)
        const joined = joinSegments(
          segments.map((segment) => ({ segment, spans: names(text.slice(segment.start, segment.end)) })),
        )
        expect(joined).toEqual(names(text))
      }),
    )
  })

  it('see a name at a border differently: the union is taken', () => {
    const segment = { start: 0, end: 20, keepFrom: 0, keepTo: 10 }
    const next = { start: 0, end: 30, keepFrom: 10, keepTo: 30 }
    const span = (start: number, end: number, score: number): NameSpan => ({ start, end, entityType: 'PERSON', score })
    const joined = joinSegments([
      { segment, spans: [span(8, 12, 0.6)] },
      { segment: next, spans: [span(10, 14, 0.9)] },
    ])
    expect(joined).toEqual([span(8, 14, 0.9)])
  })
})
