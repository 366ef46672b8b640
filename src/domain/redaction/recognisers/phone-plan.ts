import metadata from 'libphonenumber-js/metadata.max.json'

/** Positions in a country's row of the metadata (libphonenumber-js, metadata version 4). */
const NATIONAL_PATTERN = 2
const NATIONAL_PREFIX = 5
const PREFIX_FOR_PARSING = 7
const TYPES = 11

interface Plan {
  /** The numbers of every kind of line, without the national prefix. */
  numbers: RegExp[]
  /** What stands before a number that is dialled inside the country. */
  prefix: RegExp | null
}

const plans = new Map<string, Plan | null>()

/** Countries whose numbers start with a zero inside the country, in the order in which they are tried. */
const TRUNK_ZERO = ['GB', 'DE', 'FR', 'IT', 'NL', 'CH', 'AT', 'BE', 'AU', 'IN', 'IE', 'SE']
const OTHERS = ['US', 'ES', 'PL', 'PT', 'BR', 'MX']
const BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  de: ['DE', 'AT', 'CH'],
  fr: ['FR', 'BE', 'CH'],
  es: ['ES', 'MX', 'AR'],
  it: ['IT', 'CH'],
  nl: ['NL', 'BE'],
  pl: ['PL'],
  pt: ['PT', 'BR'],
}

/** Whether digits that start with a country code are a number in that country's plan. */
export function isInternationalNumber(digits: string): boolean {
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length)
    const national = digits.slice(length)
    if (Object.hasOwn(metadata.nonGeographic, code)) return isInPlan(national, planOf(code, metadata.nonGeographic))
    const countries = countriesOf(code)
    if (countries.length > 0) return countries.some((country) => isInCountry(national, country))
  }
  return false
}

/** Whether digits as dialled inside a country are a number of one where such a number is usual. */
export function isNationalNumber(digits: string, language: string): boolean {
  const usual = digits.startsWith('0') ? TRUNK_ZERO : OTHERS
  return isLocalNumber(digits, language) || usual.some((country) => isInCountry(digits, country))
}

/** Whether digits as dialled inside a country are a number of one where the language is spoken. */
export function isLocalNumber(digits: string, language: string): boolean {
  return (BY_LANGUAGE[language] ?? []).some((country) => isInCountry(digits, country))
}

function countriesOf(code: string): readonly string[] {
  const codes = metadata.country_calling_codes as Readonly<Record<string, readonly string[]>>
  return Object.hasOwn(codes, code) ? (codes[code] ?? []) : []
}

function isInCountry(digits: string, country: string): boolean {
  return isInPlan(digits, planOf(country, metadata.countries))
}

function isInPlan(digits: string, plan: Plan | null): boolean {
  if (plan === null) return false
  if (plan.numbers.some((pattern) => pattern.test(digits))) return true
  const stripped = plan.prefix === null ? digits : digits.replace(plan.prefix, '')
  return stripped !== digits && plan.numbers.some((pattern) => pattern.test(stripped))
}

function planOf(key: string, rows: unknown): Plan | null {
  const known = plans.get(key)
  if (known !== undefined) return known
  const plan = readPlan((rows as Readonly<Record<string, unknown>>)[key])
  plans.set(key, plan)
  return plan
}

function readPlan(row: unknown): Plan | null {
  if (!Array.isArray(row)) return null
  const columns: readonly unknown[] = row
  const types = columns[TYPES]
  const typed = Array.isArray(types) ? types.flatMap((type: unknown) => (Array.isArray(type) ? [type[0]] : [])) : []
  const patterns = (typed.length > 0 ? typed : [columns[NATIONAL_PATTERN]]).filter(
    (one) => typeof one === 'string' && one !== '',
  )
  const prefix = columns[PREFIX_FOR_PARSING] || columns[NATIONAL_PREFIX]
  return {
    numbers: patterns.map((pattern) => new RegExp(`^(?:${pattern})$`)),
    prefix: typeof prefix === 'string' ? new RegExp(`^(?:${prefix})`) : null,
  }
}
