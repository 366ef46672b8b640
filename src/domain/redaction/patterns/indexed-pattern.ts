import { type PatternStarts, patternStarts } from './pattern-starts.ts'
import { BITS, classOf, DIGIT, isLetterClass, OTHER, START_UNITS, STARTS, shift } from './units.ts'

/**
 * A pattern that is tried only where a text has one of the beginnings of its matches. One reading of a text finds these
 * places for all such patterns: more than a hundred are looked for in every text, and few texts have anything of more
 * than some of them.
 */
export interface IndexedPattern {
  /** As `text.matchAll(pattern)` gives them. */
  matchesIn(text: string): Iterable<RegExpExecArray>
  /** As `pattern.test(text)` tells. */
  isIn(text: string): boolean
}

/** All of them, by number. */
const patterns: PatternStarts[] = []

/**
 * Makes a pattern an indexed one. Meant for constants of modules, since each stays known.
 *
 * @param pattern with the flag g
 * @throws RangeError when its matches may begin with anything
 */
export function indexed(pattern: RegExp): IndexedPattern {
  const number = patterns.push(patternStarts(pattern)) - 1
  index = null
  const here = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}y`)
  const matchesIn = (text: string): Iterable<RegExpExecArray> => {
    const places = placesIn(text)[number]
    if (places === undefined) return []
    return places === TOO_MANY ? text.matchAll(pattern) : matchesAt(text, here, places)
  }
  return {
    matchesIn,
    isIn(text) {
      for (const _ of matchesIn(text)) return true
      return false
    },
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

/** By start the patterns that have it, as the number of a set of them; set 0 is empty. */
interface StartIndex {
  sets: readonly (readonly number[])[]
  /** Where neither a letter nor a digit of ASCII stands before it. */
  free: Uint16Array
  behindLetter: Uint16Array
  behindDigit: Uint16Array
}

let index: StartIndex | null = null

/** Made with the first text, when all modules have named their patterns. */
function startIndex(): StartIndex {
  if (index !== null) return index
  const sets: number[][] = [[]]
  const numbers = new Map([['', 0]])
  const numberOf = (set: number[]): number => {
    const known = numbers.get(set.join())
    if (known !== undefined) return known
    numbers.set(set.join(), sets.length)
    return sets.push(set) - 1
  }
  const [free, behindLetter, behindDigit] = [new Uint16Array(STARTS), new Uint16Array(STARTS), new Uint16Array(STARTS)]
  patterns.forEach(({ starts, isBehindLetter, isBehindDigit }, pattern) => {
    for (const table of [free, ...(isBehindLetter ? [behindLetter] : []), ...(isBehindDigit ? [behindDigit] : [])]) {
      const added = new Map<number, number>()
      for (const start of starts) {
        const set = table[start] ?? 0
        const more = added.get(set) ?? numberOf([...(sets[set] ?? []), pattern])
        added.set(set, more)
        table[start] = more
      }
    }
  })
  index = { sets, free, behindLetter, behindDigit }
  return index
}

/** Stands for places that are so many that they help nobody. */
const TOO_MANY: number[] = []
/** So many places are kept of each pattern, and one more for so many units. */
const FEW = 64
const UNITS_A_PLACE = 4

let last: { text: string; places: readonly (number[] | undefined)[] } = { text: '', places: [] }

/** By pattern where a text has one of its starts. Those of the text that was asked for last are kept. Linear. */
function placesIn(text: string): readonly (number[] | undefined)[] {
  const { sets, free, behindLetter, behindDigit } = startIndex()
  if (last.text === text && last.places.length === patterns.length) return last.places
  const places: (number[] | undefined)[] = patterns.map(({ mayBeFirst }) => (mayBeFirst ? [0] : undefined))
  const most = FEW + text.length / UNITS_A_PLACE
  let start = 0
  for (let i = 0; i < START_UNITS - 1; i += 1) start = shift(start, classAt(text, i))
  let table = free
  for (let i = 0; i < text.length; i += 1) {
    start = shift(start, classAt(text, i + START_UNITS - 1))
    const set = table[start] ?? 0
    if (set > 0) addPlace(places, sets[set] ?? [], i, most)
    const unit = start >> (BITS * (START_UNITS - 1))
    table = isLetterClass(unit) ? behindLetter : unit === DIGIT ? behindDigit : free
  }
  last = { text, places }
  return places
}

function addPlace(places: (number[] | undefined)[], set: readonly number[], at: number, most: number): void {
  for (const pattern of set) {
    const known = places[pattern]
    if (known === undefined) places[pattern] = [at]
    else if (known !== TOO_MANY) {
      if (known.length < most) known.push(at)
      else places[pattern] = TOO_MANY
    }
  }
}

function classAt(text: string, at: number): number {
  return at < text.length ? classOf(text.charCodeAt(at)) : OTHER
}
