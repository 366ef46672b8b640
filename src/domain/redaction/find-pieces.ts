import { KIND_CLOSE, KIND_NUMBER, KIND_OPEN_KEY, KIND_OPEN_VALUE, KIND_TEXT } from './lex-json.ts'
import type { ShadowMap, ShadowText } from './shadow-text.ts'
import type { Lookalike } from './spell-placeholder.ts'

/** What was found, as far as a replacement needs it. */
export interface Finding {
  start: number
  end: number
  entityType: string
  score: number
  recognizer: string
}

/** One stretch of text that is replaced by one placeholder. */
export interface Piece extends Finding {
  /** Where it stands in the raw text. */
  rawStart: number
  rawEnd: number
  /** How many JSON strings it stands in, one in the other. */
  level: number
  /** A whole JSON number. */
  isNumeric: boolean
  /** A whole key of the request's own JSON: like a name it takes no brackets. */
  isKey: boolean
  /** Not recognised here, but somewhere else in the request. */
  isRepeat: boolean
}

const HAS_WORD = /[\p{L}\p{N}]/u

/**
 * Turns findings, ordered by start, into pieces: what already looks like a placeholder stays, the punctuation of JSON
 * stays, a string ends a piece, and a number is taken as a whole.
 */
export function findPieces(
  shadow: ShadowText,
  findings: readonly Finding[],
  lookalikes: readonly Lookalike[],
): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  let look = 0
  for (const found of findings) {
    const finding = wholeSecret(shadow, wholeSigns(shadow.text, found))
    let start = Math.max(finding.start, from)
    while (look < lookalikes.length && (lookalikes[look]?.end ?? 0) <= start) look += 1
    for (let i = look; i < lookalikes.length; i += 1) {
      const keep = lookalikes[i]
      if (keep === undefined || keep.start >= finding.end) break
      cut(shadow, finding, start, keep.start, pieces)
      start = Math.max(start, keep.end)
    }
    cut(shadow, finding, start, finding.end, pieces)
    from = Math.max(from, finding.end, pieces.at(-1)?.end ?? 0)
  }
  return pieces
}

/** A finding that ends between the two halves of a surrogate pair takes both: half a sign could not be restored. */
function wholeSigns(text: string, finding: Finding): Finding {
  const start = splitsPair(text, finding.start) ? finding.start - 1 : finding.start
  const end = splitsPair(text, finding.end) ? finding.end + 1 : finding.end
  return start === finding.start && end === finding.end ? finding : { ...finding, start, end }
}

function splitsPair(text: string, index: number): boolean {
  const high = text.charCodeAt(index - 1)
  if (!(high >= 0xd800 && high < 0xdc00)) return false
  const low = text.charCodeAt(index)
  return low >= 0xdc00 && low <= 0xdfff
}

/** A secret that starts a JSON string and seems to end at a quote or line break inside it takes the whole string. */
function wholeSecret(shadow: ShadowText, finding: Finding): Finding {
  const { map, text } = shadow
  if (map === null || finding.entityType !== 'SECRET' || map.kind[finding.start - 1] !== KIND_OPEN_VALUE) return finding
  if (map.kind[finding.end] === KIND_CLOSE || !/["'`\\\n]/.test(text[finding.end] ?? '')) return finding
  const level = map.level[finding.start - 1]
  let end = finding.end
  while (end < text.length && !(map.kind[end] === KIND_CLOSE && map.level[end] === level)) end += 1
  return { ...finding, end }
}

function cut(shadow: ShadowText, finding: Finding, start: number, end: number, pieces: Piece[]): void {
  if (start >= end) return
  const map = shadow.map
  if (map === null) {
    const isWhole = start === finding.start && end === finding.end
    if (isWhole || HAS_WORD.test(shadow.text.slice(start, end))) {
      pieces.push({
        ...finding,
        start,
        end,
        rawStart: start,
        rawEnd: end,
        level: 0,
        isNumeric: false,
        isKey: false,
        isRepeat: false,
      })
    }
    return
  }
  let i = start
  while (i < end) {
    const kind = map.kind[i]
    const next = runEnd(map, i, kind === KIND_NUMBER ? map.kind.length : end)
    if (kind === KIND_NUMBER) pushNumber(map, finding, runStart(map, i, 0), next, pieces)
    else if (kind === KIND_TEXT && HAS_WORD.test(shadow.text.slice(i, next))) {
      pieces.push(mapped(map, finding, i, next, false))
    }
    i = next
  }
}

function pushNumber(map: ShadowMap, finding: Finding, start: number, end: number, pieces: Piece[]): void {
  const last = pieces.at(-1)
  if (last === undefined || last.end <= start) pieces.push(mapped(map, finding, start, end, true))
}

function mapped(map: ShadowMap, finding: Finding, start: number, end: number, isNumeric: boolean): Piece {
  return {
    ...finding,
    start,
    end,
    rawStart: map.rawStart[start] ?? 0,
    rawEnd: map.rawEnd[end - 1] ?? 0,
    level: map.level[start] ?? 0,
    isNumeric,
    isKey: false,
    isRepeat: false,
  }
}

/** The end of what belongs to one text: same kind, same level. */
function runEnd(map: ShadowMap, start: number, end: number): number {
  let i = start + 1
  while (i < end && map.kind[i] === map.kind[start] && map.level[i] === map.level[start]) i += 1
  return i
}

/** UTF-16 units; no vendor takes a longer key in a schema. */
const MAX_KEY_LENGTH = 256

/** Widens what stands in a key of the request's own JSON to the whole key; vendors refuse brackets in such keys. */
export function widenKeys(shadow: ShadowText, pieces: readonly Piece[], lookalikes: readonly Lookalike[]): Piece[] {
  const { map } = shadow
  if (map === null) return [...pieces]
  const widened: Piece[] = []
  for (const piece of pieces) {
    const start = runStart(map, piece.start, piece.start - MAX_KEY_LENGTH)
    const isKey: boolean = piece.level === 1 && map.kind[start - 1] === KIND_OPEN_KEY
    const end = isKey ? runEnd(map, piece.start, start + MAX_KEY_LENGTH) : start
    const isWhole = isKey && map.kind[end] === KIND_CLOSE
    if (!isWhole || lookalikes.some((keep) => keep.start < end && keep.end > start)) widened.push(piece)
    else if ((widened.at(-1)?.end ?? 0) <= start) {
      widened.push({ ...mapped(map, piece, start, end, false), isKey: true })
    }
  }
  return widened
}

function runStart(map: ShadowMap, index: number, limit: number): number {
  let i = index
  while (i > 0 && i > limit && map.kind[i - 1] === map.kind[index] && map.level[i - 1] === map.level[index]) i -= 1
  return i
}
