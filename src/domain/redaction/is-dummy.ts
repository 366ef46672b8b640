import type { Candidate } from './recogniser.ts'

/** Types whose values are numbers that somebody was given. */
const NO_NUMBER =
  /^(?:PERSON|SECRET|URL|EMAIL_ADDRESS|STREET_ADDRESS|LOCATION|ORGANIZATION|DATE_TIME|DATE_OF_BIRTH|AGE|NRP)$/
/** Digits of one kind that are nobody's number. */
const MIN_SAME = 6
/** Types of any form, which have a label before them that other things have as well. */
const OF_ANY_FORM = /^(?:MEDICAL_RECORD_NUMBER|INSURANCE_NUMBER|ID_CARD|PASSPORT|DRIVER_LICENSE)$/
/** Points before every three digits are those of a large number: `52.477.118`. */
const VERSION = /^(?![0-9]{1,3}(?:\.[0-9]{3}){2,3}$)v?[0-9]{1,2}\.[0-9]{1,3}\.[0-9]{1,3}(?:\.[0-9]{1,3})?$/

/** Whether a value stands where a number will be, `(000) 000-0000`, or is the version of a thing: `chart 4.12.0.7`. */
export function isDummy(text: string, { entityType, start, end }: Candidate): boolean {
  if (NO_NUMBER.test(entityType) || end - start > 40) return false
  const value = text.slice(start, end)
  if (OF_ANY_FORM.test(entityType) && VERSION.test(value)) return true
  const digits = value.replace(/[^0-9]/g, '')
  return (
    digits.length >= MIN_SAME && /^([0-9])\1*$/.test(digits) && !/[A-Za-z].*[A-Za-z].*[A-Za-z].*[A-Za-z]/.test(value)
  )
}
