/** Types whose spelling differs only in punctuation and spaces. */
const PUNCTUATION_FREE = /^(PHONE_NUMBER|CREDIT_CARD|IBAN_CODE|US_SSN|US_ITIN|UK_NHS|UK_NINO|.*_(ID|NUMBER|CODE))$/

/** Whether values of a type are the same whatever punctuation stands in them. */
export function isPunctuationFree(entityType: string): boolean {
  return PUNCTUATION_FREE.test(entityType)
}

/**
 * The form of a detected value under which it is indexed, so that the same person's value is found in other spellings:
 * NFKC, lower case, single spaces; for numbers, letters and digits only.
 */
export function normaliseValue(entityType: string, value: string): string {
  const folded = value.normalize('NFKC').toLowerCase().trim()
  return isPunctuationFree(entityType) ? folded.replace(/[^\p{L}\p{N}]/gu, '') : folded.replace(/\s+/gu, ' ')
}
