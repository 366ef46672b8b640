import type { PlainText } from './plain-text.ts'

/** Letters of other scripts that look like Latin ones (Unicode Technical Standard 39). */
const FOREIGN = 'аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅαοερνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'
const LATIN = 'aeopcyxijsdhqwABEKMHOPCTYXIJSaoepvuktABEZHIKMNOPTYX'
const LOOKALIKES = new Map([...FOREIGN].map((letter, i) => [letter, LATIN[i] ?? letter]))
const MIXED_RUN = /[A-Za-z0-9@._%+\-\u0370-\u03ff\u0400-\u052f]+/g
const HAS_LOOKALIKE = /[\u0370-\u03ff\u0400-\u052f]/

/** Single digits with one separator between each two: `4 1 1 1 …`, `1.2.3.…`. */
const SPACED = /(?<![0-9A-Za-z]|[0-9][ .\-_])[0-9](?:([ .\-_])[0-9](?:\1[0-9]){6,24})(?![0-9A-Za-z]|[.\-_][0-9])/g
/** The same in groups: `5 3 1 - 0 9 - 7 7 4 2`, `+ 4 4 7 …`, `4 5 4 8  8 1 2 0 …`. */
const SPACED_GROUPS = /(?<![0-9A-Za-z]|[0-9] )(?:\+ )?[0-9](?: {1,2}[0-9]| [-./] [0-9]){6,24}(?![0-9A-Za-z]| [0-9])/g
/** The beginning of an IBAN and what follows, letter by letter: `G B 2 4  B A R C …`. */
const SPACED_IBAN =
  /(?<![A-Za-z0-9]|(?<![A-Za-z0-9])[A-Za-z0-9] )[A-Z] [A-Z] [0-9] [0-9](?: {1,2}[A-Z0-9]){11,30}(?![A-Za-z0-9]| [A-Za-z0-9](?![A-Za-z]))/g
/** The same with dots or dashes: `G.B.2.4.B.A.R.C…`. */
const DOTTED_IBAN = /(?<![A-Za-z0-9.-])[A-Z]([.-])[A-Z]\1[0-9]\1[0-9](?:\1[A-Z0-9]){11,30}(?![A-Za-z0-9])/g
/** Digits with the letter o for a zero. */
const WITH_O = /(?<![\p{L}\p{N}])\(?\+?[0-9oO](?:[ .()/-]{0,2}[0-9oO]){7,18}(?<=[0-9]|[0-9oO]{2})(?![\p{L}\p{N}])/gu
/** A line break inside a number, an address or a token, with the hyphen that a break may bring. */
const BREAK =
  /(?=[ \t]{0,8}-?\r?\n)(?:(?<=[0-9][ -]?)[ \t]{0,8}\r?\n[ \t>|]{0,8}(?=[0-9])|(?<=[A-Za-z0-9_]@|@[A-Za-z0-9.-]{1,40}\.?|[A-Za-z0-9]\.)[ \t]{0,4}-?\r?\n[ \t>|]{0,8}(?=[A-Za-z0-9])|(?<=[A-Z]{2}[0-9]{2}[A-Z0-9 ]{4,30})[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=[A-Z0-9])|(?<=[A-Za-z0-9._%+-])[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=@[A-Za-z0-9]))/g

/**
 * A text with look-alike letters made Latin and digits that stand apart put together; null when it has none of them.
 * Linear.
 */
export function latinText(text: string): PlainText | null {
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
  for (const match of text.matchAll(SPACED)) {
    for (let i = 1; i < match[0].length; i += 2)
      edits.push({ start: match.index + i, end: match.index + i + 1, by: '' })
  }
  for (const match of text.matchAll(SPACED_GROUPS)) {
    for (const space of /[-./+]| {2}/.test(match[0]) ? match[0].matchAll(/ /g) : []) {
      const start = match.index + space.index
      edits.push({ start, end: start + 1, by: '' })
    }
  }
  for (const match of text.matchAll(SPACED_IBAN)) {
    for (const { index } of match[0].matchAll(/ /g))
      edits.push({ start: match.index + index, end: match.index + index + 1, by: '' })
  }
  for (const match of text.matchAll(DOTTED_IBAN)) {
    for (let i = 1; i < match[0].length; i += 2)
      edits.push({ start: match.index + i, end: match.index + i + 1, by: '' })
  }
  for (const match of text.matchAll(WITH_O)) {
    if (!/o/i.test(match[0]) || match[0].replace(/[^0-9]/g, '').length < 5) continue
    for (const letter of match[0].matchAll(/o/gi)) {
      const start = match.index + letter.index
      edits.push({ start, end: start + 1, by: '0' })
    }
  }
  return edit(text, edits)
}

/** UTF-16 units before and after a line break in which the value that it splits stands, with the words that name it. */
const REACH = 128

/** The parts of a text in which something seems to be split over two lines, with it in one. Linear. */
export function unbrokenTexts(text: string): PlainText[] {
  if (!text.includes('\n')) return []
  const parts: Edit[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const match of text.matchAll(BREAK)) {
    const end = match.index + match[0].length
    const isNumber = /[0-9]/.test(text[end] ?? '') && /[0-9 -]/.test(text[match.index - 1] ?? '')
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
