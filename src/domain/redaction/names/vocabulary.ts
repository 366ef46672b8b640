import { FNV_START, fnv, fnvOf } from './fnv.ts'

/** Most pieces a word is cut into; what follows is not seen. */
export const MAX_PIECES = 6
const UNKNOWN = 1

/** The encoder's word pieces. */
export interface Vocabulary {
  readonly size: number
  /** Ids of the pieces of a word, longest match first; `[1]` when one is not known. */
  piecesOf(word: string): number[]
  /** Whether a word is a piece by itself, in any case. */
  holds(word: string): boolean
}

/** @param pieces by id; 0 is padding, 1 the unknown piece; a piece that goes on inside a word starts with `##` */
export function createVocabulary(pieces: readonly string[]): Vocabulary {
  const table = new PieceTable(pieces)
  return {
    size: pieces.length,
    piecesOf: (word) => cut(plain(word), table),
    holds: (word) => table.has(word.toLowerCase()),
  }
}

function cut(text: string, table: PieceTable): number[] {
  const found: number[] = []
  let start = 0
  while (start < text.length && found.length < MAX_PIECES) {
    const end = table.longest(text, start)
    if (end === start) return [UNKNOWN]
    found.push(table.found)
    start = end
  }
  return found.length === 0 ? [UNKNOWN] : found
}

/** Lower case without accents. */
function plain(word: string): string {
  const lower = word.toLowerCase()
  return /^[a-z0-9]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '')
}

/** Of a piece that goes on inside a word. */
const MARK = '##'
/** Where words begin and where they go on, a piece hashes to other places. */
const AT_START = FNV_START
const INSIDE = 0x01234567
/** Ids have sixteen bits; so has what tells an entry from others in its place. */
const ID_BITS = 16
const MAX_IDS = 1 << ID_BITS

/**
 * Pieces by a hash that grows unit by unit, so that the longest one at a place is found in one walk over the
 * text, without a string for each length that might be one.
 */
class PieceTable {
  /** The piece that was looked for last. */
  found = UNKNOWN
  readonly #pieces: readonly string[]
  /** Upper bits of the hash and id; 0 is empty. Those that meet in a place stand in the next free ones. */
  readonly #entries: Uint32Array
  readonly #mask: number
  readonly #longest: number

  constructor(pieces: readonly string[]) {
    if (pieces.length > MAX_IDS) throw new RangeError(`More than ${MAX_IDS} pieces of words.`)
    this.#pieces = pieces
    let size = 1024
    while (size < pieces.length * 3) size *= 2
    this.#mask = size - 1
    this.#entries = new Uint32Array(size)
    let longest = 1
    for (let id = UNKNOWN + 1; id < pieces.length; id += 1) {
      const piece = pieces[id] ?? ''
      longest = Math.max(longest, piece.length)
      this.#add(AT_START, piece, 0, id)
      if (piece.startsWith(MARK)) this.#add(INSIDE, piece, MARK.length, id)
    }
    this.#longest = longest
  }

  has(piece: string): boolean {
    return (
      piece.length <= this.#longest && this.#idOf(fnvOf(AT_START, piece, 0, piece.length), piece, 0, piece.length) > 0
    )
  }

  /** Where the longest piece ends that stands at a place of a word; the place itself where none does. Its id is `found`. */
  longest(text: string, start: number): number {
    const stop = Math.min(text.length, start + this.#longest)
    let hash = start === 0 ? AT_START : INSIDE
    let end = start
    for (let at = start; at < stop; at += 1) {
      hash = fnv(hash, text.charCodeAt(at))
      const id = this.#idOf(hash, text, start, at + 1)
      if (id === 0) continue
      this.found = id
      end = at + 1
    }
    return end
  }

  /** The piece with such a hash that stands there; 0 for none. */
  #idOf(hash: number, text: string, start: number, end: number): number {
    const tag = hash >>> ID_BITS
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = this.#entries[slot] ?? 0
      if (entry === 0) return 0
      const id = entry & (MAX_IDS - 1)
      if (entry >>> ID_BITS === tag && this.#stands(this.#pieces[id] ?? '', text, start, end)) return id
    }
  }

  #stands(piece: string, text: string, start: number, end: number): boolean {
    const mark = start === 0 ? 0 : MARK.length
    if (piece.length - mark !== end - start) return false
    for (let i = mark; i < piece.length; i += 1)
      if (piece.charCodeAt(i) !== text.charCodeAt(start + i - mark)) return false
    return mark === 0 || piece.startsWith(MARK)
  }

  #add(seed: number, piece: string, from: number, id: number): void {
    const hash = fnvOf(seed, piece, from, piece.length)
    let slot = hash & this.#mask
    while (this.#entries[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#entries[slot] = ((hash >>> ID_BITS) << ID_BITS) | id
  }
}
