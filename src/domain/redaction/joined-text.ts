import type { PlainText } from './plain-text.ts'

/** Letters of other scripts that look like Latin ones (Unicode Technical Standard 39). */
const FOREIGN = 'аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅαοερνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'
const LATIN = 'aeopcyxijsdhqwABEKMHOPCTYXIJSaoepvuktABEZHIKMNOPTYX'
const LOOKALIKES = new Map([...FOREIGN].map((letter, i) => [letter, LATIN[i] ?? letter]))
const MIXED_RUN = /[A-Za-z0-9@._%+\-\u0370-\u03ff\u0400-\u052f]+/g
const HAS_LOOKALIKE = /[\u0370-\u03ff\u0400-\u052f]/

/** Single digits with one separator between each two: `4 1 1 1 …`, `1.2.3.…`. */
const SPACED = /(?<![0-9A-Za-z]|[0-9][ .\-_])[0-9](?:([ .\-_])[0-9](?:\1[0-9]){6,24})(?![0-9A-Za-z]|[.\-_][0-9])/g
/** A line break inside a number, an address or a token, with the hyphen that a break may bring. */
const BREAK =
  /(?<=[0-9][ -]?)[ \t]{0,8}\r?\n[ \t>|]{0,8}(?=[0-9])|(?<=[A-Za-z0-9_]@|@[A-Za-z0-9.-]{1,40}\.?|[A-Za-z0-9]\.)[ \t]{0,4}-?\r?\n[ \t>|]{0,8}(?=[A-Za-z0-9])|(?<=[A-Z]{2}[0-9]{2}[A-Z0-9 ]{4,30})[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=[A-Z0-9])|(?<=[A-Za-z0-9._%+-])[ \t]{0,4}\r?\n[ \t>|]{0,8}(?=@[A-Za-z0-9])/g

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
  return edit(text, edits)
}

/** A text in which what is split over two lines stands in one; null when nothing seems to be. Linear. */
export function unbrokenText(text: string): PlainText | null {
  if (!text.includes('\n')) return null
  const edits = Array.from(text.matchAll(BREAK), (match) => {
    const isNumber =
      /[0-9]/.test(text[match.index + match[0].length] ?? '') && /[0-9 -]/.test(text[match.index - 1] ?? '')
    return { start: match.index, end: match.index + match[0].length, by: isNumber ? ' ' : '' }
  })
  return edit(text, edits)
}

interface Edit {
  start: number
  end: number
  /** One unit or none. */
  by: string
}

function edit(text: string, edits: Edit[]): PlainText | null {
  if (edits.length === 0) return null
  edits.sort((a, b) => a.start - b.start)
  const starts = new Uint32Array(text.length)
  const ends = new Uint32Array(text.length)
  let shown = ''
  let from = 0
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
    if (by !== '') {
      starts[shown.length] = start
      ends[shown.length] = end
      shown += by
    }
    from = end
  }
  copy(text.length)
  return { text: shown, starts: starts.subarray(0, shown.length), ends: ends.subarray(0, shown.length) }
}
