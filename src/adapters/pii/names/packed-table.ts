import type { Table } from './model-files.ts'

/** What is added to each value, so that none is below zero. */
const SHIFT = 128
/** Two values of sixteen bits: the first and third of four bytes, or the second and fourth. */
const LANES = 0x00ff00ff
const LOW = 0xffff
const LANE_BITS = 16
const VALUES_A_WORD = 4
/** Rows whose sum has room in sixteen bits: 257 times 255. */
const MAX_ROWS = 257

/** Vectors in int8 of which several are added up, four values at a time. */
export class PackedTable {
  readonly width: number
  readonly #scale: number
  readonly #words: Uint32Array
  readonly #odd: Uint32Array
  readonly #even: Uint32Array

  /** @throws RangeError when the width is no multiple of four */
  constructor({ width, scale, values }: Table) {
    if (width % VALUES_A_WORD !== 0) throw new RangeError(`Vectors of ${width} values do not fill words of four.`)
    this.width = width
    this.#scale = scale
    this.#words = packed(values)
    this.#even = new Uint32Array(width / VALUES_A_WORD)
    this.#odd = new Uint32Array(width / VALUES_A_WORD)
  }

  /** Writes the sum of some rows times a factor to a row of others. @param rows at most 257 */
  sum(rows: readonly number[], factor: number, into: Float32Array, at: number): void {
    if (rows.length > MAX_ROWS) throw new RangeError(`More than ${MAX_ROWS} rows are added up.`)
    const [words, even, odd] = [this.#words, this.#even, this.#odd]
    const count = even.length
    even.fill(0)
    odd.fill(0)
    for (const row of rows) {
      const from = row * count
      for (let i = 0; i < count; i += 1) {
        const word = words[from + i] ?? 0
        even[i] = (even[i] ?? 0) + (word & LANES)
        odd[i] = (odd[i] ?? 0) + ((word >>> 8) & LANES)
      }
    }
    const weight = this.#scale * factor
    const shift = SHIFT * rows.length
    const to = at * this.width
    for (let i = 0; i < count; i += 1) {
      const [first, second] = [even[i] ?? 0, odd[i] ?? 0]
      const place = to + i * VALUES_A_WORD
      into[place] = ((first & LOW) - shift) * weight
      into[place + 1] = ((second & LOW) - shift) * weight
      into[place + 2] = ((first >>> LANE_BITS) - shift) * weight
      into[place + 3] = ((second >>> LANE_BITS) - shift) * weight
    }
  }
}

/** Put together here: a view would take the bytes in the order of the processor. */
function packed(values: Int8Array): Uint32Array {
  const words = new Uint32Array(values.length / VALUES_A_WORD)
  for (let word = 0, at = 0; word < words.length; word += 1, at += VALUES_A_WORD) {
    let bits = 0
    for (let i = VALUES_A_WORD - 1; i >= 0; i -= 1) bits = (bits << 8) | ((values[at + i] ?? 0) + SHIFT)
    words[word] = bits
  }
  return words
}
