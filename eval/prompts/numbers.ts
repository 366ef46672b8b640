import type { Faker } from '@faker-js/faker'

/** Addresses that stand in Bitcoin's own documents and specifications. */
export const BITCOIN: readonly string[] = [
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
]

const digits = (faker: Faker, length: number): string => faker.string.numeric(length)

/** A personal number of a country with right check digits, as people there write it. */
export function nationalNumber(country: string, faker: Faker): string {
  const make = NUMBERS[country] ?? NUMBERS.US
  return make === undefined ? '' : make(faker)
}

function weighted(number: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0)
}

function luhn(number: string): string {
  let sum = 0
  for (let i = 0; i < number.length; i += 1) {
    const digit = Number(number[number.length - 1 - i]) * (i % 2 === 0 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return String((10 - (sum % 10)) % 10)
}

/** Tries until a number has check digits at all. */
function until(make: () => string | null): string {
  for (;;) {
    const number = make()
    if (number !== null) return number
  }
}

function bornAs(faker: Faker): string {
  const date = faker.date.birthdate({ min: 20, max: 80, mode: 'age' })
  return date.toISOString().slice(2, 10).replaceAll('-', '')
}

const NUMBERS: Readonly<Record<string, (faker: Faker) => string>> = {
  US: (faker) => `${faker.number.int({ min: 100, max: 665 })}-${faker.helpers.fromRegExp('[1-9][0-9]-[1-9][0-9]{3}')}`,
  GB: (faker) => nino(faker),
  IE: (faker) => {
    const base = digits(faker, 7)
    return `${base}${'WABCDEFGHIJKLMNOPQRSTUV'[weighted(base, [8, 7, 6, 5, 4, 3, 2]) % 23] ?? ''}`
  },
  CA: (faker) => {
    const base = `${faker.number.int({ min: 1, max: 7 })}${digits(faker, 7)}`
    return `${base}${luhn(base)}`.replace(/^(...)(...)/, '$1-$2-')
  },
  AU: (faker) =>
    until(() => {
      const tfn = `${faker.number.int({ min: 1, max: 9 })}${digits(faker, 8)}`
      return weighted(tfn, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 ? tfn.replace(/^(...)(...)/, '$1 $2 ') : null
    }),
  IN: (faker) => faker.helpers.fromRegExp('[A-Z]{3}P[A-Z][0-9]{4}[A-Z]'),
  ZA: (faker) => {
    const base = `${bornAs(faker)}${digits(faker, 4)}08`
    return `${base}${luhn(base)}`
  },
  DE: (faker) =>
    until(() => {
      const base = `${faker.number.int({ min: 1, max: 9 })}${faker.helpers
        .shuffle([...'0123456789'])
        .join('')
        .slice(0, 8)}`
      const number = base + (base[1] ?? '0')
      const repeated = new Set(number).size
      if (repeated > 9 || repeated < 8) return null
      let product = 10
      for (const digit of number) {
        const sum = (Number(digit) + product) % 10 || 10
        product = (sum * 2) % 11
      }
      const full = `${number}${(11 - product) % 10}`
      return faker.datatype.boolean() ? full : full.replace(/^(..)(...)(...)/, '$1 $2 $3 ')
    }),
  FR: (faker) => {
    const [yy = '', mm = ''] = bornAs(faker).match(/../g) ?? []
    const base = `${faker.number.int({ min: 1, max: 2 })}${yy}${mm}${faker.number.int({ min: 21, max: 95 })}${digits(faker, 6)}`
    const key = String(97 - Number(BigInt(base) % 97n)).padStart(2, '0')
    return `${base} ${key}`.replace(/^(.)(..)(..)(..)(...)(...)/, '$1 $2 $3 $4 $5 $6')
  },
  ES: (faker) => {
    const number = digits(faker, 8)
    return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] ?? ''}`
  },
  IT: (faker) => {
    const code = `${faker.helpers.fromRegExp('[BCDFGLMNPRSTV]{6}')}${faker.helpers.fromRegExp('[4-9][0-9]')}${faker.helpers.arrayElement([...'ABCDEHLMPRST'])}${faker.helpers.arrayElement(['01', '12', '23', '45', '58', '67'])}H501`
    const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    let sum = 0
    for (let i = 0; i < code.length; i += 1) {
      const unit = code.charCodeAt(i)
      const value = unit < 58 ? unit - 48 : unit - 65
      sum += i % 2 === 0 ? (odd[value] ?? 0) : value
    }
    return code + String.fromCharCode(65 + (sum % 26))
  },
  NL: (faker) =>
    until(() => {
      const base = `${faker.number.int({ min: 1, max: 9 })}${digits(faker, 7)}`
      const check = weighted(base, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
      return check > 9 ? null : `${base}${check}`
    }),
  PL: (faker) => {
    const base = `${bornAs(faker)}${digits(faker, 4)}`
    return `${base}${(10 - (weighted(base, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10}`
  },
  PT: (faker) => {
    const base = `2${digits(faker, 7)}`
    const rest = weighted(base, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return `${base}${rest < 2 ? 0 : 11 - rest}`
  },
  BR: (faker) => {
    const base = digits(faker, 9)
    const check = (number: string): number => {
      const rest = [...number].reduce((sum, digit, i) => sum + Number(digit) * (number.length + 1 - i), 0) % 11
      return rest < 2 ? 0 : 11 - rest
    }
    const first = `${base}${check(base)}`
    return `${first}${check(first)}`.replace(/^(...)(...)(...)/, '$1.$2.$3-')
  },
}

export function nino(faker: Faker): string {
  const number = `${faker.helpers.fromRegExp('[A-CEGHJ-NPR]')}${faker.helpers.fromRegExp('[ACEHJ-MPR-TW-Z]')}${digits(faker, 6)}${faker.helpers.fromRegExp('[A-D]')}`
  return faker.datatype.boolean() ? number : number.replace(/^(..)(..)(..)(..)/, '$1 $2 $3 $4 ')
}

export function nhs(faker: Faker): string {
  return until(() => {
    const base = `${faker.number.int({ min: 4, max: 7 })}${digits(faker, 8)}`
    const check = 11 - (weighted(base, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
    return check === 10 ? null : `${base}${check % 11}`.replace(/^(...)(...)/, '$1 $2 ')
  })
}

const PLATES: Readonly<Record<string, string>> = {
  US: '[1-9][A-HJ-NPR-Z]{3}[0-9]{3}',
  GB: '[A-HJ-PR-Y]{2}[0-9]{2} [A-HJ-PR-Z]{3}',
  DE: '[B-DF-HK-NP-SW]{1}-[A-HJ-NPR-Z]{2} [1-9][0-9]{2,3}',
  FR: '[A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}',
  ES: '[0-9]{4} [BCDFGHJKLMNPRSTVWXYZ]{3}',
  IT: '[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}',
  NL: '[BDFGHJKLN]{2}-[0-9]{3}-[BDFGHJKLN]',
  PL: 'W[A-EF-HJ-NPR-UW-Y] [0-9]{5}',
  PT: '[0-9]{2}-[A-Z]{2}-[0-9]{2}',
  BR: '[A-Z]{3}[0-9][A-Z][0-9]{2}',
}

export function plate(country: string, faker: Faker): string {
  return faker.helpers.fromRegExp(PLATES[country] ?? PLATES.US ?? '')
}

/** With the check digit of 49 CFR 565.15. */
export function vin(faker: Faker): string {
  const valueOf = (unit: string): number =>
    /\d/.test(unit) ? Number(unit) : Number('12345678012345070923456789'[unit.charCodeAt(0) - 65])
  const raw = faker.helpers.fromRegExp('[1-5][A-HJ-NPR-Z]{2}[A-HJ-NPR-Z0-9]{5}0[A-HJ-NPR-Z0-9][A-HJ-NPR-Z][0-9]{6}')
  const sum = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2].reduce(
    (total, weight, i) => total + weight * valueOf(raw[i] ?? '0'),
    0,
  )
  return `${raw.slice(0, 8)}${sum % 11 === 10 ? 'X' : sum % 11}${raw.slice(9)}`
}
