import { isUtf8 } from 'node:buffer'
import { escapeJson } from '../redaction/escape-json.ts'
import { KIND_NUMBER, KIND_TEXT } from '../redaction/lex-json.ts'
import { shadowText } from '../redaction/shadow-text.ts'
import {
  decodedTogether,
  decodings,
  encodeAgain,
  encodedTokens,
  mayBeWide,
  readings,
  type Token,
  unescapedView,
  type View,
  wideReadings,
} from './encodings.ts'
import { findSpellings, indexNeedles, type NeedleIndex, type Span } from './find-spellings.ts'
import type { Needle } from './needles.ts'

/** Stands where a mention was cut out. It needs no escaping in JSON, however deep. */
export const MARKER = '[ERASED]'

/** What is put in the place of a part of a text. */
export interface Edit extends Span {
  by: string
}

/** How deep escape sequences and encodings in each other are read. */
const MAX_ESCAPES = 3
const MAX_ENCODINGS = 2

/** Needles, made ready. Holds what names a person: it never leaves the memory of the process. */
export interface Search {
  index: NeedleIndex
  /** Letters and digits of the shortest: fewer bytes cannot hold any. */
  shortest: number
  /** One of them has letters beyond Latin. */
  beyondLatin: boolean
}

export function createSearch(needles: readonly Needle[]): Search {
  return {
    index: indexNeedles(needles),
    shortest: Math.min(...needles.map(({ units }) => units.length)),
    beyondLatin: needles.some(({ units }) => /[^\u0000-\u024f]/.test(units)),
  }
}

/**
 * Where a text names the person, with what is to stand there instead: disjoint, ordered. Looks at the text as it is, at what
 * its escape sequences hide, and into base64 and hex. Of what is encoded as a text of its own only the mention goes; where that
 * cannot be done (binary, odd padding, base64 behind percent-encoding) the whole token. Work is linear in the text.
 */
export function findMentions(text: string, search: Search, encodings = MAX_ENCODINGS): Edit[] {
  if (search.index.size === 0) return []
  const edits: Edit[] = []
  const whole: Layer = { text, placeOf: (start, end) => ({ start, end }), isRaw: true }
  let layer: Layer | null = whole
  for (let depth = 0; layer !== null && depth <= MAX_ESCAPES; depth += 1) {
    for (const { start, end } of findSpellings(layer.text, search.index)) {
      edits.push({ ...layer.placeOf(start, end), by: MARKER })
    }
    if (encodings > 0) edits.push(...findInTokens(layer, search, encodings))
    const view: View | null = depth < MAX_ESCAPES ? unescapedView(layer.text) : null
    layer = view && through(layer, view)
  }
  return disjoint(edits)
}

/** A text, or a view of it. */
interface Layer {
  text: string
  placeOf(start: number, end: number): Span
  isRaw: boolean
}

function through({ placeOf }: Layer, { text, starts, ends }: View): Layer {
  return { text, placeOf: (start, end) => placeOf(starts[start] ?? 0, ends[end - 1] ?? 0), isRaw: false }
}

/** Whether any of the tokens may hold a mention: false for nearly all texts, at a fraction of the cost of reading each token. */
function mayHide(
  tokens: readonly { written: string; encoding: Token['encoding'] }[],
  search: Search,
  encodings: number,
): boolean {
  return (['base64', 'hex'] as const).some((encoding) => {
    const written = tokens.filter((token) => token.encoding === encoding).map((token) => token.written)
    if (written.length === 0) return false
    const offsets = encoding === 'hex' ? [0, 1] : [0, 1, 2, 3]
    return offsets.some((at) => {
      const bytes = decodedTogether(written, encoding, at)
      if (findMentions(bytes.toString('utf8'), search, encodings - 1).length > 0) return true
      // Latin letters in UTF-16 are those of Latin-1 with a zero byte beside each, which a search passes over.
      const mayBe = !search.beyondLatin && mayBeWide(bytes, written.length) ? [bytes.toString('latin1')] : []
      const wide = search.beyondLatin ? wideReadings(bytes) : mayBe
      return wide.some((text) => findSpellings(text, search.index).length > 0)
    })
  })
}

function findInTokens(layer: Layer, search: Search, encodings: number): Edit[] {
  const edits: Edit[] = []
  const tokens = [...encodedTokens(layer.text)].flatMap(({ start, end, encoding }) => {
    if ((end - start) * 0.75 < search.shortest) return []
    const place = layer.placeOf(start, end)
    // What the view shows as it was has been looked at.
    if (!layer.isRaw && place.end - place.start === end - start) return []
    return [{ written: layer.text.slice(start, end), encoding, place }]
  })
  if (!mayHide(tokens, search, encodings)) return []
  for (const { written, encoding, place } of tokens) {
    const decoded = decodings(written, encoding)
    if (!decoded.some((bytes) => countInBytes(bytes, search, isUtf8(bytes) ? encodings - 1 : 0) > 0)) continue
    const by = (layer.isRaw && cutToken(written, encoding, decoded[0], search, encodings - 1)) || MARKER
    edits.push({ ...place, by })
  }
  return edits
}

/** The token without the mention in it; null where more than its plain text names the person. */
function cutToken(
  token: string,
  encoding: Token['encoding'],
  bytes: Buffer | undefined,
  search: Search,
  encodings: number,
): string | null {
  if (bytes === undefined || !isUtf8(bytes)) return null
  const text = bytes.toString('utf8')
  const left = applyEdits(text, findMentions(text, search, encodings))
  const again = encodeAgain(token, encoding, bytes, Buffer.from(left, 'utf8'))
  if (again === null) return null
  const still = decodings(again, encoding).some((some) => countInBytes(some, search, isUtf8(some) ? encodings : 0) > 0)
  return still ? null : again
}

/** How often bytes name the person, read as text in any of its forms. */
export function countInBytes(bytes: Buffer, search: Search, encodings = MAX_ENCODINGS): number {
  return Math.max(0, ...readings(bytes, search.beyondLatin).map((text) => countIn(text, search, encodings)))
}

function countIn(text: string, search: Search, encodings: number): number {
  // Most of what is read as base64 was none.
  const isPlain = encodings === 0 && !/[\\%&]/.test(text)
  return (isPlain ? findSpellings(text, search.index) : findMentions(text, search, encodings)).length
}

/** Where edits touch each other one replacement covers them all. */
function disjoint(edits: Edit[]): Edit[] {
  edits.sort((a, b) => a.start - b.start || b.end - a.end)
  const apart: Edit[] = []
  for (const edit of edits) {
    const last = apart.at(-1)
    if (last === undefined || edit.start >= last.end) apart.push({ ...edit })
    else if (edit.end > last.end) Object.assign(last, { end: edit.end, by: MARKER })
    else if (edit.by !== last.by) last.by = MARKER
  }
  return apart
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, by } of edits) {
    parts.push(text.slice(from, start), by)
    from = end
  }
  return parts.join('') + text.slice(from)
}

/**
 * The same in JSON text: inside its strings and keys, in strings that hold JSON themselves at every depth, and numbers that
 * are a needle, which become strings. What is no JSON is read as text. The edits leave the JSON valid.
 */
export function findMentionsInJson(raw: string, search: Search): Edit[] {
  if (search.index.size === 0) return []
  const { text, map } = shadowText(raw, 'json')
  if (map === null) return findMentions(text, search)
  const { kind, level, rawStart, rawEnd } = map
  const edits: Edit[] = []
  for (let from = 0; from < text.length; ) {
    const of = kind[from]
    let to = from + 1
    while (to < text.length && kind[to] === of) to += 1
    if (of === KIND_TEXT || of === KIND_NUMBER) {
      for (const { start, end, by } of findMentions(text.slice(from, to), search)) {
        if (of === KIND_TEXT) {
          edits.push({ start: rawStart[from + start] ?? 0, end: rawEnd[from + end - 1] ?? 0, by })
          continue
        }
        const quote = escapeJson('"', level[from] ?? 0)
        edits.push({ start: rawStart[from] ?? 0, end: rawEnd[to - 1] ?? 0, by: `${quote}${MARKER}${quote}` })
        break
      }
    }
    from = to
  }
  return edits
}
