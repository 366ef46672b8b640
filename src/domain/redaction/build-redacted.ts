import { escapeJson, needsEscape, unescapeJson } from './escape-json.ts'
import type { Piece } from './find-pieces.ts'
import { createLexer, type LexRoot } from './lex-json.ts'

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

/**
 * The surface form of each piece, so that restoring the redacted text gives the raw one back. A value in a JSON
 * string is unescaped as often as restoration will escape it, and that is read off the redacted text.
 */
export function surfaceForms(raw: string, root: LexRoot, pieces: readonly Piece[]): string[] {
  const slices = pieces.map((piece) => raw.slice(piece.rawStart, piece.rawEnd))
  if (!slices.some(needsEscape)) return slices
  const levels = levelsWhenRedacted(raw, root, pieces)
  return slices.map((slice, i) => (needsEscape(slice) ? unescapeJson(slice, levels[i] ?? 0) : slice))
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
  lexer.push(replacePieces(raw, pieces, pieces.map(() => STAND_IN)))
  lexer.end()
  return levels
}
