import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'
import { OutlineFonts } from './outline-fonts.ts'

const FONTS = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  mono: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
} as const

export type FontName = keyof typeof FONTS

/** Where a font does not have a character, these are asked in turn, and then those that are drawn as outlines. */
const FALLBACKS: readonly FontName[] = ['regular']

/** The fonts of a document. */
export class Fonts {
  /** By what they are for; these are embedded. */
  readonly embedded: Readonly<Record<FontName, Font>>
  readonly #outlines = new OutlineFonts()

  constructor(embedded: Readonly<Record<FontName, Font>>) {
    this.embedded = embedded
  }

  /** The name of the first font that has a character; undefined: none has. */
  having(font: FontName, code: number): string | undefined {
    return this.havingEmbedded(font, code) ?? this.#outlines.having(code)
  }

  havingEmbedded(font: FontName, code: number): FontName | undefined {
    return [font, ...FALLBACKS].find((name) => this.embedded[name].hasGlyphForCodePoint(code))
  }

  isOutline(name: string): boolean {
    return this.#outlines.has(name)
  }

  font(name: string): Font {
    return this.isOutline(name) ? this.#outlines.font(name) : this.embedded[name as FontName]
  }
}

export async function readFonts(): Promise<Fonts> {
  const read = async (name: string) => create(await readFile(fileURLToPath(import.meta.resolve(name)))) as Font
  const [regular, bold, mono] = await Promise.all([read(FONTS.regular), read(FONTS.bold), read(FONTS.mono)])
  return new Fonts({ regular, bold, mono })
}
