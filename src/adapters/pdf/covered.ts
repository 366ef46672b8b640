import type { FontName, Fonts } from './fonts.ts'

/** A piece of text that one font has the characters of, and that runs in one direction. */
export interface Piece {
  font: string
  text: string
}

/** Which characters the fonts have. */
export class Covered {
  readonly #fonts: Fonts
  readonly #known = new Map<string, string | null>()

  constructor(fonts: Fonts) {
    this.#fonts = fonts
  }

  /** Text as it can be printed: a character without a glyph, or that cannot be seen, stands there as its code point. */
  shown(font: FontName, text: string): string {
    const each = (character: string) => (this.#having(font, character) ? character : codePoint(character))
    return Array.from(text.normalize('NFC'), each).join('')
  }

  /** The same in one font, and none that is drawn as outlines. */
  plain(font: FontName, text: string): string {
    const each = (character: string) => {
      const code = character.codePointAt(0) ?? 0
      return this.#having(font, character) && this.#fonts.havingEmbedded(font, code) === font
        ? character
        : codePoint(character)
    }
    return Array.from(text.normalize('NFC'), each).join('')
  }

  /** Text that can be printed, by the fonts that have it. */
  pieces(font: FontName, text: string): Piece[] {
    const pieces: (Piece & { turned: boolean })[] = []
    for (const character of text) {
      const own = this.#having(font, character) ?? font
      const turned = RIGHT_TO_LEFT.test(character)
      const last = pieces.at(-1)
      if (last && last.font === own && last.turned === turned) last.text += character
      else pieces.push({ font: own, text: character, turned })
    }
    return pieces
  }

  /** The first font that has a character; null: none has. */
  #having(font: FontName, character: string): string | null {
    const key = `${font} ${character}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const code = character.codePointAt(0) ?? 0
    const printable = code >= SPACE && !HIDDEN.test(character)
    const having = printable ? (this.#fonts.having(font, code) ?? null) : null
    this.#known.set(key, having)
    return having
  }
}

function codePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`
}

const SPACE = 0x20
/** Controls, marks that turn the direction of text round, and half characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]/u

/** Scripts that are written from right to left. */
export const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
