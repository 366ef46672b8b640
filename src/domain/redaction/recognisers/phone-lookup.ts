import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** Numbers in one text that are looked up; after that shape alone decides, which masks more. */
const MAX_LOOKUPS = 2000

const REGIONS: Readonly<Record<string, readonly CountryCode[]>> = {
  de: ['DE', 'AT', 'CH'],
  fr: ['FR', 'BE', 'CH'],
  es: ['ES', 'MX', 'AR'],
  it: ['IT', 'CH'],
  nl: ['NL', 'BE'],
  pl: ['PL'],
  pt: ['PT', 'BR'],
}
const TRUNK_ZERO: readonly CountryCode[] = ['GB', 'DE', 'FR', 'IT', 'NL', 'CH', 'AT', 'BE', 'AU', 'IN', 'IE', 'SE']
const OTHERS: readonly CountryCode[] = ['US', 'ES', 'PL', 'PT', 'BR', 'MX']

/** Looks numbers up in the numbering plans, for one text. */
export class PhoneLookup {
  readonly #regions: readonly CountryCode[]
  readonly #known = new Map<string, boolean>()
  #left = MAX_LOOKUPS

  constructor(language: string) {
    this.#regions = REGIONS[language] ?? []
  }

  /** `digits` with the country code and without a plus sign. */
  isInternational(digits: string): boolean {
    return this.#remember(`+${digits}`, () => parsePhoneNumberFromString(`+${digits}`)?.isValid() === true)
  }

  /** In the plan of the language's countries, or of any of those where such a number is usual. */
  isNational(digits: string): boolean {
    return this.#remember(digits, () => {
      const regions = new Set([...this.#regions, ...(digits.startsWith('0') ? TRUNK_ZERO : OTHERS)])
      return [...regions].some((region) => parsePhoneNumberFromString(digits, region)?.isValid() === true)
    })
  }

  /** Whether a number without a trunk zero is one in the language's own countries. */
  isLocal(digits: string): boolean {
    if (this.#regions.length === 0) return false
    return this.#remember(`l${digits}`, () =>
      this.#regions.some((region) => parsePhoneNumberFromString(digits, region)?.isValid() === true),
    )
  }

  #remember(key: string, look: () => boolean): boolean {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#left === 0) return true
    this.#left -= 1
    const found = look()
    this.#known.set(key, found)
    return found
  }
}
