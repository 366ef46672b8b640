import { BITS, classOf, DIGIT, isLetterClass, OTHER, START_UNITS } from './units.ts'

/** What the matches of a pattern begin with. */
export interface PatternStarts {
  /** Their first three units by class, as `shift` puts them together: all that they may be, and perhaps some more. */
  starts: ReadonlySet<number>
  /** Whether one may begin right behind a letter of ASCII, and behind a digit. */
  isBehindLetter: boolean
  isBehindDigit: boolean
  /** Whether one may stand at the very start of a text, with another beginning. */
  mayBeFirst: boolean
}

/**
 * What a part of a pattern matches begins with: up to three classes of units as `shift` puts them together, how many
 * they are, and whether the part ends there, so that what follows it goes on; otherwise anything may follow.
 */
type Prefix = number
type Prefixes = ReadonlySet<Prefix>

function prefix(units: number, length: number, isOpen: boolean): Prefix {
  return units * 8 + length * 2 + (isOpen && length < START_UNITS ? 1 : 0)
}

const unitsOf = (one: Prefix): number => one >> 3
const lengthOf = (one: Prefix): number => (one >> 1) & 3
const isOpen = (one: Prefix): boolean => (one & 1) === 1

const NOTHING: Prefixes = new Set([prefix(0, 0, true)])
const ANYTHING: Prefixes = new Set([prefix(0, 0, false)])
/** More are cut to fewer units. */
const MAX_PREFIXES = 2_000
const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const UNDERSCORE = classOf(95)

/**
 * Reads off a pattern what its matches begin with; look-around and what it cannot tell count as anything.
 *
 * @throws RangeError when a match may be empty or may begin with anything
 */
export function patternStarts({ source, flags }: RegExp): PatternStarts {
  const reader = new PatternReader(source, flags.replace(/[^imsu]/g, ''))
  const prefixes = [...reader.readAll()]
  if (prefixes.some((one) => lengthOf(one) === 0))
    throw new RangeError(`Matches of /${source.slice(0, 80)}/ may begin with anything.`)
  const isWord = prefixes.every((one) => isWordClass(unitsOf(one) >> (BITS * (lengthOf(one) - 1))))
  const isAllowed = (units: string): boolean => !reader.forbidsBefore(units, isWord)
  return {
    starts: new Set(prefixes.flatMap((one) => completed(unitsOf(one), lengthOf(one)))),
    isBehindLetter: isAllowed(LETTERS),
    isBehindDigit: isAllowed(DIGITS),
    mayBeFirst: reader.mayBeFirst,
  }
}

function isWordClass(unit: number): boolean {
  return isLetterClass(unit) || unit === DIGIT || unit === UNDERSCORE
}

/** Every start that begins with these units. */
function completed(units: number, length: number): number[] {
  const more = BITS * (START_UNITS - length)
  return Array.from({ length: 1 << more }, (_, rest) => (units << more) | rest)
}

/** By flags and source: the same few stand in most patterns. */
const KNOWN_CLASSES = new Map<string, ReadonlySet<number>>()

/** Reads the source of a regular expression once, from left to right. */
class PatternReader {
  readonly #source: string
  readonly #flags: string
  #at = 0
  #isChoice = false
  /** Whether a part of it matches only where the text starts. */
  mayBeFirst = false

  /** @param flags of i, m, s and u those that it has */
  constructor(source: string, flags: string) {
    this.#source = source
    this.#flags = flags
  }

  readAll(): Prefixes {
    const { prefixes, isChoice } = this.#readChoice()
    this.#isChoice = isChoice
    return prefixes
  }

  /**
   * Whether a look-behind or a border of words before everything else forbids each of some letters and digits; known
   * when all is read.
   *
   * @param isWord whether what follows begins with letters, digits and underscores alone
   */
  forbidsBefore(units: string, isWord: boolean): boolean {
    if (this.#isChoice) return false
    if (this.#source.startsWith('\\b')) return isWord
    const before = /^\(\?<!(\[(?:\\.|[^\]\\])*\]|\\p\{L\})[|)]/.exec(this.#source)?.[1]
    return before !== undefined && new RegExp(`^${before}{${units.length}}$`, this.#flags).test(units)
  }

  /** Alternatives up to the bracket that closes them. */
  #readChoice(): { prefixes: Prefixes; isChoice: boolean } {
    const found = [this.#readSequence()]
    while (this.#source[this.#at] === '|') {
      this.#at += 1
      found.push(this.#readSequence())
    }
    return { prefixes: distinct(found), isChoice: found.length > 1 }
  }

  #readSequence(): Prefixes {
    let prefixes: Prefixes = NOTHING
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? ''))
      prefixes = followed(prefixes, this.#readQuantified())
    return prefixes
  }

  #readQuantified(): Prefixes {
    const part = this.#readPart()
    const quantifier = /^(?:([*+?])|\{([0-9]+)(,?)([0-9]*)\})\??/.exec(this.#source.slice(this.#at, this.#at + 16))
    if (quantifier === null) return part
    const [whole, sign, from = '', comma, to] = quantifier
    this.#at += whole.length
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0
    const most = sign === '?' ? 1 : sign !== undefined ? START_UNITS : comma === '' ? least : Number(to || START_UNITS)
    return repeated(part, Math.min(least, START_UNITS), Math.min(most, START_UNITS))
  }

  /** One group, class, escape or unit. */
  #readPart(): Prefixes {
    const rest = this.#source.slice(this.#at, this.#at + 64)
    const group = /^\((?:\?(?:[:=!]|<[=!]|<[^>]+>))?/.exec(rest)?.[0]
    if (group !== undefined) {
      this.#at += group.length
      const { prefixes } = this.#readChoice()
      this.#at += 1
      return /[=!]$/.test(group) ? NOTHING : prefixes
    }
    if (rest[0] === '^' && !this.#flags.includes('m')) {
      this.mayBeFirst = true
      return this.#skip(1, new Set())
    }
    const [empty] = /^(?:[\^$]|\\[bB])/.exec(rest) ?? []
    if (empty !== undefined) return this.#skip(empty.length, NOTHING)
    const [reference] = /^\\(?:[1-9][0-9]*|k<[^>]+>)/.exec(rest) ?? []
    if (reference !== undefined) return this.#skip(reference.length, ANYTHING)
    const unit =
      rest[0] === '['
        ? this.#classAhead()
        : (/^(?:\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x..|[pP]\{[^}]+\}|.)|.)/su.exec(rest)?.[0] ?? '')
    return this.#skip(unit.length, prefixesOf(this.#classesOf(unit)))
  }

  #classAhead(): string {
    let end = this.#at + 1
    while (this.#source[end] !== ']') end += this.#source[end] === '\\' ? 2 : 1
    return this.#source.slice(this.#at, end + 1)
  }

  #skip(length: number, prefixes: Prefixes): Prefixes {
    this.#at += length
    return prefixes
  }

  /** The classes of what one unit or class of the pattern matches. */
  #classesOf(part: string): ReadonlySet<number> {
    const key = `${this.#flags}/${part}`
    const classes = KNOWN_CLASSES.get(key) ?? this.#readClasses(part)
    KNOWN_CLASSES.set(key, classes)
    return classes
  }

  #readClasses(part: string): ReadonlySet<number> {
    const classes = new Set<number>()
    if (/^[^.\\[]$/.test(part)) classes.add(classOf(part.charCodeAt(0)))
    else {
      const one = new RegExp(`^${part}$`, this.#flags)
      for (let code = 0; code < 128; code += 1) if (one.test(String.fromCharCode(code))) classes.add(classOf(code))
      if (/^\.$|^\[\^|[^ -~]|\\[^\][\\^$.*+?(){}|/tnrfv0-]/.test(part)) classes.add(OTHER)
    }
    // The long s and the sign of Kelvin are letters of ASCII in another case.
    if (/i.*u/.test(this.#flags) && (classes.has(classOf(115)) || classes.has(classOf(107)))) classes.add(OTHER)
    return classes
  }
}

/** What is not ASCII may be one unit or two, so anything may follow it. */
function prefixesOf(classes: ReadonlySet<number>): Prefixes {
  return new Set(Array.from(classes, (unit) => prefix(unit, 1, unit !== OTHER)))
}

function repeated(part: Prefixes, least: number, most: number): Prefixes {
  const all: Prefixes[] = least === 0 ? [NOTHING] : []
  let some = NOTHING
  for (let times = 1; times <= most; times += 1) {
    some = followed(some, part)
    if (times >= least) all.push(some)
  }
  return distinct(all)
}

function followed(before: Prefixes, after: Prefixes): Prefixes {
  const open = [...before].filter(isOpen)
  if (open.length === 0 || after === NOTHING) return before
  if (before === NOTHING) return after
  const joined = new Set<Prefix>()
  for (const one of before) if (!isOpen(one)) joined.add(one)
  const rest = open.length * after.size > MAX_PREFIXES ? shortened(after) : after
  for (const one of open) for (const next of rest) joined.add(joinedTo(one, next))
  return distinct([joined])
}

function joinedTo(one: Prefix, next: Prefix): Prefix {
  const room = START_UNITS - lengthOf(one)
  const cut = Math.max(0, lengthOf(next) - room)
  const taken = lengthOf(next) - cut
  return prefix((unitsOf(one) << (BITS * taken)) | (unitsOf(next) >> (BITS * cut)), lengthOf(one) + taken, isOpen(next))
}

/** All of them; where they are too many, with fewer units. */
function distinct(some: readonly Prefixes[]): Prefixes {
  const [first] = some
  const all = some.length === 1 && first !== undefined ? first : new Set(some.flatMap((prefixes) => [...prefixes]))
  return all.size > MAX_PREFIXES ? distinct([shortened(all)]) : all
}

/** Without the last unit of the longest ones, behind which anything may follow. */
function shortened(prefixes: Prefixes): Prefixes {
  let longest = 0
  for (const one of prefixes) longest = Math.max(longest, lengthOf(one))
  return new Set(
    Array.from(prefixes, (one) => (lengthOf(one) < longest ? one : prefix(unitsOf(one) >> BITS, longest - 1, false))),
  )
}
