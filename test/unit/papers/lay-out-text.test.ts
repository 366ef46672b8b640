import { beforeAll, describe, expect, it } from 'vitest'
import { type Fonts, readFonts } from '../../../src/adapters/pdf/fonts.ts'
import { TextLayout } from '../../../src/adapters/pdf/lay-out-text.ts'

const WIDE = 10_000
const SCRIPTS = {
  Chinese: '中文字符',
  Japanese: '日本語のテスト',
  Korean: '한국어',
  Devanagari: 'नमस्ते',
  Thai: 'สวัสดี',
  Arabic: 'سلام',
  Hebrew: 'שלום',
  Greek: 'Ελένη',
}

describe('text on a page', () => {
  let fonts: Fonts
  let layout: TextLayout
  beforeAll(async () => {
    fonts = await readFonts()
    layout = new TextLayout(fonts)
  })

  const seen = (text: string) =>
    layout
      .lines(text, 'bold', 10, WIDE)
      .flatMap(({ pieces }) => pieces)
      .sort((a, b) => a.x - b.x)

  it.each(Object.entries(SCRIPTS))('in %s letters is all there, each in a font that has it', (_, text) => {
    const pieces = seen(`name: ${text}`)
    expect(pieces.map((piece) => piece.text).join('')).toContain(text.normalize('NFC'))
    for (const piece of pieces) {
      const codes = Array.from(piece.text, (character) => character.codePointAt(0) ?? 0)
      expect(codes.filter((code) => !fonts.font(piece.font).hasGlyphForCodePoint(code))).toEqual([])
    }
  })

  it('that runs from right to left has its words in that order, between those that do not', () => {
    const words = seen('tenant אחת שתיים שלוש end').map((piece) => piece.text)
    expect(words.filter((text) => text.trim() !== '')).toEqual(['tenant', 'שלוש', 'שתיים', 'אחת', 'end'])
  })

  it('is never wider than it may be: words are cut, and lines without spaces broken', () => {
    const text = `${'0123456789abcdef'.repeat(8)} ${'長'.repeat(60)} and words`
    const lines = layout.lines(text, 'mono', 8, 120)
    expect(lines.filter(({ width }) => width > 120)).toEqual([])
    const all = lines.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('')
    expect(all.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  })

  it('shows a character that no font has as its code point', () => {
    expect(seen('a𒀀b').map((piece) => piece.text)).toEqual(['a[U+12000]b'])
  })
})
