/** UTF-16 units on either side within which the quotes around a secret stand. */
const REACH = 80
const PAIRS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '«': '»',
  '»': '«',
}
const CLOSING = new Set(Object.values(PAIRS))
/** Signs that stand inside of a password as well as around it. */
const INSIDE = /[\p{L}\p{N}\p{M}_@#$%^&*+~!?§€£-]/u
/** Cells of a table beyond these are prose. */
const LONGEST_CELL = 48

/**
 * A secret goes to the ends of the quotes or the cell of which it begins or ends one, and to the ends of its run of signs: what is left of
 * a password is the half of it. Offsets in UTF-16 code units, end exclusive.
 */
export function wholeSecret(text: string, start: number, end: number): { start: number; end: number } {
  return quoted(text, start, end) ?? cell(text, start, end) ?? token(text, start, end)
}

function quoted(text: string, start: number, end: number): { start: number; end: number } | null {
  const close = PAIRS[text[start - 1] ?? '']
  if (close !== undefined && !/[\p{L}\p{N}]/u.test(text[start - 2] ?? '')) {
    const stop = closingOf(text, end, close)
    if (stop >= 0) return { start, end: stop }
  }
  const last = text[end] ?? ''
  if (!CLOSING.has(last)) return null
  const line = text.slice(Math.max(0, start - REACH), start).replace(/^.*\n/s, '')
  for (let at = line.length - 1; at >= 0; at -= 1) {
    if (PAIRS[line[at] ?? ''] !== last) continue
    const isOpening = at === 0 || /[\s([{:=,>|]/.test(line[at - 1] ?? '')
    return isOpening ? { start: start - line.length + at + 1, end } : null
  }
  return null
}

/** Where the quote closes that was opened before; -1 where the line ends first. */
function closingOf(text: string, from: number, close: string): number {
  for (let at = from; at < Math.min(text.length, from + REACH); at += 1) {
    const unit = text[at]
    if (unit === '\n') return -1
    // An apostrophe inside of a word closes nothing.
    const isInside = close === "'" && /\p{L}/u.test(text[at - 1] ?? '') && /\p{L}/u.test(text[at + 1] ?? '')
    if (unit === close && text[at - 1] !== '\\' && !isInside) return at
  }
  return -1
}

/** To the end of a cell that it begins, in a table whose cells stand between `|`. */
function cell(text: string, start: number, end: number): { start: number; end: number } | null {
  const before = /\|[ \t]*[`"']?$/.test(text.slice(Math.max(0, start - 12), start))
  if (!before) return null
  const rest = /^[^|\n]*?(?=[`"']?[ \t]*\|)/.exec(text.slice(end, end + LONGEST_CELL))?.[0]
  return rest === undefined || rest === '' ? null : { start, end: end + rest.length }
}

/** What stands before the last part of a key whose parts have slashes between: `ACME/pk9/`. */
const PARTS_BEFORE = /(?<![^\s"'`=:,(>])[A-Za-z][A-Za-z0-9]{1,15}(?:\/[A-Za-z0-9]{1,16}){0,3}\/$/

function token(text: string, start: number, end: number): { start: number; end: number } {
  let [first, last] = [start, end]
  while (first > 0 && start - first < REACH && INSIDE.test(text[first - 1] ?? '')) first -= 1
  while (last < text.length && last - end < REACH && INSIDE.test(text[last] ?? '')) last += 1
  // The end of a sentence is none of it, nor are the signs that mark what is bold.
  while (last > end && /[!?*_]/.test(text[last - 1] ?? '') && /^(?:\s|$)/.test(text.slice(last, last + 1))) last -= 1
  while (first < start && /[*_#-]/.test(text[first] ?? '')) first += 1
  if (text[first - 1] === '/')
    first -= PARTS_BEFORE.exec(text.slice(Math.max(0, first - REACH), first))?.[0].length ?? 0
  return { start: first, end: last }
}
