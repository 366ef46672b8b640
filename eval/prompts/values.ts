import type { Faker } from '@faker-js/faker'
import * as numbers from './numbers.ts'

/** A value and the entity type it is of; null: not personal by default. */
export interface Value {
  text: string
  type: string | null
}

/** Where a text plays: whose phones, streets and numbers are in it. */
export interface Scene {
  /** ISO 3166-1 alpha-2 */
  country: string
  /** Of that country, for all but names. */
  local: Faker
  /** Of any country. */
  names: Faker
}

export type Slot = (scene: Scene) => Value

const as =
  (type: string | null, make: (scene: Scene) => string): Slot =>
  (scene) => ({ text: make(scene), type })

const pick = <T>({ local }: Scene, list: readonly T[]): T => local.helpers.arrayElement([...list])
const ascii = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9. -]/g, '')
    .toLowerCase()

/** A postal address as its country writes it. */
function address(scene: Scene, line: string): string {
  const { local, country } = scene
  const place = local.location
  const street = place.streetAddress({ useFullAddress: local.datatype.boolean(0.3) }).trim()
  const city = place.city()
  const zip = place.zipCode()
  if (['US', 'CA', 'AU'].includes(country)) {
    const state = place.state({ abbreviated: local.datatype.boolean(0.8) })
    return [street, country === 'AU' ? `${city} ${state} ${zip}` : `${city}, ${state} ${zip}`].join(line)
  }
  if (['GB', 'IE', 'IN', 'ZA'].includes(country)) return [street, city, zip].join(line)
  if (country === 'BR') return [street, `${city} - ${place.state({ abbreviated: true })}`, zip].join(line)
  return [street, `${zip} ${city}`].join(line)
}

function iban({ local, country }: Scene): string {
  const code = ['DE', 'FR', 'ES', 'IT', 'NL', 'PL', 'PT', 'GB', 'IE', 'AT', 'CH', 'BE'].includes(country)
    ? country
    : 'DE'
  return local.finance.iban({ formatted: local.datatype.boolean(), countryCode: code })
}

function phone(scene: Scene): string {
  return scene.local.phone.number({ style: pick(scene, ['human', 'human', 'national', 'international'] as const) })
}

function birthDate(scene: Scene): string {
  const date = scene.local.date.birthdate()
  const [y, m, d] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  const two = (n: number): string => String(n).padStart(2, '0')
  const month = new Intl.DateTimeFormat('en', { month: 'long' }).format(date)
  if (scene.country === 'US')
    return pick(scene, [
      `${two(m)}/${two(d)}/${y}`,
      `${m}/${d}/${y}`,
      `${month} ${d}, ${y}`,
      `${y}-${two(m)}-${two(d)}`,
    ])
  if (['DE', 'AT', 'CH', 'PL'].includes(scene.country))
    return pick(scene, [`${two(d)}.${two(m)}.${y}`, `${d}.${m}.${y}`, `${y}-${two(m)}-${two(d)}`])
  return pick(scene, [`${two(d)}/${two(m)}/${y}`, `${two(d)}-${two(m)}-${y}`, `${y}-${two(m)}-${two(d)}`])
}

function password({ local }: Scene): string {
  const word = local.helpers.arrayElement(['Winter', 'Harbor', 'Zebra', 'quiet-fox', 'Tr0ub4dor', 'PlanB'])
  return `${word}${local.helpers.arrayElement(['!', '#', '@', '_', '$$'])}${local.string.alphanumeric({ length: { min: 3, max: 9 } })}${local.number.int({ min: 0, max: 99 })}`
}

/** What a template may name in double braces. */
export const SLOTS: Readonly<Record<string, Slot>> = {
  address: as('STREET_ADDRESS', (scene) => address(scene, ', ')),
  address_lines: as('STREET_ADDRESS', (scene) => address(scene, '\n')),
  street: as('STREET_ADDRESS', ({ local }) => local.location.streetAddress()),
  phone: as('PHONE_NUMBER', phone),
  phone_intl: as('PHONE_NUMBER', ({ local }) => local.phone.number({ style: 'international' })),
  iban: as('IBAN_CODE', iban),
  card: as('CREDIT_CARD', ({ local }) => {
    const digits = local.finance.creditCardNumber('visa').replaceAll(/\D/g, '')
    return local.datatype.boolean()
      ? digits
      : (digits.match(/.{1,4}/g) ?? []).join(local.datatype.boolean() ? ' ' : '-')
  }),
  birth: as('DATE_OF_BIRTH', birthDate),
  national: as('NATIONAL_NUMBER', (scene) => numbers.nationalNumber(scene.country, scene.local)),
  ssn: as('US_SSN', ({ local }) => numbers.nationalNumber('US', local)),
  nino: as('UK_NINO', ({ local }) => numbers.nino(local)),
  nhs: as('UK_NHS', ({ local }) => numbers.nhs(local)),
  mrn: as('MEDICAL_RECORD_NUMBER', ({ local }) =>
    local.helpers.arrayElement([
      `${local.string.numeric({ length: 7, allowLeadingZeros: false })}`,
      `H${local.string.numeric(8)}`,
      local.helpers.fromRegExp('[0-9]{3}-[0-9]{2}-[0-9]{3}'),
    ]),
  ),
  policy: as('INSURANCE_NUMBER', ({ local }) =>
    local.helpers.arrayElement([
      local.helpers.fromRegExp('[A-Z]{2}[0-9]{8}'),
      local.helpers.fromRegExp('[A-Z]{3}-[0-9]{6}-[0-9]{2}'),
      local.string.numeric(10),
    ]),
  ),
  account: as('BANK_ACCOUNT', ({ local }) =>
    local.finance.accountNumber({ length: local.number.int({ min: 8, max: 12 }) }),
  ),
  sort_code: as('BANK_ROUTING', ({ local }) => local.helpers.fromRegExp('[0-9]{2}-[0-9]{2}-[0-9]{2}')),
  routing: as('BANK_ROUTING', ({ local }) => local.finance.routingNumber()),
  plate: as('LICENSE_PLATE', (scene) => numbers.plate(scene.country, scene.local)),
  vin: as('VIN', ({ local }) => numbers.vin(local)),
  passport: as('PASSPORT', ({ local }) =>
    local.helpers.arrayElement([
      local.helpers.fromRegExp('[A-Z][0-9]{8}'),
      local.helpers.fromRegExp('[0-9]{9}'),
      local.helpers.fromRegExp('[A-Z]{2}[0-9]{7}'),
    ]),
  ),
  licence: as('DRIVER_LICENSE', ({ local }) =>
    local.helpers.arrayElement([
      local.helpers.fromRegExp('[A-Z][0-9]{7}'),
      local.helpers.fromRegExp('[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}'),
      local.string.numeric(9),
    ]),
  ),
  employee: as(null, ({ local }) => local.helpers.fromRegExp('E[0-9]{6}')),
  ip: as('IP_ADDRESS', ({ local }) => (local.datatype.boolean(0.7) ? local.internet.ipv4() : local.internet.ipv6())),
  mac: as('MAC_ADDRESS', ({ local }) => local.internet.mac()),
  btc: as('CRYPTO', ({ local }) => local.helpers.arrayElement(numbers.BITCOIN)),
  eth: as('CRYPTO', ({ local }) => local.finance.ethereumAddress()),
  password: as('SECRET', password),
  aws_key: as('SECRET', ({ local }) => `AKIA${local.helpers.fromRegExp('[A-Z2-7]{16}')}`),
  aws_secret: as('SECRET', ({ local }) => local.helpers.fromRegExp('[A-Za-z0-9/+]{40}')),
  github: as('SECRET', ({ local }) => `ghp_${local.string.alphanumeric(36)}`),
  jwt: as('SECRET', ({ local }) => local.internet.jwt()),
  hex_key: as('SECRET', ({ local }) => local.string.hexadecimal({ length: 40, prefix: '', casing: 'lower' })),
  company: as(null, ({ local }) => local.company.name()),
  city: as(null, ({ local }) => local.location.city()),
  amount: as(null, ({ local }) => local.finance.amount({ min: 10, max: 9000 })),
  order: as(null, ({ local }) => local.string.numeric({ length: 8, allowLeadingZeros: false })),
  date: as(null, ({ local }) => local.date.recent({ days: 300 }).toISOString().slice(0, 10)),
  uuid: as(null, ({ local }) => local.string.uuid()),
}

/** Someone whom a text names in several ways. */
export interface Person {
  first: string
  last: string
}

export const PERSON_SLOTS: Readonly<Record<string, (person: Person, scene: Scene) => Value>> = {
  full: ({ first, last }) => ({ text: `${first} ${last}`, type: 'PERSON' }),
  first: ({ first }) => ({ text: first, type: 'PERSON' }),
  last: ({ last }) => ({ text: last, type: 'PERSON' }),
  reverse: ({ first, last }) => ({ text: `${last}, ${first}`, type: 'PERSON' }),
  upper: ({ first, last }) => ({ text: `${first} ${last}`.toUpperCase(), type: 'PERSON' }),
  lower: ({ first, last }) => ({ text: `${first} ${last}`.toLowerCase(), type: 'PERSON' }),
  initial: ({ first, last }) => ({ text: `${first[0] ?? 'A'}. ${last}`, type: 'PERSON' }),
  handle: ({ first, last }) => ({ text: `${ascii(first)}.${ascii(last)}`.replaceAll(/[ -]/g, ''), type: 'PERSON' }),
  email: ({ first, last }, { local }) => ({
    text: `${ascii(first)}.${ascii(last)}@${local.internet.domainName()}`.replaceAll(' ', ''),
    type: 'EMAIL_ADDRESS',
  }),
  linkedin: ({ first, last }) => ({
    text: `https://www.linkedin.com/in/${ascii(first)}-${ascii(last)}`.replaceAll(' ', ''),
    type: 'URL',
  }),
}
