import { classOf, isWordClass, LOWER, NUMBER, UPPER } from './characters.ts'
import { FNV_START, fnvOf } from './fnv.ts'
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
  const starts = startsOf(lower)
  const length = starts.length - 1
  const bucket = (mark: string, from: number, to: number): number =>
    bucketOf(mark, lower, starts[from] ?? 0, starts[to] ?? 0)
  const found = [bucket('=', 0, length)]
  for (let size = 1; size <= 4 && size < length; size += 1)
    found.push(bucket('<', 0, size), bucket('>', length - size, length))
  for (let i = 0; i + 2 < length && found.length < MAX_GRAMS; i += 1) found.push(bucket('', i, i + 3))
  return found
}

/** Where each code point starts, and where the last one ends. */
function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = 0; at < text.length; ) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    starts.push(at)
  }
  return starts
}

/** FNV-1a of 32 bits over the UTF-16 code units of a mark and of a part of a text, into 1..BUCKETS-1. */
function bucketOf(mark: string, text: string, from: number, to: number): number {
  const hash = fnvOf(fnvOf(FNV_START, mark, 0, mark.length), text, from, to)
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
