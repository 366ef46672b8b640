import { firstFrom, type IndexedPattern } from '../patterns/indexed-pattern.ts'

/** A text as labels are looked for in it: `passport_no` and `passportNo` as words. */
interface SpelledWords {
  text: string
  /** Where words were taken apart: places in the text as it was, of the second word. */
  seams: readonly number[]
}

const SEAM = /[a-z](?=[A-Z])/g
let last: { text: string; words: SpelledWords } = { text: '', words: { text: '', seams: [] } }

/** Those of the text that was asked for last are kept. Linear. */
function spelledWords(text: string): SpelledWords {
  if (last.text !== text) last = { text, words: takenApart(text.includes('_') ? text.replaceAll('_', ' ') : text) }
  return last.words
}

function takenApart(text: string): SpelledWords {
  const seams: number[] = []
  SEAM.lastIndex = 0
  while (SEAM.test(text)) seams.push(SEAM.lastIndex)
  return seams.length === 0 ? { text, seams } : { text: text.replace(SEAM, '$& '), seams }
}

/** What stands between two places of a text, as words. As `asWords` of that part, without reading it again. */
export function wordsBetween(text: string, from: number, to: number): string {
  const words = spelledWords(text)
  return words.text.slice(startIn(words, from), endIn(words, to))
}

/**
 * Where labels may begin in what `wordsBetween` gives for the same places: all of those that do; null where they may
 * anywhere.
 *
 * @param labels with what makes a label none by what is far from it left out
 */
export function labelsBetween(
  labels: IndexedPattern,
  text: string,
  from: number,
  to: number,
): readonly number[] | null {
  const words = spelledWords(text)
  const all = labels.beginningsIn(words.text)
  if (all === null) return null
  const start = startIn(words, from)
  const end = endIn(words, to)
  const found: number[] = []
  // Where the part begins inside of a word, that word is whole in it.
  if (labels.mayBeginAt(words.text, start)) found.push(0)
  for (let i = firstFrom(all, start + 1); i < all.length; i += 1) {
    const place = all[i] ?? end
    if (place >= end) break
    found.push(place - start)
  }
  return found
}

/** Whether a pattern with the flag y matches at a place. */
export function isAt(pattern: RegExp, text: string, place: number): boolean {
  pattern.lastIndex = place
  return pattern.test(text)
}

function startIn({ seams }: SpelledWords, place: number): number {
  return seams.length === 0 ? place : place + firstFrom(seams, place + 1)
}

function endIn({ seams }: SpelledWords, place: number): number {
  return seams.length === 0 ? place : place + firstFrom(seams, place)
}
