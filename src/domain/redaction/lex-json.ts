import { isNumberEnd, NUMBER_START, stepNumber } from './lex-json-number.ts'
import { hexUnit, hexValue, isBlank, isDigit, isMarkUnit, isScalarStart, simpleEscape } from './lex-json-units.ts'

export const KIND_TEXT = 0
/** Punctuation, blanks and literals of a document. */
export const KIND_STRUCTURE = 1
export const KIND_NUMBER = 2
/** A quote that opens a key, one that opens a value, one that closes either. */
export const KIND_OPEN_KEY = 3
export const KIND_OPEN_VALUE = 4
export const KIND_CLOSE = 5

/** Strings in strings beyond this depth are read as text. */
export const MAX_LEVEL = 8
const MAX_CONTAINERS = 20_000

/** `json` takes any JSON value at its start, `text` objects and arrays where the text or a line of it starts. */
export type LexRoot = 'text' | 'json'

export interface LexSink {
  /** One decoded unit; `rawStart`..`rawEnd` is where it stands in the raw text, `level` how often it was decoded. */
  unit(code: number, rawStart: number, rawEnd: number, level: number, kind: number): void
  documentStart(level: number): void
  /** `complete` is false where the document broke the grammar or the text ended in it. */
  documentEnd(level: number, complete: boolean): void
}

const TEXT = 0
const START = 1
const VALUE = 2
const FIRST_VALUE = 3
const FIRST_VALUE_BLANK = 4
const FIRST_KEY = 5
const KEY = 6
const COLON = 7
const AFTER = 8
const STRING = 9
const NUMBER = 10
const LITERAL = 11
/** A placeholder that stands for a value without quotes, as models write it: `{"age": [AGE_1]}`. */
const MARK = 12

const ARRAY = 0
const OBJECT = 1

/** The text of one level: the whole, or what a string holds. */
export class Region {
  readonly #sink: LexSink
  readonly #level: number
  readonly #isJsonRoot: boolean
  #state = START
  /** Nothing but blanks so far. */
  #isFresh = true
  /** A string that began a text, and is JSON only if `{` or an escape follows. */
  #isTentative = false
  #hasMark = false
  #isKey = false
  #number = NUMBER_START
  #literal = ''
  #literalAt = 0
  readonly #containers: number[] = []
  #child: Region | null = null
  /** Units of an escape sequence that is not complete: code, raw start, raw end. */
  readonly #escape: number[] = []

  constructor(sink: LexSink, level: number, isJsonRoot: boolean) {
    this.#sink = sink
    this.#level = level
    this.#isJsonRoot = isJsonRoot
    this.reset()
  }

  reset(): void {
    this.#state = this.#level < MAX_LEVEL ? START : TEXT
    this.#isFresh = true
    this.#containers.length = 0
    this.#escape.length = 0
  }

  feed(code: number, start: number, end: number): void {
    if (this.#state === TEXT) this.#text(code, start, end)
    else if (this.#state === STRING) this.#feedString(code, start, end)
    else if (this.#state === START) this.#feedStart(code, start, end)
    else this.#feedDocument(code, start, end)
  }

  pendingStart(): number {
    if (this.#state !== STRING || this.#child === null) return -1
    const inner = this.#child.pendingStart()
    return inner >= 0 ? inner : (this.#escape[1] ?? -1)
  }

  /** Hands on what is left, and closes a document that is open. */
  end(): void {
    if (this.#state === NUMBER && this.#containers.length === 0 && isNumberEnd(this.#number)) this.#valueDone()
    else if (this.#state !== TEXT && this.#state !== START) this.#breakOff()
  }

  #text(code: number, start: number, end: number): void {
    this.#sink.unit(code, start, end, this.#level, KIND_TEXT)
    if (code === 10 && this.#level < MAX_LEVEL) this.#state = START
  }

  #structure(code: number, start: number, end: number): void {
    this.#sink.unit(code, start, end, this.#level, KIND_STRUCTURE)
  }

  #feedStart(code: number, start: number, end: number): void {
    if (isBlank(code) || code === 0xfeff) {
      this.#text(code, start, end)
      return
    }
    const opens = code === 123 || code === 91
    const isScalar = this.#isFresh && (code === 34 || (this.#isJsonRoot && isScalarStart(code)))
    this.#isTentative = code === 34 && !this.#isJsonRoot
    this.#isFresh = false
    if (!opens && !isScalar) {
      this.#state = TEXT
      this.#text(code, start, end)
      return
    }
    this.#hasMark = false
    this.#sink.documentStart(this.#level)
    this.#beginValue(code, start, end)
  }

  #feedDocument(code: number, start: number, end: number): void {
    if (this.#state === NUMBER) this.#feedNumber(code, start, end)
    else if (this.#state === LITERAL) this.#feedLiteral(code, start, end)
    else if (this.#state === MARK) this.#feedMark(code, start, end)
    else if (isBlank(code)) {
      if (this.#state === FIRST_VALUE) this.#state = FIRST_VALUE_BLANK
      this.#structure(code, start, end)
    } else this.#feedToken(code, start, end)
  }

  #feedToken(code: number, start: number, end: number): void {
    const state = this.#state
    const top = this.#containers.at(-1)
    if (code === 93 && top === ARRAY && (state === FIRST_VALUE || state === FIRST_VALUE_BLANK || state === AFTER)) {
      this.#close(code, start, end)
    } else if (code === 125 && top === OBJECT && (state === FIRST_KEY || state === AFTER)) {
      this.#close(code, start, end)
    } else if (state === VALUE || state === FIRST_VALUE || state === FIRST_VALUE_BLANK) {
      this.#beginValue(code, start, end)
    } else if ((state === FIRST_KEY || state === KEY) && code === 34) {
      this.#open(KIND_OPEN_KEY, start, end)
    } else if (state === COLON && code === 58) {
      this.#structure(code, start, end)
      this.#state = VALUE
    } else if (state === AFTER && code === 44) {
      this.#structure(code, start, end)
      this.#state = top === OBJECT ? KEY : VALUE
    } else this.#fail(code, start, end)
  }

  #beginValue(code: number, start: number, end: number): void {
    if (code === 34) this.#open(KIND_OPEN_VALUE, start, end)
    else if ((code === 123 || code === 91) && this.#containers.length < MAX_CONTAINERS) {
      this.#structure(code, start, end)
      this.#containers.push(code === 123 ? OBJECT : ARRAY)
      this.#state = code === 123 ? FIRST_KEY : FIRST_VALUE
    } else if (code === 45 || isDigit(code)) {
      this.#state = NUMBER
      this.#number = NUMBER_START
      this.#feedNumber(code, start, end)
    } else if (code === 116 || code === 102 || code === 110) {
      this.#state = LITERAL
      this.#literal = code === 116 ? 'true' : code === 102 ? 'false' : 'null'
      this.#literalAt = 0
      this.#feedLiteral(code, start, end)
    } else if (this.#state === FIRST_VALUE && code >= 65 && code <= 90 && this.#containers.length > 1) {
      this.#containers.pop()
      this.#hasMark = true
      this.#state = MARK
      this.#sink.unit(code, start, end, this.#level, KIND_TEXT)
    } else this.#fail(code, start, end)
  }

  #open(kind: number, start: number, end: number): void {
    this.#sink.unit(34, start, end, this.#level, kind)
    this.#isKey = kind === KIND_OPEN_KEY
    this.#state = STRING
    if (this.#child === null) this.#child = new Region(this.#sink, this.#level + 1, false)
    else this.#child.reset()
  }

  #close(code: number, start: number, end: number): void {
    this.#structure(code, start, end)
    this.#containers.pop()
    this.#valueDone()
  }

  #valueDone(): void {
    if (this.#containers.length > 0) {
      this.#state = AFTER
      return
    }
    this.#state = TEXT
    this.#sink.documentEnd(this.#level, !this.#hasMark)
  }

  #feedNumber(code: number, start: number, end: number): void {
    const next = stepNumber(this.#number, code)
    if (next >= 0) {
      this.#number = next
      this.#sink.unit(code, start, end, this.#level, KIND_NUMBER)
    } else if (isNumberEnd(this.#number)) {
      this.#valueDone()
      this.feed(code, start, end)
    } else this.#fail(code, start, end)
  }

  #feedLiteral(code: number, start: number, end: number): void {
    if (code !== this.#literal.charCodeAt(this.#literalAt)) {
      this.#fail(code, start, end)
      return
    }
    this.#structure(code, start, end)
    this.#literalAt += 1
    if (this.#literalAt === this.#literal.length) this.#valueDone()
  }

  #feedMark(code: number, start: number, end: number): void {
    if (code !== 93 && !isMarkUnit(code)) {
      this.#fail(code, start, end)
      return
    }
    this.#sink.unit(code, start, end, this.#level, KIND_TEXT)
    if (code === 93) this.#valueDone()
  }

  #feedString(code: number, start: number, end: number): void {
    if (this.#escape.length > 0) {
      this.#feedEscape(code, start, end)
      return
    }
    const isWrongStart = this.#isTentative && code !== 123 && code !== 92
    this.#isTentative = false
    if (isWrongStart || (code < 32 && !(this.#isJsonRoot && code !== 0))) this.#fail(code, start, end)
    else if (code === 92) this.#escape.push(code, start, end)
    else if (code === 34) {
      this.#child?.end()
      this.#sink.unit(code, start, end, this.#level, KIND_CLOSE)
      if (this.#isKey) this.#state = COLON
      else this.#valueDone()
    } else this.#child?.feed(code, start, end)
  }

  #feedEscape(code: number, start: number, end: number): void {
    const escape = this.#escape
    const isSecond = escape.length === 3
    if (isSecond ? code !== 117 && simpleEscape(code) < 0 : hexValue(code) < 0) {
      this.#fail(code, start, end)
      return
    }
    escape.push(code, start, end)
    if (isSecond ? code === 117 : escape.length < 18) return
    const first = escape[1] ?? start
    const decoded = isSecond ? simpleEscape(code) : hexUnit(escape)
    escape.length = 0
    this.#child?.feed(decoded, first, end)
  }

  /** The document breaks off before this unit, which is text. */
  #fail(code: number, start: number, end: number): void {
    this.#breakOff()
    this.#text(code, start, end)
  }

  #breakOff(): void {
    if (this.#state === STRING) this.#child?.end()
    this.#state = TEXT
    this.#containers.length = 0
    this.#sink.documentEnd(this.#level, false)
    const escape = this.#escape.splice(0)
    for (let i = 0; i + 2 < escape.length; i += 3) {
      this.#sink.unit(escape[i] ?? 0, escape[i + 1] ?? 0, escape[i + 2] ?? 0, this.#level, KIND_TEXT)
    }
  }
}
