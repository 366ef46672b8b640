import { ofLastText } from '../of-last-text.ts'
import type { PatternStarts } from './pattern-starts.ts'
import { BITS, classOf, DIGIT, isLetterClass, OTHER, START_UNITS, STARTS, shift } from './units.ts'

const NOWHERE: readonly number[] = []
/** So many places are kept of each pattern, and one more for so many units. */
const FEW = 64
const UNITS_A_PLACE = 4

/** By start the patterns that have it. */
interface StartIndex {
  /** Sets of patterns; set 0 is empty. */
  sets: readonly (readonly number[])[]
  /** The number of a set by what stands before a start and the start. */
  numbers: Uint16Array
}

/** What stands before a start: a letter or a digit of ASCII, or neither. */
const FREE = 0
const BEHIND_LETTER = STARTS
const BEHIND_DIGIT = 2 * STARTS
/** By the class of a unit. */
const BEHIND = Uint32Array.from({ length: 1 << BITS }, (_, unit) =>
  isLetterClass(unit) ? BEHIND_LETTER : unit === DIGIT ? BEHIND_DIGIT : FREE,
)

/** What some patterns begin with, and where a text has such beginnings: one reading finds them for all. */
export class PatternIndex {
  readonly #patterns: PatternStarts[] = []
  /** Made with the first text, when all modules have named their patterns. */
  #index: StartIndex | null = null
  #places = ofLastText((text) => this.#placesIn(text))

  /** Gives the number of the pattern. */
  add(starts: PatternStarts): number {
    this.#index = null
    this.#places = ofLastText((text) => this.#placesIn(text))
    return this.#patterns.push(starts) - 1
  }

  /**
   * Where the beginning of a pattern's matches stands; null where in so many places that they help nobody. Those of the
   * last text are kept. Linear.
   */
  placesOf(pattern: number, text: string): readonly number[] | null {
    const places = this.#places(text)[pattern]
    return places === undefined ? NOWHERE : places
  }

  #placesIn(text: string): Places {
    this.#index ??= startIndex(this.#patterns)
    const { sets, numbers } = this.#index
    const places: Places = this.#patterns.map(({ mayBeFirst }) => (mayBeFirst ? [0] : undefined))
    const { length } = text
    const most = FEW + length / UNITS_A_PLACE
    let start = startAt(text, 0) >> BITS
    let before = FREE
    for (let at = 0, next = START_UNITS - 1; at < length; at += 1, next += 1) {
      start = shift(start, next < length ? classOf(text.charCodeAt(next)) : OTHER)
      const set = numbers[before + start] ?? 0
      if (set > 0) addPlace(places, sets[set] ?? [], at, most)
      before = BEHIND[start >> (BITS * (START_UNITS - 1))] ?? FREE
    }
    return places
  }
}

/** By the number of the pattern; null for too many, undefined for none. */
type Places = (number[] | null | undefined)[]

/** The first units that stand at a place. */
export function startAt(text: string, at: number): number {
  let start = 0
  for (let i = at; i < at + START_UNITS; i += 1) start = shift(start, classAt(text, i))
  return start
}

function startIndex(patterns: readonly PatternStarts[]): StartIndex {
  const sets: number[][] = [[]]
  const known = new Map([['', 0]])
  const numberOf = (set: number[]): number => {
    const number = known.get(set.join())
    if (number !== undefined) return number
    known.set(set.join(), sets.length)
    return sets.push(set) - 1
  }
  const numbers = new Uint16Array(3 * STARTS)
  patterns.forEach(({ starts, isBehindLetter, isBehindDigit }, pattern) => {
    const places = [FREE, ...(isBehindLetter ? [BEHIND_LETTER] : []), ...(isBehindDigit ? [BEHIND_DIGIT] : [])]
    const added = new Map<number, number>()
    for (const before of places)
      for (const start of starts) {
        const set = numbers[before + start] ?? 0
        const more = added.get(set) ?? numberOf([...(sets[set] ?? []), pattern])
        added.set(set, more)
        numbers[before + start] = more
      }
  })
  return { sets, numbers }
}

function addPlace(places: Places, set: readonly number[], at: number, most: number): void {
  for (const pattern of set) {
    const known = places[pattern]
    if (known === undefined) places[pattern] = [at]
    else if (known !== null) {
      if (known.length < most) known.push(at)
      else places[pattern] = null
    }
  }
}

function classAt(text: string, at: number): number {
  return at < text.length ? classOf(text.charCodeAt(at)) : OTHER
}
