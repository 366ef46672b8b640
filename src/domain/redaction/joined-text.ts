import { indexed } from './patterns/indexed-pattern.ts'
import type { PlainText } from './plain-text.ts'

/** Letters of other scripts that look like Latin ones (Unicode Technical Standard 39). */
const FOREIGN = 'аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅαοερνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'
const LATIN = 'aeopcyxijsdhqwABEKMHOPCTYXIJSaoepvuktABEZHIKMNOPTYX'
const LOOKALIKES = new Map([...FOREIGN].map((letter, i) => [letter, LATIN[i] ?? letter]))
const MIXED_RUN = /[A-Za-z0-9@._%+\-\u0370-\u03ff\u0400-\u052f]+/g
const HAS_LOOKALIKE = /[\u0370-\u03ff\u0400-\u052f]/

/** Single digits with one separator between each two: `4 1 1 1 …`, `1.2.3.…`. */
const SPACED = indexed(
  /(?<![0-9A-Za-z]|[0-9][ .\-_])[0-9](?:([ .\-_])[0-9](?:\1[0-9]){6,24})(?![0-9A-Za-z]|[.\-_][0-9])/g,
)
/** The same in groups: `5 3 1 - 0 9 - 7 7 4 2`, `+ 4 4 7 …`, `4 5 4 8  8 1 2 0 …`. */
const SPACED_GROUPS = indexed(
  /(?<![0-9A-Za-z]|[0-9] )(?:\+ )?[0-9](?: {1,2}[0-9]| [-./] [0-9]){6,24}(?![0-9A-Za-z]| [0-9])/g,
)
/** The beginning of an IBAN and what follows, letter by letter: `G B 2 4  B A R C …`. */
const SPACED_IBAN = indexed(
  /(?<![A-Za-z0-9]|(?<![A-Za-z0-9])[A-Za-z0-9] )[A-Z] [A-Z] [0-9] [0-9](?: {1,2}[A-Z0-9]){11,30}(?![A-Za-z0-9]| [A-Za-z0-9](?![A-Za-z]))/g,
)
/** The same with dots or dashes: `G.B.2.4.B.A.R.C…`. */
const DOTTED_IBAN = indexed(/(?<![A-Za-z0-9.-])[A-Z]([.-])[A-Z]\1[0-9]\1[0-9](?:\1[A-Z0-9]){11,30}(?![A-Za-z0-9])/g)
/** Cards with a sign between their groups that stands in other numbers too: `4111.1111.1111.1111`. */
const SIGNED_GROUPS = indexed(
  /(?<![0-9A-Za-z._/])[0-9]{4}([._/*])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9A-Za-z]|[._/*][0-9])/g,
)
/** Digits with letters that look like a zero or a one, also over several lines: `O77OO 9OO l23`. */
const MISREAD = indexed(
  /(?<![\p{L}\p{N}])\(?\+?[0-9oO](?:(?:[ .()/-]{0,2}|\r?\n)[0-9oOlI]){5,18}(?<=[0-9]|[0-9oOlI]{2})(?![\p{L}\p{N}])/gu,
)
const LIKE_DIGITS = /[oOlI]/g
/** Letters of one word or several that a sign keeps apart: `J_o_h_n`, `1 2 H i g h`. */
const SPACED_LETTERS = indexed(
  /(?<![0-9A-Za-z\u00c0-\u024f])[0-9A-Za-z\u00c0-\u024f]([ _.*-])[0-9A-Za-z\u00c0-\u024f](?:\1[0-9A-Za-z\u00c0-\u024f]){2,48}(?![0-9A-Za-z\u00c0-\u024f])/g,
)
const HAS_SPACED_LETTERS = /[A-Za-z][ _.*-][A-Za-z][ _.*-][A-Za-z][ _.*-][A-Za-z]/
/** Where a word begins inside such letters. */
const BEGINS = /[0-9][A-Za-z\u00c0-\u024f]|[a-z\u00df-\u00ff][A-Z0-9\u00c0-\u00de]/
/** A line break inside a number, an address or a token, with the hyphen that a break may bring. */
const BREAK = indexed(
  /(?=[ \t]{0,8}-?\r?\n)(?:(?<=[0-9][ -]?)[ \t]{0,8}\r?\n[ \t>|]{0,8}(?=[0-9])|(?<=[A-Za-z0-9_]@|@[A-Za-z0-9.-]{1,40}\.?|[A-Za-z0-9]\.)[ \t]{0,4}-?\r?\n[ \t>|]{0,8}(?=[A-Za-z0-9])|(?<=[A-Z]{2}[0-9]{2}[A-Z0-9 ]{4,30})[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=[A-Z0-9])|(?<=[A-Za-z0-9._%+-])[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=@[A-Za-z0-9]))/g,
)

export interface LatinText extends PlainText {
  /** Whether letters are shown otherwise, so that names may stand there that the text itself does not show. */
  hasWords: boolean
}

/**
 * A text with look-alike letters made Latin, and digits and letters that stand apart put together; null when it has none of them.
 * Linear.
 */
export function latinText(text: string): LatinText | null {
  const edits: Edit[] = []
  if (HAS_LOOKALIKE.test(text)) {
    for (const match of text.matchAll(MIXED_RUN)) {
      const run = match[0]
      if (!HAS_LOOKALIKE.test(run) || !/[A-Za-z]/.test(run)) continue
      const letters = [...run]
      if (letters.some((letter) => letter > '\u036f' && !LOOKALIKES.has(letter))) continue
      letters.forEach((letter, i) => {
        const latin = LOOKALIKES.get(letter)
        if (latin !== undefined) edits.push({ start: match.index + i, end: match.index + i + 1, by: latin })
      })
    }
  }
  if (HAS_SPACED_LETTERS.test(text)) addSpacedLetters(text, edits)
  const hasWords = edits.length > 0
  for (const match of SPACED.matchesIn(text)) {
    for (let i = 1; i < match[0].length; i += 2)
      edits.push({ start: match.index + i, end: match.index + i + 1, by: '' })
  }
  for (const match of SPACED_GROUPS.matchesIn(text)) {
    // Of a card the signs between its groups go as well.
    const isCard = /^(?:[0-9] ){4}[./] /.test(match[0])
    for (const space of /[-./+]| {2}/.test(match[0]) ? match[0].matchAll(isCard ? / (?:[./] )?/g : / /g) : []) {
      const start = match.index + space.index
      edits.push({ start, end: start + space[0].length, by: '' })
    }
  }
  for (const match of SPACED_IBAN.matchesIn(text)) {
    for (const { index } of match[0].matchAll(/ /g))
      edits.push({ start: match.index + index, end: match.index + index + 1, by: '' })
  }
  for (const match of DOTTED_IBAN.matchesIn(text)) {
    for (let i = 1; i < match[0].length; i += 2)
      edits.push({ start: match.index + i, end: match.index + i + 1, by: '' })
  }
  for (const match of SIGNED_GROUPS.matchesIn(text)) {
    for (const at of [4, 9, 14]) edits.push({ start: match.index + at, end: match.index + at + 1, by: '-' })
  }
  for (const match of MISREAD.matchesIn(text)) {
    const letters = match[0].match(LIKE_DIGITS)?.length ?? 0
    if (letters === 0 || match[0].replace(/[^0-9]/g, '').length < Math.max(4, letters)) continue
    for (const { index, 0: unit } of match[0].matchAll(/[oOlI]|\r?\n/g)) {
      const start = match.index + index
      edits.push({ start, end: start + unit.length, by: unit.endsWith('\n') ? ' ' : /o/i.test(unit) ? '0' : '1' })
    }
  }
  const plain = edit(text, edits)
  return plain === null ? null : { ...plain, hasWords }
}

/** Puts letters that stand apart together, words of them but not numbers of digits alone. */
function addSpacedLetters(text: string, edits: Edit[]): void {
  for (const { index, 0: run } of SPACED_LETTERS.matchesIn(text)) {
    if (run.replace(/[^A-Za-z\u00c0-\u024f]/g, '').length < 4) continue
    for (let i = 1; i < run.length; i += 2) {
      const isSpace = run[1] === ' ' && BEGINS.test(`${run[i - 1] ?? ''}${run[i + 1] ?? ''}`)
      if (!isSpace) edits.push({ start: index + i, end: index + i + 1, by: '' })
    }
  }
}

/** UTF-16 units before and after a line break in which the value that it splits stands, with the words that name it. */
const REACH = 128

/** The parts of a text in which something seems to be split over two lines, with it in one. Linear. */
export function unbrokenTexts(text: string): PlainText[] {
  if (!text.includes('\n')) return []
  const parts: Edit[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const match of BREAK.matchesIn(text)) {
    const end = match.index + match[0].length
    // A sign between two groups stays as it is.
    const isNumber = /[0-9]/.test(text[end] ?? '') && /[0-9 ]/.test(text[match.index - 1] ?? '')
    const one = { start: match.index, end, by: isNumber ? ' ' : '' }
    if (match.index - last > 2 * REACH) parts.push([one])
    else parts.at(-1)?.push(one)
    last = end
  }
  return parts.flatMap((edits) => {
    const from = Math.max(0, (edits[0]?.start ?? 0) - REACH)
    return edit(text, edits, from, Math.min(text.length, (edits.at(-1)?.end ?? 0) + REACH)) ?? []
  })
}

interface Edit {
  start: number
  end: number
  /** No longer than what it stands for. */
  by: string
}

/** What stands between two places of a text, edited; null where there is nothing to edit. */
export function edit(text: string, edits: Edit[], begin = 0, stop = text.length): PlainText | null {
  if (edits.length === 0) return null
  edits.sort((a, b) => a.start - b.start)
  const starts = new Uint32Array(stop - begin)
  const ends = new Uint32Array(stop - begin)
  let shown = ''
  let from = begin
  const copy = (to: number): void => {
    for (let i = from; i < to; i += 1) {
      starts[shown.length + i - from] = i
      ends[shown.length + i - from] = i + 1
    }
    if (to > from) shown += text.slice(from, to)
  }
  for (const { start, end, by } of edits) {
    if (start < from) continue
    copy(start)
    starts.fill(start, shown.length, shown.length + by.length)
    ends.fill(end, shown.length, shown.length + by.length)
    shown += by
    from = end
  }
  copy(stop)
  return { text: shown, starts: starts.subarray(0, shown.length), ends: ends.subarray(0, shown.length) }
}
