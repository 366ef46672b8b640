import { stdnum, type Validator } from 'stdnum'

/** One kind of number that an authority gives to a person or a firm. */
export interface NumberSpec {
  entityType: string
  /** What it looks like without separators, in capitals. */
  shape: RegExp
  /** How many letters and digits it has. */
  lengths: readonly number[]
  /** Words before it that say what it is. */
  context: RegExp
  /** Whether check digits and parts are right. Gets the number without separators, in capitals, and as it is written. */
  isValid?(compact: string, raw: string): boolean
  /** How it has to be written to be believed without a word before it; it must be valid then. Absent: never. */
  alone?: RegExp
  /** How other numbers are written that have the same shape and stand behind the same words. */
  other?: RegExp
}

/** A check by stdnum's module of a country. @throws Error at load when there is no such module. */
export function by(country: string, name: string): (compact: string) => boolean {
  const validator = validatorOf(country, name)
  return (compact) => validator.validate(compact).isValid
}

/** The same of the number as it is written, where separators carry meaning. */
export function byRaw(country: string, name: string): (compact: string, raw: string) => boolean {
  const validator = validatorOf(country, name)
  return (_compact, raw) => validator.validate(raw.toUpperCase()).isValid
}

function validatorOf(country: string, name: string): Validator {
  const validator = stdnum[country]?.[name]
  if (validator === undefined) throw new Error(`stdnum has no ${name} of ${country}`)
  return validator
}

/** Whether the weighted sum of the digits is a multiple. Weights may be fewer than digits. */
export function weighs(compact: string, weights: readonly number[], modulus: number): boolean {
  let sum = 0
  weights.forEach((weight, i) => {
    sum += weight * Number.parseInt(compact[i] ?? '0', 36)
  })
  return sum % modulus === 0
}

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i])
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}
