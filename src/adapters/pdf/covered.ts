import type { Fonts } from './fonts.ts'

/** Which characters the fonts have. */
export class Covered {
  readonly #fonts: Fonts

  constructor(fonts: Fonts) {
    this.#fonts = fonts
  }

  /** Text as it can be printed: a character without a glyph, or that cannot be seen, stands there as its code point. */
  text(font: keyof Fonts, text: string): string {
    let out = ''
    for (const character of text.normalize('NFC')) {
      const code = character.codePointAt(0) ?? 0
      const printable = code === NEWLINE || (code >= SPACE && !HIDDEN.test(character))
      const known = code === NEWLINE || this.#fonts[font].hasGlyphForCodePoint(code)
      out += printable && known ? character : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
    }
    return out
  }
}

const NEWLINE = 0x0a
const SPACE = 0x20
/** Controls, marks that turn the direction of text round, and half characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]/u
