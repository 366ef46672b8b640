import { classOf, isWordClass, SPACE } from './characters.ts'

/** Code points of the longest word; a longer run of letters and digits is cut. */
const MAX_WORD = 32
const NEW_LINE = 10

/** What stands before a word: nothing (it is the first), no space, one space, more, a line break, an empty line. */
export const GAP_START = 0
export const GAP_TIGHT = 1
const GAP_SPACE = 2
const GAP_WIDE = 3
const GAP_LINE = 4
export const GAP_PARAGRAPH = 5

/** A word of a text; offsets in UTF-16 code units, end exclusive. */
export interface Word {
  start: number
  end: number
  gap: number
}

/**
 * The words the name model reads: runs of letters, marks and digits; every other character that is no space by itself.
 * The same as `split_words` in training/names/tokens.py. Linear in the length; an unpaired surrogate is a symbol.
 */
export function splitWords(text: string): Word[] {
  const words: Word[] = []
  let gap = GAP_START
  let at = 0
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    const kind = classOf(code)
    if (kind === SPACE) {
      const space = readSpace(text, at)
      at = space.end
      if (words.length > 0) gap = space.gap
      continue
    }
    const start = at
    at += code > 0xffff ? 2 : 1
    if (isWordClass(kind)) at = endOfWord(text, at)
    words.push({ start, end: at, gap })
    gap = GAP_TIGHT
  }
  return words
}

function endOfWord(text: string, from: number): number {
  let at = from
  for (let count = 1; at < text.length && count < MAX_WORD; count += 1) {
    const code = text.codePointAt(at) ?? 0
    if (!isWordClass(classOf(code))) break
    at += code > 0xffff ? 2 : 1
  }
  return at
}

function readSpace(text: string, from: number): { end: number; gap: number } {
  let lines = 0
  let at = from
  while (at < text.length && classOf(text.charCodeAt(at)) === SPACE) {
    if (text.charCodeAt(at) === NEW_LINE) lines += 1
    at += 1
  }
  if (lines > 0) return { end: at, gap: lines > 1 ? GAP_PARAGRAPH : GAP_LINE }
  return { end: at, gap: at - from === 1 ? GAP_SPACE : GAP_WIDE }
}
