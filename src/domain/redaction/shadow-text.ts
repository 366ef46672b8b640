import { createLexer } from './create-lexer.ts'
import { KIND_NUMBER, KIND_OPEN_VALUE, KIND_STRUCTURE, KIND_TEXT, type LexRoot, type LexSink } from './lex-json.ts'

/**
 * A text as a reader would take it in: what stands in JSON strings is decoded, at every depth, and a quote inside such
 * a string is a curly one, so that only those remain that begin and end strings. Engines look at this one, replacements
 * are made in the raw text. Without a map both are the same.
 */
export interface ShadowText {
  readonly text: string
  readonly map: ShadowMap | null
}

/** For each unit of the shadow: where it stands in the raw text, how deep, and as what. */
export interface ShadowMap {
  readonly rawStart: Uint32Array
  readonly rawEnd: Uint32Array
  readonly level: Uint8Array
  readonly kind: Uint8Array
}

const MAY_HOLD_JSON = /(?:^|\n)[ \t\r\n\ufeff]{0,64}[[{"]/

/** Reads a raw text into its shadow. */
export function shadowText(raw: string, root: LexRoot): ShadowText {
  if (root === 'text' && !MAY_HOLD_JSON.test(raw)) return { text: raw, map: null }
  const sink = new MapSink(raw.length)
  const lexer = createLexer(root, sink)
  lexer.push(raw)
  lexer.end()
  return sink.shadow()
}

/** Stands for a quote inside a JSON string. */
export const CURLY_QUOTE = 0x201d

class MapSink implements LexSink {
  readonly #codes: Uint16Array
  readonly #rawStart: Uint32Array
  readonly #rawEnd: Uint32Array
  readonly #level: Uint8Array
  readonly #kind: Uint8Array
  /** Per level: where its open document began. */
  readonly #starts: number[] = []
  #count = 0

  /** A shadow is never longer than its raw text. */
  constructor(length: number) {
    this.#codes = new Uint16Array(length)
    this.#rawStart = new Uint32Array(length)
    this.#rawEnd = new Uint32Array(length)
    this.#level = new Uint8Array(length)
    this.#kind = new Uint8Array(length)
  }

  unit(code: number, rawStart: number, rawEnd: number, level: number, kind: number): void {
    const i = this.#count
    this.#codes[i] = code === 34 && level > 0 && kind === KIND_TEXT ? CURLY_QUOTE : code
    this.#rawStart[i] = rawStart
    this.#rawEnd[i] = rawEnd
    this.#level[i] = level
    this.#kind[i] = kind
    this.#count = i + 1
  }

  documentStart(level: number): void {
    this.#starts[level] = this.#count
  }

  /** What looked like structure in a document that broke off is text after all. */
  documentEnd(level: number, complete: boolean): void {
    if (complete) return
    for (let i = this.#starts[level] ?? 0; i < this.#count; i += 1) {
      const kind = this.#kind[i]
      if (this.#level[i] === level && (kind === KIND_STRUCTURE || kind === KIND_NUMBER)) this.#kind[i] = KIND_TEXT
    }
    const last = this.#count - 1
    if (this.#kind[last] !== KIND_OPEN_VALUE || this.#level[last] !== level) return
    this.#kind[last] = KIND_TEXT
    if (level > 0) this.#codes[last] = CURLY_QUOTE
  }

  shadow(): ShadowText {
    const count = this.#count
    return {
      text: decodeUnits(this.#codes.subarray(0, count)),
      map: {
        rawStart: this.#rawStart.subarray(0, count),
        rawEnd: this.#rawEnd.subarray(0, count),
        level: this.#level.subarray(0, count),
        kind: this.#kind.subarray(0, count),
      },
    }
  }
}

const BLOCK = 8192

function decodeUnits(codes: Uint16Array): string {
  let text = ''
  for (let i = 0; i < codes.length; i += BLOCK) text += String.fromCharCode(...codes.subarray(i, i + BLOCK))
  return text
}
