import { ofLastText } from '../of-last-text.ts'
import { firstFrom, type IndexedPattern, placesBetween } from '../patterns/indexed-pattern.ts'

/** A text as labels are looked for in it: `passport_no` and `passportNo` as words. */
interface SpelledWords {
  text: string
  /** Where words were taken apart: places in the text as it was, of the second word. */
  seams: readonly number[]
}

const SEAM = /[a-z](?=[A-Z])/g

/** Those of the text that was asked for last are kept. Linear. */
const spelledWords = ofLastText((given): SpelledWords => {
  const text = given.includes('_') ? given.replaceAll('_', ' ') : given
  const seams: number[] = []
  SEAM.lastIndex = 0
  while (SEAM.test(text)) seams.push(SEAM.lastIndex)
  return seams.length === 0 ? { text, seams } : { text: text.replace(SEAM, '$& '), seams }
})

/** What stands between two places of a text, as words. As `asWords` of that part, without reading it again. */
export function wordsBetween(text: string, from: number, to: number): string {
  const words = spelledWords(text)
  return words.text.slice(startIn(words, from), endIn(words, to))
}

/** As `placesBetween` of what `wordsBetween` gives for the same places. */
export function labelsBetween(
  labels: IndexedPattern,
  text: string,
  from: number,
  to: number,
): readonly number[] | null {
  const words = spelledWords(text)
  return placesBetween(labels, words.text, startIn(words, from), endIn(words, to))
}

function startIn({ seams }: SpelledWords, place: number): number {
  return seams.length === 0 ? place : place + firstFrom(seams, place + 1)
}

function endIn({ seams }: SpelledWords, place: number): number {
  return seams.length === 0 ? place : place + firstFrom(seams, place)
}
