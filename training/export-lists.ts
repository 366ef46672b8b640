/**
 * Writes the word lists that the generator swaps into templates: names, towns, streets, companies, products and
 * harmless words of Faker's locales, and the countries of the world in ten languages.
 * Usage: node training/export-lists.ts <file.json>
 */
import { writeFileSync } from 'node:fs'
import type { LocaleDefinition } from '@faker-js/faker'
import { allLocales, Faker } from '@faker-js/faker'

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'sv', 'cs']

type Strings = readonly string[]

/** Every string below `value`, however deep Faker nests it (by gender, by weight, by kind). */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('{{') ? [] : [value]
  if (Array.isArray(value)) return value.flatMap(strings)
  if (value !== null && typeof value === 'object') {
    if ('value' in value && 'weight' in value) return strings(value.value)
    return Object.values(value).flatMap(strings)
  }
  return []
}

const unique = (values: Strings): string[] => [...new Set(values)]

/** Distinct results of `make`; none where Faker has no such data for the locale, which it says by throwing. */
function sample(locale: LocaleDefinition, count: number, make: (faker: Faker) => string): string[] {
  const faker = new Faker({ locale: [locale, allLocales.en, allLocales.base], seed: 7 })
  try {
    return unique(Array.from({ length: count }, () => make(faker)))
  } catch {
    return []
  }
}

const locales: Record<string, Record<string, string[]>> = {}
for (const [code, locale] of Object.entries(allLocales) as [string, LocaleDefinition][]) {
  const person = locale.person as Record<string, unknown> | undefined
  const firsts = unique(strings(person?.first_name))
  const lasts = unique(strings(person?.last_name))
  if (firsts.length + lasts.length === 0) continue
  locales[code] = {
    first_female: unique(strings((person?.first_name as Record<string, unknown> | undefined)?.female)),
    first: firsts,
    last_female: unique(strings((person?.last_name as Record<string, unknown> | undefined)?.female)),
    last: lasts,
    city: unique(strings(locale.location?.city_name)),
    state: unique(strings(locale.location?.state)),
    company: locale.company === undefined ? [] : sample(locale, 150, (faker) => faker.company.name()),
    street: locale.location === undefined ? [] : sample(locale, 400, (faker) => faker.location.streetAddress()),
    word: unique(strings(locale.lorem?.word).concat(strings(locale.word))),
    commerce: unique(strings(locale.commerce)),
    job: unique(strings(person?.job_title).concat(strings(person?.job_area), strings(person?.job_type))),
  }
}

const en = allLocales.en
const things = {
  product: unique(strings(en.commerce?.product_name)),
  hacker: unique(strings(en.hacker)),
  science: unique(strings(en.science)),
  vehicle: unique(strings(en.vehicle)),
  animal: unique(strings(en.animal)),
  food: unique(strings(en.food)),
  color: unique(strings(en.color)),
  airline: unique(strings(en.airline?.airline?.map((line) => line.name))),
  month: unique(LANGUAGES.flatMap((code) => strings(allLocales[code as keyof typeof allLocales]?.date?.month))),
  weekday: unique(LANGUAGES.flatMap((code) => strings(allLocales[code as keyof typeof allLocales]?.date?.weekday))),
  system: unique(strings(allLocales.base?.system).filter((word) => word.length < 40)),
}

const countries: Record<string, string[]> = {}
for (const language of LANGUAGES) {
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
  const found: string[] = []
  for (let a = 65; a <= 90; a++) {
    for (let b = 65; b <= 90; b++) {
      const name = names.of(String.fromCharCode(a, b))
      if (name !== undefined) found.push(name)
    }
  }
  countries[language] = unique(found)
}

const target = process.argv[2]
if (target === undefined) throw new Error('Usage: node training/export-lists.ts <file.json>')
writeFileSync(target, JSON.stringify({ locales, things, countries }))
