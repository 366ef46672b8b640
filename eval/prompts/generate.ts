import { allFakers, type Faker } from '@faker-js/faker'
import type { Corpus, GoldText } from '../corpora.ts'
import { groupOf } from '../groups.ts'
import { ENGLISH } from './templates-english.ts'
import { OTHERS } from './templates-other.ts'
import { PERSON_SLOTS, type Person, type Scene, SLOTS, type Value } from './values.ts'

const ENGLISH_PLACES = [
  'en_US',
  'en_US',
  'en_US',
  'en_GB',
  'en_GB',
  'en_CA',
  'en_AU',
  'en_IE',
  'en_IN',
  'en_ZA',
] as const
const FOREIGN_PLACES = ['de', 'fr', 'es', 'it', 'nl', 'pl', 'pt_PT', 'pt_BR', 'de_AT', 'de_CH', 'fr_BE'] as const
const NAMES = [
  'en_US',
  'en_GB',
  'en_AU',
  'en_IN',
  'en_IE',
  'en_NG',
  'en_ZA',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pl',
  'pt_BR',
  'pt_PT',
  'tr',
  'sv',
  'da',
  'nb_NO',
  'fi',
  'cs_CZ',
  'hu',
  'ro',
  'hr',
  'id_ID',
  'es_MX',
  'vi',
  'zu_ZA',
  'yo_NG',
  'sk',
  'lv',
] as const
const LOCALES: Readonly<Record<string, readonly (keyof typeof allFakers)[]>> = {
  de: ['de', 'de', 'de_AT', 'de_CH'],
  fr: ['fr', 'fr', 'fr_BE'],
  es: ['es', 'es'],
  it: ['it'],
  nl: ['nl', 'nl_BE'],
  pl: ['pl'],
  pt: ['pt_PT', 'pt_BR'],
}
const COUNTRY: Readonly<Record<string, string>> = { en: 'US', pt: 'PT' }
const PLACEHOLDER = /\{\{([a-zA-Z_.]+)\}\}/g
/** Texts of one template. */
const ENGLISH_ROUNDS = 12
const OTHER_ROUNDS = 6

/**
 * Prompts as people in firms write them, with Faker's values; the same at every run. Those of templates with an odd index
 * are a corpus of their own, which nobody looks at.
 */
export function generatePrompts(): Corpus[] {
  const dice = faker('en_US', 20_261)
  const english = ENGLISH.flatMap((template, index) =>
    Array.from({ length: ENGLISH_ROUNDS }, () => {
      const place = dice.datatype.boolean(0.8)
        ? dice.helpers.arrayElement(ENGLISH_PLACES)
        : dice.helpers.arrayElement(FOREIGN_PLACES)
      const names = dice.datatype.boolean(0.5)
        ? dice.helpers.arrayElement(ENGLISH_PLACES)
        : dice.helpers.arrayElement(NAMES)
      return { index, text: fill(template, sceneOf(place, names, dice)) }
    }),
  )
  const others = Object.entries(OTHERS).flatMap(([language, templates]) =>
    templates.flatMap((template, index) =>
      Array.from({ length: OTHER_ROUNDS }, () => {
        const place = dice.helpers.arrayElement([...(LOCALES[language] ?? ['de'])])
        const names = dice.datatype.boolean(0.8) ? place : dice.helpers.arrayElement(NAMES)
        return { index, language, text: fill(template, sceneOf(place, names, dice)) }
      }),
    ),
  )
  const half = (of: readonly { index: number; text: GoldText }[], rest: number): GoldText[] =>
    of.filter(({ index }) => index % 2 === rest).map(({ text }) => text)
  return [
    { name: 'own prompts (English)', language: 'en', texts: half(english, 0) },
    { name: 'own prompts (English), never looked at', language: 'en', texts: half(english, 1), isSecret: true },
    { name: 'own prompts (seven languages)', language: 'en', texts: half(others, 0) },
    { name: 'own prompts (seven languages), never looked at', language: 'en', texts: half(others, 1), isSecret: true },
  ]
}

function faker(locale: keyof typeof allFakers, seed: number): Faker {
  const one = allFakers[locale]
  one.seed(seed)
  one.setDefaultRefDate('2026-01-01T00:00:00.000Z')
  return one
}

function sceneOf(place: keyof typeof allFakers, names: keyof typeof allFakers, dice: Faker): Scene {
  const seed = dice.number.int()
  const local = faker(place, seed)
  return {
    country: place.split('_')[1] ?? COUNTRY[place] ?? place.toUpperCase(),
    local,
    names: names === place ? local : faker(names, seed + 1),
  }
}

function fill(template: string, scene: Scene): GoldText {
  const people = new Map<string, Person>()
  const spans: GoldText['spans'] = []
  let text = ''
  let from = 0
  for (const match of template.matchAll(PLACEHOLDER)) {
    text += template.slice(from, match.index)
    from = match.index + match[0].length
    const value = valueOf(match[1] ?? '', people, scene)
    const start = text.length
    text += value.text
    const type = value.type === null ? null : groupOf(value.type)
    spans.push({ start, end: text.length, type })
  }
  return { text: text + template.slice(from), spans }
}

function valueOf(slot: string, people: Map<string, Person>, scene: Scene): Value {
  const [who = '', form] = slot.split('.')
  if (form === undefined) {
    const make = SLOTS[who]
    if (make === undefined) throw new Error(`no slot ${who}`)
    return make(scene)
  }
  const person = people.get(who) ?? { first: scene.names.person.firstName(), last: scene.names.person.lastName() }
  people.set(who, person)
  const make = PERSON_SLOTS[form]
  if (make === undefined) throw new Error(`no form ${form}`)
  return make(person, scene)
}
