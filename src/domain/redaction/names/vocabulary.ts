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
  const first = new Map<string, number>()
  const inner = new Map<string, number>()
  let longest = 1
  pieces.forEach((piece, id) => {
    if (id <= UNKNOWN) return
    longest = Math.max(longest, piece.length)
    if (piece.startsWith('##')) inner.set(piece.slice(2), id)
    first.set(piece, id)
  })
  return {
    size: pieces.length,
    piecesOf: (word) => cut(plain(word), first, inner, longest),
    holds: (word) => first.has(word.toLowerCase()),
  }
}

function cut(
  text: string,
  first: ReadonlyMap<string, number>,
  inner: ReadonlyMap<string, number>,
  longest: number,
): number[] {
  const found: number[] = []
  let start = 0
  while (start < text.length && found.length < MAX_PIECES) {
    const pieces = start === 0 ? first : inner
    let end = Math.min(text.length, start + longest)
    let id: number | undefined
    for (; end > start; end -= 1) {
      id = pieces.get(text.slice(start, end))
      if (id !== undefined) break
    }
    if (id === undefined) return [UNKNOWN]
    found.push(id)
    start = end
  }
  return found.length === 0 ? [UNKNOWN] : found
}

/** Lower case without accents. */
function plain(word: string): string {
  const lower = word.toLowerCase()
  return /^[a-z0-9]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '')
}
