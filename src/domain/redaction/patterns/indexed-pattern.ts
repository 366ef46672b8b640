import { ofLastText } from '../of-last-text.ts'
import { everyMatch } from './every-match.ts'
import { PatternIndex, startAt } from './pattern-index.ts'
import { patternStarts } from './pattern-starts.ts'
import { type Stretch, valueAtEnd } from './value-at-end.ts'

/**
 * A pattern that is tried only where a text has one of the beginnings of its matches. One reading of a text finds these
 * places for all such patterns: more than a hundred are looked for in every text, and few texts have anything of more
 * than some of them.
 */
export interface IndexedPattern {
  /** As `text.matchAll(pattern)` gives them. */
  matchesIn(text: string): Iterable<RegExpExecArray>
  /** The first group of each match, with which it ends. */
  valuesIn(text: string): Iterable<Stretch>
  /** As `pattern.test(text)` tells. */
  isIn(text: string): boolean
  /** Where a match begins, also one inside of another; null where they are too many. Those of the last text are kept. */
  beginningsIn(text: string): readonly number[] | null
  /** Whether the units at a place are such as a match begins with, whatever stands before them. */
  mayBeginAt(text: string, at: number): boolean
}

/** Of the patterns that are looked for in whole texts. */
const OF_TEXTS = new PatternIndex()
/** Of labels, which are looked for in texts with their words apart. */
export const OF_LABELS = new PatternIndex()

const NONE: readonly RegExpExecArray[] = []

/**
 * Makes a pattern an indexed one. Meant for constants of modules, since each stays known.
 *
 * @param pattern with the flag g
 * @throws RangeError when its matches may begin with anything
 */
export function indexed(pattern: RegExp, index: PatternIndex = OF_TEXTS): IndexedPattern {
  const own = patternStarts(pattern)
  const number = index.add(own)
  const here = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}y`)
  const matchesIn = (text: string): Iterable<RegExpExecArray> => {
    const places = index.placesOf(number, text)
    if (places === null) return everyMatch(text, pattern)
    return places.length === 0 ? NONE : matchesAt(text, here, places)
  }
  return {
    matchesIn,
    *valuesIn(text) {
      for (const match of matchesIn(text)) yield valueAtEnd(match)
    },
    isIn(text) {
      for (const _ of matchesIn(text)) return true
      return false
    },
    beginningsIn: ofLastText((text) => {
      const places = index.placesOf(number, text)
      return places?.filter((place) => !(here.unicode && isSecondHalf(text, place)) && isAt(here, text, place)) ?? null
    }),
    mayBeginAt: (text, at) => own.mayBeFirst || own.starts.has(startAt(text, at)),
  }
}

function* matchesAt(text: string, here: RegExp, places: readonly number[]): Generator<RegExpExecArray> {
  let from = 0
  for (const place of places) {
    if (place < from || (here.unicode && isSecondHalf(text, place))) continue
    here.lastIndex = place
    const match = here.exec(text)
    if (match === null) continue
    from = place + match[0].length
    yield match
  }
}

/** Of a surrogate pair, where no match of a pattern with the flag u starts. */
function isSecondHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}

/**
 * Where matches may begin in a part of a text that is looked at alone, counted from its start: all of those that do; null
 * where they may anywhere. What is before the part or behind it must be of no account to the pattern, but for the letters
 * and digits that its first word may begin with.
 */
export function placesBetween(
  pattern: IndexedPattern,
  text: string,
  from: number,
  to: number,
): readonly number[] | null {
  const all = pattern.beginningsIn(text)
  if (all === null) return null
  const found: number[] = []
  if (pattern.mayBeginAt(text, from)) found.push(0)
  for (let i = firstFrom(all, from + 1); i < all.length; i += 1) {
    const place = all[i] ?? to
    if (place >= to) break
    found.push(place - from)
  }
  return found
}

/** Whether a pattern with the flag y matches at a place. */
export function isAt(pattern: RegExp, text: string, place: number): boolean {
  pattern.lastIndex = place
  return pattern.test(text)
}

/** Of ascending numbers the index of the first that is no smaller. */
export function firstFrom(numbers: readonly number[], least: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < least) low = middle + 1
    else high = middle
  }
  return low
}
