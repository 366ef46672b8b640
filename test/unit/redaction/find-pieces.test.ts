import { describe, expect, it } from 'vitest'
import { findPieces } from '../../../src/domain/redaction/find-pieces.ts'

const TEXT = 'a\u{1f511}b\u{1f511}c'
const found = { entityType: 'SECRET', score: 1, recognizer: 'test' }
const slices = (findings: { start: number; end: number }[]) =>
  findPieces(
    { text: TEXT, map: null },
    findings.map((finding) => ({ ...found, ...finding })),
    [],
  ).map(({ start, end }) => TEXT.slice(start, end))

describe('what a placeholder takes the place of', () => {
  it('never ends between the halves of a surrogate pair', () => {
    expect(slices([{ start: 0, end: 2 }])).toEqual(['a\u{1f511}'])
    expect(slices([{ start: 2, end: 4 }])).toEqual(['\u{1f511}b'])
    expect(slices([{ start: 2, end: 5 }])).toEqual(['\u{1f511}b\u{1f511}'])
    expect(
      slices([
        { start: 0, end: 2 },
        { start: 2, end: 4 },
      ]),
    ).toEqual(['a\u{1f511}', 'b'])
  })

  it('is a half that stands alone as it is', () => {
    const text = 'a\ud83db'
    expect(findPieces({ text, map: null }, [{ ...found, start: 0, end: 2 }], [])).toMatchObject([{ start: 0, end: 2 }])
  })
})
