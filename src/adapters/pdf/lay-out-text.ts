import { Covered, type Piece, RIGHT_TO_LEFT } from './covered.ts'
import type { FontName, Fonts } from './fonts.ts'

/** A piece at its place in a line, in points from where the line begins. */
export interface PlacedPiece extends Piece {
  x: number
}

export interface Line {
  pieces: PlacedPiece[]
  width: number
}

/** What stands together: a word, the space between two, or one character of a script without spaces. */
interface Token {
  pieces: (Piece & { width: number })[]
  width: number
  space: boolean
  direction: 'left' | 'right' | 'none'
}

/** Scripts whose lines are broken between any two characters. */
const TOKENS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff65]|\s+|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff65]+/gu

/** Breaks text into lines, each character in a font that has it. Lines run from left to right, words of other scripts as they are written. */
export class TextLayout {
  readonly fonts: Fonts
  readonly #covered: Covered
  readonly #widths = new Map<string, number>()

  constructor(fonts: Fonts) {
    this.fonts = fonts
    this.#covered = new Covered(fonts)
  }

  /** @param width in points; no line is wider, but where one character is. */
  lines(text: string, font: FontName, size: number, width: number): Line[] {
    return text.split('\n').flatMap((part) => {
      const paragraph = this.#covered.shown(font, part)
      const lines: Token[][] = [[]]
      let used = 0
      for (const token of this.#tokens(paragraph, font, size, width)) {
        if (used + token.width > width && !token.space && used > 0) {
          lines.push([])
          used = 0
        }
        // A line that was broken does not begin with the space it was broken at; indented ones do.
        if (token.space && used === 0 && lines.length > 1) continue
        lines.at(-1)?.push(token)
        used += token.width
      }
      return lines.map((tokens) => place(withoutEnd(tokens)))
    })
  }

  /** Text for what knows one font alone. */
  plain(text: string, font: FontName): string {
    return this.#covered.plain(font, text)
  }

  /** Of a text in one line. */
  width(text: string, font: FontName, size: number): number {
    const pieces = this.#covered.pieces(font, this.#covered.shown(font, text))
    return pieces.reduce((sum, piece) => sum + this.#widthOf(piece, size), 0)
  }

  #tokens(text: string, font: FontName, size: number, width: number): Token[] {
    return (text.match(TOKENS) ?? []).flatMap((word) => {
      const token = this.#token(word, font, size)
      return token.width > width && !token.space ? this.#broken(word, font, size, width) : [token]
    })
  }

  #token(word: string, font: FontName, size: number): Token {
    const pieces = this.#covered.pieces(font, word).map((piece) => ({ ...piece, width: this.#widthOf(piece, size) }))
    const space = word.trim() === ''
    const direction = RIGHT_TO_LEFT.test(word) ? 'right' : /\p{L}/u.test(word) ? 'left' : 'none'
    return { pieces, space, direction, width: pieces.reduce((sum, piece) => sum + piece.width, 0) }
  }

  /** A word that is wider than a line (an id, a hash): cut where the line ends. */
  #broken(word: string, font: FontName, size: number, width: number): Token[] {
    const parts: string[] = ['']
    for (const character of word) {
      const longer = `${parts.at(-1)}${character}`
      if (this.width(longer, font, size) <= width || parts.at(-1) === '') parts[parts.length - 1] = longer
      else parts.push(character)
    }
    return parts.map((part) => this.#token(part, font, size))
  }

  #widthOf({ font, text }: Piece, size: number): number {
    const key = `${font} ${text}`
    const known = this.#widths.get(key)
    if (known !== undefined) return known * size
    const opened = this.fonts.font(font)
    const width = opened.layout(text).advanceWidth / opened.unitsPerEm
    this.#widths.set(key, width)
    return width * size
  }
}

/** A line ends where its last word does, so that what stands at the right stands there. */
function withoutEnd(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.findLastIndex(({ space }) => !space)
  return tokens.slice(0, last + 1)
}

/** Tokens of a line from left to right, as they are seen. */
function place(tokens: readonly Token[]): Line {
  const pieces: PlacedPiece[] = []
  let width = 0
  for (const token of inSight(tokens)) {
    const own = token.direction === 'right' ? [...token.pieces].reverse() : token.pieces
    for (const piece of own) {
      pieces.push({ ...piece, x: width })
      width += piece.width
    }
  }
  return { pieces, width }
}

/** Words that run from right to left, and what stands between them, change places; the line itself runs from left to right. */
function inSight(tokens: readonly Token[]): Token[] {
  const out: Token[] = []
  for (let at = 0; at < tokens.length; ) {
    let end = at + 1
    if (tokens[at]?.direction === 'right') {
      for (let next = end; next < tokens.length && tokens[next]?.direction !== 'left'; next++) {
        if (tokens[next]?.direction === 'right') end = next + 1
      }
    }
    out.push(...tokens.slice(at, end).reverse())
    at = end
  }
  return out
}
