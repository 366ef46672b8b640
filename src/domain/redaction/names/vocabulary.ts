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

/** `pieces`: by id; 0 is padding, 1 the unknown piece; a piece that goes on inside a word starts with `##`. */
export function createVocabulary(pieces: readonly string[]): Vocabulary {
  const first = new Pieces()
  const inner = new Pieces()
  pieces.forEach((piece, id) => {
    if (id <= UNKNOWN) return
    if (piece.startsWith('##')) inner.add(piece.slice(2), id)
    first.add(piece, id)
  })
  return {
    size: pieces.length,
    piecesOf: (word) => cut(plain(word), first, inner),
    holds: (word) => first.holds(word.toLowerCase()),
  }
}

/** Units by which is known what lengths pieces have that begin with them. */
const BEGINNING = 3

/** Pieces by what they say; of what a text has at a place the longest is found without trying every length. */
class Pieces {
  readonly #ids = new Map<string, number>()
  /** By the first units of pieces that have more: their lengths, from the longest on. */
  readonly #lengths = new Map<string, number[]>()

  add(piece: string, id: number): void {
    this.#ids.set(piece, id)
    if (piece.length <= BEGINNING) return
    const beginning = piece.slice(0, BEGINNING)
    const lengths = this.#lengths.get(beginning) ?? []
    if (!lengths.includes(piece.length))
      this.#lengths.set(
        beginning,
        [...lengths, piece.length].sort((a, b) => b - a),
      )
  }

  holds(piece: string): boolean {
    return this.#ids.has(piece)
  }

  /** The longest piece that a text has at a place, and its length; null where it has none. */
  longestAt(text: string, start: number): { id: number; length: number } | null {
    const rest = text.length - start
    const longer = rest > BEGINNING ? (this.#lengths.get(text.slice(start, start + BEGINNING)) ?? []) : []
    for (const length of longer) {
      const id = length <= rest ? this.#ids.get(text.slice(start, start + length)) : undefined
      if (id !== undefined) return { id, length }
    }
    for (let length = Math.min(rest, BEGINNING); length > 0; length -= 1) {
      const id = this.#ids.get(text.slice(start, start + length))
      if (id !== undefined) return { id, length }
    }
    return null
  }
}

function cut(text: string, first: Pieces, inner: Pieces): number[] {
  const found: number[] = []
  for (let start = 0; start < text.length && found.length < MAX_PIECES; ) {
    const piece = (start === 0 ? first : inner).longestAt(text, start)
    if (piece === null) return [UNKNOWN]
    found.push(piece.id)
    start += piece.length
  }
  return found.length === 0 ? [UNKNOWN] : found
}

/** Lower case without accents. */
function plain(word: string): string {
  const lower = word.toLowerCase()
  return /^[a-z0-9]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '')
}
