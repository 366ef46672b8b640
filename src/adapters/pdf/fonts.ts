import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'

const FONTS = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  mono: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
} as const

export type FontName = keyof typeof FONTS

/** The fonts of a document, by what they are for. */
export type Fonts = Readonly<Record<FontName, Font>>

/** Where a font does not have a character, these are asked in turn. */
export const FALLBACKS: readonly FontName[] = ['regular']

export async function readFonts(): Promise<Fonts> {
  const read = async (name: string) => create(await readFile(fileURLToPath(import.meta.resolve(name)))) as Font
  const [regular, bold, mono] = await Promise.all([read(FONTS.regular), read(FONTS.bold), read(FONTS.mono)])
  return { regular, bold, mono }
}
