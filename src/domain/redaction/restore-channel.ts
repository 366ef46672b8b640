import { createLexer, type Lexer } from './create-lexer.ts'
import { escapeJson } from './escape-json.ts'
import { KIND_CLOSE, KIND_OPEN_VALUE, type LexRoot, type LexSink } from './lex-json.ts'
import { canonicalUnit, isWordPoint, type SpellingNode } from './spell-placeholder.ts'

/** Placeholders of one request in the form that restoration needs. */
export interface RestoreTable {
  root: SpellingNode
  /** Whether any of them stands for a JSON number. */
  hasNumbers: boolean
}

/** One text that arrives in pieces. */
export interface RestoreChannel {
  /** Reads on and returns what is decided. */
  push(text: string): string
  /** The rest. */
  end(): string
}

/**
 * Restores placeholders in one text, in one pass: restored values are not read again. What is held back between two
 * pushes is a proper prefix of a tolerated spelling, plus the character that decides it.
 */
export function createChannel(table: RestoreTable, root: LexRoot): RestoreChannel {
  return new Channel(table, root)
}

const IDLE = 0
/** After the quote that opens a JSON value: `"[AGE_1]"` may stand for a number. */
const QUOTE = 1
const BRACKET = 2
/** A number's placeholder is complete, its closing quote is not there yet. */
const CLOSING = 3
const BARE = 4
/** A bare placeholder is complete and half a character follows. */
const BARE_SURROGATE = 5

/** A decoded unit and where it stands. */
type Unit = readonly [code: number, start: number, end: number, level: number, kind: number]

class Channel implements RestoreChannel, LexSink {
  readonly #table: RestoreTable
  readonly #lexer: Lexer
  /** Raw text that is not out yet, and the offset of its first unit. */
  #raw = ''
  #base = 0
  #out = ''
  #mode = IDLE
  #node: SpellingNode
  #quoteStart = -1
  #matchStart = 0
  #matchEnd = 0
  #matchLevel = 0
  /** Units after the bracket, to be read again if it turns out to be none. */
  #held: Unit[] = []
  /** The last two units before the one at hand. */
  #previous = 0
  #beforePrevious = 0

  constructor(table: RestoreTable, root: LexRoot) {
    this.#table = table
    this.#node = table.root
    this.#lexer = createLexer(root, this)
  }

  push(text: string): string {
    this.#raw += text
    this.#lexer.push(text)
    const pending = this.#lexer.pendingStart()
    let limit = this.#base + this.#raw.length
    if (pending >= 0) limit = pending
    if (this.#mode !== IDLE) limit = Math.min(limit, this.#quoteStart >= 0 ? this.#quoteStart : this.#matchStart)
    return this.#release(limit)
  }

  end(): string {
    this.#lexer.end()
    while (this.#mode !== IDLE) this.#endMatch()
    return this.#release(this.#base + this.#raw.length)
  }

  documentStart(): void {
    return
  }

  documentEnd(): void {
    return
  }

  unit(code: number, start: number, end: number, level: number, kind: number): void {
    if (this.#mode === IDLE) this.#idle(code, start, end, level, kind)
    else if (this.#mode === BRACKET) this.#bracket([code, start, end, level, kind])
    else if (this.#mode === BARE) this.#bare([code, start, end, level, kind])
    else if (this.#mode === QUOTE) this.#quote([code, start, end, level, kind])
    else if (this.#mode === CLOSING) this.#closing([code, start, end, level, kind])
    else this.#surrogate([code, start, end, level, kind])
  }

  #idle(code: number, start: number, end: number, level: number, kind: number): void {
    if (kind === KIND_OPEN_VALUE && this.#table.hasNumbers) {
      this.#mode = QUOTE
      this.#quoteStart = start
    } else if (code === 91) {
      this.#openBracket(start)
    } else if (code >= 65 && code <= 90 && !this.#isAfterWord()) {
      const node = this.#table.root.next.get(code)
      if (node !== undefined) {
        this.#mode = BARE
        this.#node = node
        this.#matchStart = start
        this.#matchEnd = end
        this.#matchLevel = level
      }
    }
    this.#beforePrevious = this.#previous
    this.#previous = code
  }

  #openBracket(start: number): void {
    this.#mode = BRACKET
    this.#node = this.#table.root
    this.#matchStart = start
    this.#held = []
  }

  #quote(unit: Unit): void {
    if (unit[0] !== 91) {
      this.#toIdle()
      this.unit(...unit)
      return
    }
    this.#openBracket(unit[1])
    this.#previous = 91
  }

  #bracket(unit: Unit): void {
    const [code, , end, level] = unit
    this.#held.push(unit)
    const entry = this.#node.entry
    const next = code === 93 ? undefined : this.#node.next.get(canonicalUnit(code))
    if (next !== undefined) {
      this.#node = next
      return
    }
    if (code !== 93 || entry === null) {
      this.#failBracket()
      return
    }
    this.#matchEnd = end
    this.#matchLevel = level
    if (this.#quoteStart >= 0 && entry.isNumeric) this.#mode = CLOSING
    else this.#complete(entry, 93)
  }

  /** What follows a bracket that opens no placeholder may hold one without brackets. */
  #failBracket(): void {
    const held = this.#held
    this.#toIdle()
    this.#previous = 91
    for (const unit of held) this.unit(...unit)
  }

  #closing(unit: Unit): void {
    const entry = this.#node.entry
    if (entry !== null && unit[4] === KIND_CLOSE) {
      this.#replace(this.#quoteStart, unit[2], entry.value)
      this.#toIdle()
      this.#previous = 34
      return
    }
    if (entry !== null) this.#complete(entry, 93)
    this.unit(...unit)
  }

  #bare(unit: Unit): void {
    const [code, , end, level] = unit
    const next = this.#node.next.get(code)
    if (next !== undefined) {
      this.#node = next
      this.#matchEnd = end
      this.#matchLevel = level
      this.#beforePrevious = this.#previous
      this.#previous = code
      return
    }
    const entry = this.#node.entry
    if (entry !== null && code >= 0xd800 && code <= 0xdbff) {
      this.#mode = BARE_SURROGATE
      this.#held = [unit]
      return
    }
    if (entry !== null && !isWordPoint(code)) this.#complete(entry, 48)
    else this.#toIdle()
    this.unit(...unit)
  }

  #surrogate(unit: Unit): void {
    const entry = this.#node.entry
    const high = this.#held[0]
    const isWord = high !== undefined && isWordPoint(pointOf(high[0], unit[0]))
    if (entry !== null && !isWord) this.#complete(entry, 48)
    else this.#toIdle()
    if (high !== undefined) this.unit(...high)
    this.unit(...unit)
  }

  /** Decides what is open when no more text comes. */
  #endMatch(): void {
    const entry = this.#node.entry
    if (this.#mode === BRACKET) this.#failBracket()
    else if (entry !== null && (this.#mode === CLOSING || this.#mode === BARE || this.#mode === BARE_SURROGATE)) {
      this.#complete(entry, 93)
    } else this.#toIdle()
  }

  #complete(entry: { value: string }, last: number): void {
    this.#replace(this.#matchStart, this.#matchEnd, escapeJson(entry.value, this.#matchLevel))
    this.#toIdle()
    this.#beforePrevious = 0
    this.#previous = last
  }

  #toIdle(): void {
    this.#mode = IDLE
    this.#quoteStart = -1
    this.#held = []
  }

  #replace(start: number, end: number, value: string): void {
    this.#out += this.#raw.slice(0, start - this.#base) + value
    this.#raw = this.#raw.slice(end - this.#base)
    this.#base = end
  }

  #release(limit: number): string {
    const out = this.#out + this.#raw.slice(0, limit - this.#base)
    this.#raw = this.#raw.slice(limit - this.#base)
    this.#base = limit
    this.#out = ''
    return out
  }

  #isAfterWord(): boolean {
    return isWordPoint(pointOf(this.#beforePrevious, this.#previous))
  }
}

/** The code point that two units make, or that the second is by itself. */
function pointOf(high: number, low: number): number {
  const isPair = high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff
  return isPair ? (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000 : low
}
