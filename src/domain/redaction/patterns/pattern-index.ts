import type { PatternStarts } from './pattern-starts.ts'
import { BITS, classOf, DIGIT, isLetterClass, OTHER, START_UNITS, STARTS, shift } from './units.ts'

const NOWHERE: readonly number[] = []
/** So many places are kept of each pattern, and one more for so many units. */
const FEW = 64
const UNITS_A_PLACE = 4

/** By start the patterns that have it, as the number of a set of them; set 0 is empty. */
interface StartIndex {
  sets: readonly (readonly number[])[]
  /** Where neither a letter nor a digit of ASCII stands before it. */
  free: Uint16Array
  behindLetter: Uint16Array
  behindDigit: Uint16Array
}

/** What some patterns begin with, and where a text has such beginnings: one reading finds them for all. */
export class PatternIndex {
  readonly #patterns: PatternStarts[] = []
  /** Made with the first text, when all modules have named their patterns. */
  #index: StartIndex | null = null
  #last: { text: string; places: Places } | null = null

  /** Gives the number of the pattern. */
  add(starts: PatternStarts): number {
    this.#index = null
    this.#last = null
    return this.#patterns.push(starts) - 1
  }

  /**
   * Where the beginning of a pattern's matches stands; null where in so many places that they help nobody. Those of the
   * last text are kept. Linear.
   */
  placesOf(pattern: number, text: string): readonly number[] | null {
    if (this.#last?.text !== text) this.#last = { text, places: this.#placesIn(text) }
    const places = this.#last.places[pattern]
    return places === undefined ? NOWHERE : places
  }

  #placesIn(text: string): Places {
    this.#index ??= startIndex(this.#patterns)
    const { sets, free, behindLetter, behindDigit } = this.#index
    const places: Places = this.#patterns.map(({ mayBeFirst }) => (mayBeFirst ? [0] : undefined))
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
  return { sets, free, behindLetter, behindDigit }
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
