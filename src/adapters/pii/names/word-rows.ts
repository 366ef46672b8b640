import type { WordFeatures } from '../../../domain/redaction/names/word-features.ts'
import type { PackedTable } from './packed-table.ts'

/** At least two letters, or one of a script without case. */
export const CAN_BE_NAME = /\p{L}.*\p{L}|\p{Lo}/su

/** The tables that words are put together from. */
export interface WordTables {
  pieces: PackedTable
  grams: PackedTable
}

/** What the net sees of words by themselves, row by row. Memory is kept when it is emptied. */
export class WordRows {
  readonly #tables: WordTables
  /** Mean of the word's pieces. */
  piece: Float32Array
  /** Sum of its letter groups, divided by the root of their number. */
  gram: Float32Array
  shape: Int32Array
  /** 1 for a word that may be a name or a part of one. */
  canBeName: Uint8Array
  #count = 0

  constructor(tables: WordTables, capacity: number) {
    const { pieces, grams } = tables
    this.#tables = tables
    this.piece = new Float32Array(capacity * pieces.width)
    this.gram = new Float32Array(capacity * grams.width)
    this.shape = new Int32Array(capacity)
    this.canBeName = new Uint8Array(capacity)
  }

  get count(): number {
    return this.#count
  }

  get capacity(): number {
    return this.shape.length
  }

  /** Adds a word. @returns its row */
  add(word: string, { pieces, grams, shape }: WordFeatures): number {
    const row = this.#count
    if (row === this.capacity) this.#grow()
    this.#tables.pieces.sum(pieces, 1 / pieces.length, this.piece, row)
    this.#tables.grams.sum(grams, 1 / Math.sqrt(grams.length), this.gram, row)
    this.shape[row] = shape
    this.canBeName[row] = CAN_BE_NAME.test(word) ? 1 : 0
    this.#count = row + 1
    return row
  }

  /** Copies a row of others to a place of these. */
  copy(from: WordRows, row: number, at: number): void {
    copyRow(from.piece, row, this.piece, at, this.#tables.pieces.width)
    copyRow(from.gram, row, this.gram, at, this.#tables.grams.width)
    this.shape[at] = from.shape[row] ?? 0
  }

  clear(): void {
    this.#count = 0
  }

  #grow(): void {
    const { piece, gram, shape, canBeName } = this
    this.piece = new Float32Array(piece.length * 2)
    this.gram = new Float32Array(gram.length * 2)
    this.shape = new Int32Array(shape.length * 2)
    this.canBeName = new Uint8Array(canBeName.length * 2)
    this.piece.set(piece)
    this.gram.set(gram)
    this.shape.set(shape)
    this.canBeName.set(canBeName)
  }
}

function copyRow(from: Float32Array, row: number, into: Float32Array, at: number, width: number): void {
  const first = row * width
  const to = at * width
  for (let i = 0; i < width; i += 1) into[to + i] = from[first + i] ?? 0
}
