import { edit } from './joined-text.ts'
import type { PlainText } from './plain-text.ts'
import { type SpokenNumber, spokenNumbers } from './spoken-numbers.ts'

/** UTF-16 units on each side of a number in which stands what it belongs to. */
const REACH = 96
/** Words and digits of a year or a part of a longer number at least. */
const MIN_PARTS = 3
const MIN_DIGITS = 4
const MONTH =
  /^ (?:(?:of|de|di) )?(?:jan|feb|f[ée]v|mar|m[äa]r|apr|avr|abr|ma[iyg]|mei|jui?n|giu|jui?l|lug|aug|ao[uû]|ago|sep|set|o[ckt]t|out|nov|d[ei][czc])/i
const STREET =
  /^,? (?:(?:bis |ter )?(?:rue|avenue|boulevard|place|chemin|all[ée]e|via|viale|piazza|corso|calle|avenida|plaza|rua)\b|(?:\p{L}+ ){1,3}?(?:street|road|avenue|lane|drive|close|court|crescent|terrace|way|place|square|gardens|grove|park|hill|row|mews|walk|rise|view|green)(?!\p{L}))/iu

export interface SpokenText extends PlainText {
  /** Where the numbers in words stand in the text itself. */
  numbers: readonly SpokenNumber[]
}

/** The parts of a text around numbers in words that are a day, a year, a house's or part of a longer one, in digits. Linear. */
export function spokenTexts(text: string): SpokenText[] {
  const parts: SpokenNumber[][] = []
  for (const number of spokenNumbers(text)) {
    if (!isOfValue(text, number)) continue
    const part = parts.at(-1)
    if (part !== undefined && number.start - (part.at(-1)?.end ?? 0) < 2 * REACH) part.push(number)
    else parts.push([number])
  }
  return parts.flatMap((numbers) => {
    const edits = numbers.map(({ start, end, digits }) => ({ start, end, by: digits }))
    const from = Math.max(0, (numbers[0]?.start ?? 0) - REACH)
    const plain = edit(text, edits, from, Math.min(text.length, (numbers.at(-1)?.end ?? 0) + REACH))
    return plain === null ? [] : { ...plain, numbers }
  })
}

function isOfValue(text: string, { end, digits, parts, spoken }: SpokenNumber): boolean {
  if (spoken >= MIN_PARTS - 1 && parts >= MIN_PARTS && digits.length >= MIN_DIGITS) return true
  const behind = text.slice(end, end + 48)
  return MONTH.test(behind) || (digits.length > 1 && STREET.test(behind))
}
