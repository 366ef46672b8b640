import { createLexer } from './create-lexer.ts'
import { escapeJson, needsEscape, unescapeJson } from './escape-json.ts'
import type { Piece } from './find-pieces.ts'
import type { LexRoot } from './lex-json.ts'
import type { ShadowText } from './shadow-text.ts'

/** Any placeholder reads the same to the lexer. */
const STAND_IN = '[X_1]'

/** Puts a placeholder in the place of each piece; every other unit stays. A number becomes a JSON string. */
export function replacePieces(raw: string, pieces: readonly Piece[], placeholders: readonly string[]): string {
  let text = ''
  let from = 0
  pieces.forEach((piece, i) => {
    const quote = piece.isNumeric ? escapeJson('"', piece.level) : ''
    text += raw.slice(from, piece.rawStart) + quote + (placeholders[i] ?? '') + quote
    from = piece.rawEnd
  })
  return text + raw.slice(from)
}

export interface Formed {
  pieces: Piece[]
  /** The surface form of each piece. */
  forms: string[]
}

/**
 * Finds the surface form of each piece, so that restoring the redacted text gives the raw one back. A value in a JSON
 * string is unescaped as often as restoration will escape it, and that is read off the redacted text. Where that is
 * not possible, because replacing a piece mends JSON that is broken, what has to be escaped stays in the text and the
 * pieces end before it.
 */
export function formPieces(raw: string, root: LexRoot, shadow: ShadowText, pieces: Piece[]): Formed {
  const slices = pieces.map((piece) => raw.slice(piece.rawStart, piece.rawEnd))
  if (!slices.some(needsEscape)) return { pieces, forms: slices }
  const levels = levelsWhenRedacted(raw, root, pieces)
  const forms = slices.map((slice, i) => formOf(slice, levels[i] ?? 0))
  if (forms.every((form) => form !== null)) return { pieces, forms }
  const cut = pieces.flatMap((piece) => splitPiece(raw, shadow, piece))
  return { pieces: cut, forms: cut.map((piece) => raw.slice(piece.rawStart, piece.rawEnd)) }
}

/** Null where restoration would not give it back. Half a surrogate pair as it is would come back as an escape. */
function formOf(slice: string, level: number): string | null {
  return level > 0 && !slice.isWellFormed() ? null : unescapeJson(slice, level)
}

const HAS_WORD = /[\p{L}\p{N}]/u

/** The parts of a piece that look the same in any number of JSON strings. */
function splitPiece(raw: string, shadow: ShadowText, piece: Piece): Piece[] {
  const { map } = shadow
  if (map === null || piece.isNumeric) return [piece]
  const parts: Piece[] = []
  let start = piece.start
  for (let i = piece.start; i <= piece.end; i += 1) {
    const from = map.rawStart[i] ?? 0
    const isPlain = i < piece.end && map.rawEnd[i] === from + 1 && !isSpecial(raw, from)
    if (isPlain) continue
    const part = { ...piece, start, end: i, rawStart: map.rawStart[start] ?? 0, rawEnd: map.rawEnd[i - 1] ?? 0 }
    if (i > start && HAS_WORD.test(raw.slice(part.rawStart, part.rawEnd))) parts.push(part)
    start = i + 1
  }
  return parts
}

/** Half a surrogate pair alone, or a unit that JSON escapes. */
function isSpecial(raw: string, index: number): boolean {
  const code = raw.charCodeAt(index)
  if (code < 0xd800 || code > 0xdfff) return code < 32 || code === 34 || code === 92
  const other = raw.charCodeAt(code < 0xdc00 ? index + 1 : index - 1)
  return code < 0xdc00 ? !(other >= 0xdc00 && other <= 0xdfff) : !(other >= 0xd800 && other < 0xdc00)
}

function levelsWhenRedacted(raw: string, root: LexRoot, pieces: readonly Piece[]): number[] {
  const ends: number[] = []
  let shift = 0
  for (const piece of pieces) {
    const quote = piece.isNumeric ? escapeJson('"', piece.level).length : 0
    ends.push(piece.rawStart + shift + quote + STAND_IN.length)
    shift += quote * 2 + STAND_IN.length - (piece.rawEnd - piece.rawStart)
  }
  const levels: number[] = []
  const lexer = createLexer(root, {
    unit(_code, _start, rawEnd, level) {
      if (rawEnd === ends[levels.length]) levels.push(level)
    },
    documentStart: () => undefined,
    documentEnd: () => undefined,
  })
  lexer.push(
    replacePieces(
      raw,
      pieces,
      pieces.map(() => STAND_IN),
    ),
  )
  lexer.end()
  return levels
}
