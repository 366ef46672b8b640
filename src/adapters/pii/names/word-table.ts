import type { WordFeatures } from '../../../domain/redaction/names/word-features.ts'
import type { ModelFiles, Table } from './model-files.ts'

/** At least two letters, or one of a script without case. */
export const CAN_BE_NAME = /\p{L}.*\p{L}|\p{Lo}/su
const FIRST_CAPACITY = 256

/** What the net sees of words by themselves, row by row. */
interface Vectors {
  /** Mean of the word's pieces. */
  piece: Float32Array
  /** Sum of its letter groups, divided by the root of their number. */
  gram: Float32Array
  shape: Int32Array
}

/** The words of one call, each put together once. */
export class WordTable {
  readonly pieceWidth: number
  readonly gramWidth: number
  readonly #pieces: Table
  readonly #grams: Table
  readonly #featuresOf: (word: string) => WordFeatures
  readonly #rows = new Map<string, number>()
  readonly #canBeName: boolean[] = []
  #vectors: Vectors

  constructor({ pieces, grams }: Pick<ModelFiles, 'pieces' | 'grams'>, featuresOf: (word: string) => WordFeatures) {
    this.#pieces = pieces
    this.#grams = grams
    this.pieceWidth = pieces.width
    this.gramWidth = grams.width
    this.#featuresOf = featuresOf
    this.#vectors = this.#allocate(FIRST_CAPACITY)
  }

  /** The row of a word. */
  rowOf(word: string): number {
    const known = this.#rows.get(word)
    if (known !== undefined) return known
    const row = this.#rows.size
    this.#rows.set(word, row)
    if (row === this.#vectors.shape.length) this.#grow()
    const { pieces, grams, shape } = this.#featuresOf(word)
    sumRows(this.#pieces, pieces, 1 / pieces.length, this.#vectors.piece, row)
    sumRows(this.#grams, grams, 1 / Math.sqrt(grams.length), this.#vectors.gram, row)
    this.#vectors.shape[row] = shape
    this.#canBeName.push(CAN_BE_NAME.test(word))
    return row
  }

  /** Whether the word of a row may be a name or a part of one. */
  canBeName(row: number): boolean {
    return this.#canBeName[row] === true
  }

  /** What stands in rows, in their order. */
  vectorsOf(rows: readonly number[]): Vectors {
    const { piece, gram, shape } = this.#vectors
    const chosen = this.#allocate(rows.length)
    rows.forEach((row, i) => {
      copyRow(piece, row, chosen.piece, i, this.pieceWidth)
      copyRow(gram, row, chosen.gram, i, this.gramWidth)
      chosen.shape[i] = shape[row] ?? 0
    })
    return chosen
  }

  #grow(): void {
    const small = this.#vectors
    this.#vectors = this.#allocate(small.shape.length * 2)
    this.#vectors.piece.set(small.piece)
    this.#vectors.gram.set(small.gram)
    this.#vectors.shape.set(small.shape)
  }

  #allocate(rows: number): Vectors {
    return {
      piece: new Float32Array(rows * this.pieceWidth),
      gram: new Float32Array(rows * this.gramWidth),
      shape: new Int32Array(rows),
    }
  }
}

function sumRows(
  { values, width, scale }: Table,
  rows: readonly number[],
  factor: number,
  into: Float32Array,
  at: number,
): void {
  const to = at * width
  for (const row of rows) {
    const from = row * width
    for (let i = 0; i < width; i += 1) into[to + i] = (into[to + i] ?? 0) + (values[from + i] ?? 0)
  }
  const weight = scale * factor
  for (let i = to; i < to + width; i += 1) into[i] = (into[i] ?? 0) * weight
}

function copyRow(from: Float32Array, row: number, into: Float32Array, at: number, width: number): void {
  const first = row * width
  const to = at * width
  for (let i = 0; i < width; i += 1) into[to + i] = from[first + i] ?? 0
}
