import { readFileSync } from 'node:fs'
import { create, type Font } from 'fontkit'

/** Of scripts that DejaVu lacks (SIL Open Font License), each in many files by code points. The first one that has a character is taken. */
const FAMILIES = ['noto-sans-sc', 'noto-sans-kr', 'noto-sans-devanagari', 'noto-sans-thai'] as const

interface FontFile {
  name: string
  url: URL
  /** First and last code points. */
  ranges: readonly (readonly [number, number])[]
}

/** Fonts that are drawn as outlines, because pdfkit cannot embed their format: read when the first of their characters is asked for. */
export class OutlineFonts {
  readonly #files = new Map<string, FontFile>()
  readonly #opened = new Map<string, Font>()

  constructor() {
    for (const family of FAMILIES) for (const file of filesOf(family)) this.#files.set(file.name, file)
  }

  /** The name of the font that has a character; undefined: none has. */
  having(code: number): string | undefined {
    for (const { name, ranges } of this.#files.values()) {
      if (ranges.some(([from, to]) => from <= code && code <= to) && this.font(name).hasGlyphForCodePoint(code))
        return name
    }
    return undefined
  }

  has(name: string): boolean {
    return this.#files.has(name)
  }

  font(name: string): Font {
    const known = this.#opened.get(name)
    if (known) return known
    const file = this.#files.get(name)
    if (!file) throw new Error(`there is no font ${name}`)
    const font = create(readFileSync(file.url)) as Font
    this.#opened.set(name, font)
    return font
  }
}

/** A family's files but those of Latin letters and what goes with them. */
function filesOf(family: string): FontFile[] {
  const folder = import.meta.resolve(`@fontsource-variable/${family}/LICENSE`)
  const subsets = JSON.parse(readFileSync(new URL('./unicode.json', folder), 'utf8')) as Record<string, string>
  return Object.entries(subsets).flatMap(([subset, ranges]) => {
    const part = subset.replace(/[[\]]/g, '')
    if (!/^\d+$/.test(part) && !family.endsWith(`-${part}`)) return []
    const name = `${family}-${part}`
    return [{ name, url: new URL(`./files/${name}-wght-normal.woff2`, folder), ranges: rangesOf(ranges) }]
  })
}

function rangesOf(text: string): [number, number][] {
  return text.split(',').map((range) => {
    const [from = '', to = from] = range.replace(/^U\+/i, '').split('-')
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)]
  })
}
