import { WINDOW_WORDS } from '../../../domain/redaction/names/windows.ts'
import type { WordFeatures } from '../../../domain/redaction/names/word-features.ts'
import { WordRows, type WordTables } from './word-rows.ts'

/** Words of the vocabulary that are kept put together, each spelling by itself; 600 bytes each. */
const MAX_KNOWN = 4096
/** A window has room in it. */
const FIRST_CAPACITY = WINDOW_WORDS
/** Memory of calls that is kept for the next ones, and the most rows of it that are worth keeping. */
const MAX_SPARE = 2
const MAX_SPARE_ROWS = 4096

export interface WordTableOptions {
  tables: WordTables
  featuresOf(word: string): WordFeatures
  /** Whether a word is one of the vocabulary, which is public: of any other word nothing outlives its call. */
  isPublic(word: string): boolean
}

/** Puts words together for the net, each once a call; what is in the vocabulary once and for all. */
export class WordTable {
  readonly #options: WordTableOptions
  readonly #known: WordRows
  readonly #knownRows = new Map<string, number>()
  readonly #spare: WordRows[] = []

  constructor(options: WordTableOptions) {
    this.#options = options
    this.#known = new WordRows(options.tables, FIRST_CAPACITY)
  }

  /** Rows for some of the words of a call; give them back when they are done with. */
  borrow(): WordRows {
    return this.#spare.pop() ?? new WordRows(this.#options.tables, FIRST_CAPACITY)
  }

  giveBack(rows: WordRows): void {
    rows.clear()
    if (this.#spare.length < MAX_SPARE && rows.capacity <= MAX_SPARE_ROWS) this.#spare.push(rows)
  }

  /** Opens the words of a call. */
  open(): CallWords {
    return new CallWords(this, this.#known, this.#options)
  }

  /** The row of a word that is kept; undefined when it is none. */
  knownRow(word: string): number | undefined {
    const known = this.#knownRows.get(word)
    if (known !== undefined || this.#known.count >= MAX_KNOWN || !this.#options.isPublic(word)) return known
    const row = this.#known.add(word, this.#options.featuresOf(word))
    this.#knownRows.set(word, row)
    return row
  }
}

/** The words of one call. */
export class CallWords {
  readonly #table: WordTable
  readonly #known: WordRows
  readonly #own: WordRows
  readonly #ownRows = new Map<string, number>()
  readonly #featuresOf: (word: string) => WordFeatures

  constructor(table: WordTable, known: WordRows, { featuresOf }: WordTableOptions) {
    this.#table = table
    this.#known = known
    this.#own = table.borrow()
    this.#featuresOf = featuresOf
  }

  /** A number for a word: its row, or below zero one less than minus the row of a word that is kept. */
  rowOf(word: string): number {
    const known = this.#table.knownRow(word)
    if (known !== undefined) return -1 - known
    const own = this.#ownRows.get(word)
    if (own !== undefined) return own
    const row = this.#own.add(word, this.#featuresOf(word))
    this.#ownRows.set(word, row)
    return row
  }

  /** Whether the word of a number may be a name or a part of one. */
  canBeName(row: number): boolean {
    return (row < 0 ? this.#known.canBeName[-1 - row] : this.#own.canBeName[row]) === 1
  }

  /** Copies what belongs to a number to a place of other rows. */
  copy(row: number, into: WordRows, at: number): void {
    if (row < 0) into.copy(this.#known, -1 - row, at)
    else into.copy(this.#own, row, at)
  }

  close(): void {
    this.#table.giveBack(this.#own)
  }
}
