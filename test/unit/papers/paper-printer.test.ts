import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createPaperPrinter } from '../../../src/adapters/pdf/paper-printer.ts'
import type { Paper } from '../../../src/domain/papers/paper.ts'

const NAMES =
  'Ελένη Παπαδοπούλου, Лев Николаевич Толстой, Łukasz Żółć, Đặng Thị Hồng, Արամ, გიორგი, İpek Çağlar, Þórður'

const PAPER: Paper = {
  title: 'A paper',
  subtitle: NAMES,
  footer: 'foot',
  language: 'en',
  madeAt: Date.UTC(2026, 10, 28),
  blocks: [
    { kind: 'heading', text: 'Heading' },
    { kind: 'text', text: 'Not in a font: 𒀀. Turned round: \u202e. Half: \ud800. Bell: \u0007.' },
    { kind: 'list', items: ['one', 'two'] },
    { kind: 'facts', rows: [['name', 'value']] },
    {
      kind: 'table',
      head: ['a', 'b'],
      shares: [0.5, 0.5],
      rows: Array.from({ length: 60 }, (_, row) => [`row ${row}`, 'w'.repeat(row * 4)]),
    },
    { kind: 'lines', text: 'exactly\nas it is' },
  ],
  attachment: {
    name: 'a.json',
    type: 'application/json',
    description: 'what was signed',
    bytes: Buffer.from('{"a":1}'),
  },
}

/** Every stream of a PDF file, opened. */
function streamsOf(pdf: Uint8Array): string[] {
  const text = Buffer.from(pdf).toString('latin1')
  return [...text.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, body = '']) => {
    const bytes = Buffer.from(body, 'latin1')
    try {
      return inflateSync(bytes).toString('latin1')
    } catch {
      return body
    }
  })
}

/** The characters that the glyphs in a PDF file stand for, by its ToUnicode maps. */
function charactersOf(streams: string[]): Set<string> {
  const maps = streams.filter((stream) => stream.includes('beginbfrange') || stream.includes('beginbfchar'))
  const codes = maps.flatMap((map) => [...map.matchAll(/<([0-9a-f]{4,})>/gi)].map(([, hex = '']) => hex))
  return new Set(codes.map((hex) => Buffer.from(hex, 'hex').swap16().toString('utf16le')))
}

describe('a printed paper', () => {
  it('has Latin, Greek, Cyrillic, Armenian and Georgian letters as they are, on as many pages as it takes', async () => {
    const pdf = await createPaperPrinter().pdf(PAPER)
    const characters = charactersOf(streamsOf(pdf))
    const missing = [...new Set(NAMES.normalize('NFC').replaceAll(' ', ''))].filter((one) => !characters.has(one))
    expect(missing).toEqual([])
    const pages =
      Buffer.from(pdf)
        .toString('latin1')
        .match(/\/Type \/Page\b/g) ?? []
    expect(pages.length).toBeGreaterThan(2)
  })

  it('shows what the font has not, or what cannot be seen, as its code point', async () => {
    const printer = createPaperPrinter()
    const one = (text: string) => printer.pdf({ ...PAPER, subtitle: '', blocks: [{ kind: 'text', text }] })
    const [hidden, plain] = await Promise.all([one('𒀀\u202e\ud800\u0007'), one('[U+12000][U+202E][U+D800][U+0007]')])
    expect(Buffer.compare(hidden, plain)).toBe(0)
  })

  it('is the same bytes each time, with what travels inside', async () => {
    const printer = createPaperPrinter()
    const short = { ...PAPER, blocks: PAPER.blocks.slice(0, 3) }
    const [first, second] = await Promise.all([printer.pdf(short), printer.pdf(short)])
    expect(Buffer.compare(first, second)).toBe(0)
    expect(Buffer.from(first.subarray(0, 8)).toString('latin1')).toBe('%PDF-1.7')
    expect(streamsOf(first)).toContain('{"a":1}')
  })

  it('that cannot be made is an error, not half a file', async () => {
    const broken = { ...PAPER, blocks: [{ kind: 'table', head: null }] } as unknown as Paper
    await expect(createPaperPrinter().pdf(broken)).rejects.toThrow(/could not be printed/)
  })
})
