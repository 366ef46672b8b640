import { classOf, isWordClass, LOWER, NUMBER, UPPER } from './characters.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Most hashed letter groups a word has. */
export const MAX_GRAMS = 24
/** Size of the table of letter groups; bucket 0 is padding. */
export const BUCKETS = 16_384

/** What the name model sees of a word by itself. */
export interface WordFeatures {
  /** Ids of word pieces; at most `MAX_PIECES`. */
  pieces: readonly number[]
  /** Buckets of letter groups; at most `MAX_GRAMS`. */
  grams: readonly number[]
  /** 1 to 11; 0 is padding. */
  shape: number
}

/** The same as `_features` in training/names/tokens.py. */
export function wordFeatures(vocabulary: Vocabulary, word: string): WordFeatures {
  return { pieces: vocabulary.piecesOf(word), grams: gramsOf(word), shape: shapeOf(word) }
}

/** Buckets of the word in lower case, its beginnings and ends, and its triples of code points. */
export function gramsOf(word: string): number[] {
  const lower = word.toLowerCase()
  const chars = Array.from(lower)
  const found = [bucketOf('=', chars, 0, chars.length)]
  for (let size = 1; size <= 4; size += 1) {
    if (chars.length <= size) break
    found.push(bucketOf('<', chars, 0, size), bucketOf('>', chars, chars.length - size, chars.length))
  }
  for (let i = 0; i + 2 < chars.length && found.length < MAX_GRAMS; i += 1) found.push(bucketOf('', chars, i, i + 3))
  return found
}

/** FNV-1a of 32 bits over the UTF-16 code units of a mark and of some characters, into 1..BUCKETS-1. */
function bucketOf(mark: string, chars: readonly string[], from: number, to: number): number {
  let hash = 0x811c9dc5
  if (mark !== '') hash = Math.imul(hash ^ mark.charCodeAt(0), 0x01000193)
  for (let c = from; c < to; c += 1) {
    const char = chars[c] ?? ''
    for (let i = 0; i < char.length; i += 1) hash = Math.imul(hash ^ char.charCodeAt(i), 0x01000193)
  }
  return 1 + ((hash >>> 0) % (BUCKETS - 1))
}

const SHAPE_SYMBOL = 1
const SHAPE_DIGITS = 2
const SHAPE_LOWER = 3
const SHAPE_TITLE = 4
const SHAPE_UPPER = 5
const SHAPE_SINGLE_UPPER = 6
const SHAPE_MIXED = 7
const SHAPE_LOWER_DIGIT = 8
const SHAPE_UPPER_DIGIT = 9
const SHAPE_MIXED_DIGIT = 10
const SHAPE_UNCASED = 11

/** Case and digits of a word, as one of eleven shapes. */
export function shapeOf(word: string): number {
  let length = 0
  let upper = 0
  let lower = 0
  let digits = 0
  let startsUpper = false
  for (const char of word) {
    const kind = classOf(char.codePointAt(0) ?? 0)
    if (length === 0) {
      if (!isWordClass(kind)) return SHAPE_SYMBOL
      startsUpper = kind === UPPER
    }
    length += 1
    if (kind === UPPER) upper += 1
    else if (kind === LOWER) lower += 1
    else if (kind === NUMBER) digits += 1
  }
  if (upper + lower === 0) return digits === length ? SHAPE_DIGITS : SHAPE_UNCASED
  if (digits > 0) return upper > 0 && lower > 0 ? SHAPE_MIXED_DIGIT : upper > 0 ? SHAPE_UPPER_DIGIT : SHAPE_LOWER_DIGIT
  if (upper === 0) return SHAPE_LOWER
  if (lower === 0) return length === 1 ? SHAPE_SINGLE_UPPER : SHAPE_UPPER
  return upper === 1 && startsUpper ? SHAPE_TITLE : SHAPE_MIXED
}
