import type { Recogniser } from '../recogniser.ts'
import { spokenNumbers } from '../spoken-numbers.ts'

/** Digits and words of a telephone number at least; counting is shorter or goes up. */
const MIN_DIGITS = 7
const MAX_DIGITS = 16
const MIN_PARTS = 5
/** Of these, words. */
const MIN_SPOKEN = 2

/** Telephone numbers that are written in words, as transcripts of calls have them. */
export const spokenNumber: Recogniser = {
  name: 'spoken-number',
  entityTypes: ['PHONE_NUMBER'],
  find(text) {
    return spokenNumbers(text)
      .filter(
        ({ digits, parts, spoken }) =>
          digits.length >= MIN_DIGITS &&
          digits.length <= MAX_DIGITS &&
          parts >= MIN_PARTS &&
          spoken >= MIN_SPOKEN &&
          !digits.includes('12345'),
      )
      .map(({ start, end }) => ({
        entityType: 'PHONE_NUMBER',
        start: start - signBefore(text, start),
        end,
        score: 0.6,
        evidence: 'context',
      }))
  },
}

/** UTF-16 units that the sign of a country's code takes before a number, as a word. */
function signBefore(text: string, start: number): number {
  return /(?<!\p{L})(?:plus|più|m[aá]s|mais) $/iu.exec(text.slice(Math.max(0, start - 6), start))?.[0].length ?? 0
}
