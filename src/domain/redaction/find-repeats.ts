import type { Finding, Piece } from './find-pieces.ts'
import { CURLY_QUOTE } from './shadow-text.ts'
import { isWordPoint, type Lookalike } from './spell-placeholder.ts'

/** From this length on a value is found inside longer words too. */
const ANYWHERE_LENGTH = 8
const WORD_LENGTH = 6
const MIXED_LENGTH = 4
const PREFIX = 4
const FILTER_SIZE = 4096

/** Values that were found somewhere in the request, ready to be looked for everywhere in it. */
export interface ValueIndex {
  values: Map<string, Finding>
  /** First units of a value → lengths of the values that begin so, longest first. */
  lengths: Map<string, number[]>
  filter: Uint8Array
}

/** Builds the index; a value too short to be told from ordinary words is left out. */
export function indexValues(found: Iterable<readonly [text: string, finding: Finding]>): ValueIndex {
  const values = new Map<string, Finding>()
  const lengths = new Map<string, number[]>()
  const filter = new Uint8Array(FILTER_SIZE)
  for (const [text, finding] of found) {
    const value = withCurlyQuotes(text)
    if (values.has(value) || !isDistinct(value)) continue
    values.set(value, finding)
    filter[slotOf(value, 0)] = 1
    const prefix = value.slice(0, PREFIX)
    const known = lengths.get(prefix)
    if (known === undefined) lengths.set(prefix, [value.length])
    else if (!known.includes(value.length)) known.push(value.length)
  }
  for (const known of lengths.values()) known.sort((a, b) => b - a)
  return { values, lengths, filter }
}

/**
 * Mentions of known values that were not recognised where they stand, e.g. a password named again in prose. Linear
 * in the text. Results are ordered and overlap neither pieces nor lookalikes.
 */
export function findRepeats(
  shadow: string,
  index: ValueIndex,
  pieces: readonly Piece[],
  lookalikes: readonly Lookalike[],
): Finding[] {
  if (index.values.size === 0) return []
  const text = withCurlyQuotes(shadow)
  const taken = [...pieces, ...lookalikes].sort((a, b) => a.start - b.start)
  const repeats: Finding[] = []
  let next = 0
  let i = 0
  while (i + PREFIX <= text.length) {
    while (next < taken.length && (taken[next]?.end ?? 0) <= i) next += 1
    const barrier = taken[next]
    if (barrier !== undefined && barrier.start <= i) {
      i = barrier.end
      continue
    }
    const hit = index.filter[slotOf(text, i)] === 1 ? hitAt(text, i, index, barrier?.start ?? text.length) : null
    if (hit !== null) repeats.push(hit)
    i = hit === null ? i + 1 : hit.end
  }
  return repeats
}

/** A quote in a value is a straight one in text and a curly one in JSON. */
function withCurlyQuotes(text: string): string {
  return text.replaceAll('"', String.fromCharCode(CURLY_QUOTE))
}

function hitAt(text: string, start: number, index: ValueIndex, limit: number): Finding | null {
  for (const length of index.lengths.get(text.slice(start, start + PREFIX)) ?? []) {
    const end = start + length
    if (end > limit) continue
    const finding = index.values.get(text.slice(start, end))
    if (finding === undefined) continue
    if (length >= ANYWHERE_LENGTH || (!isWordUnit(text, start - 1) && !isWordUnit(text, end))) {
      return { ...finding, start, end }
    }
  }
  return null
}

function isWordUnit(text: string, index: number): boolean {
  return index >= 0 && index < text.length && isWordPoint(text.charCodeAt(index))
}

function isDistinct(value: string): boolean {
  if (value.length >= WORD_LENGTH) return true
  return value.length >= MIXED_LENGTH && /[0-9]/.test(value) && /[^0-9]/.test(value)
}

function slotOf(text: string, i: number): number {
  return (text.charCodeAt(i) * 961 + text.charCodeAt(i + 1) * 31 + text.charCodeAt(i + 2) * 7) & (FILTER_SIZE - 1)
}
