import { isListedName } from '../../list-names.ts'
import { hasTownAfter } from './extend-address.ts'
import * as words from './street-words.ts'

const NAME = "(?:\\p{Lu}[\\p{L}\\p{M}'’.-]{0,28})"
/** `5586 Tungata 31`, `8 Dejon Brae`: any name with a capital. */
const NUMBER_FIRST = new RegExp(
  `[0-9]{1,6}[A-Za-z]?(?:[/-][0-9]{1,4})?,? (?:[0-9]{1,5} )?${NAME}(?: (?:de|la|der|den|van|von|do|da|${NAME})){0,4}(?: [0-9]{1,5}[A-Za-z]?)?(?![\\p{L}\\p{N}])`,
  'uy',
)
/** `Azinhaga António Leal 1`; ends where the number starts. */
const NAME_BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${NAME}|van de[nr]?|rondo|skwer|bulw\\.|ogród|droga|rynek|os\\.|al\\.)(?:[ -](?:de|la|der|den|van|von|do|da|dos|das|e|y|i|${NAME})){0,5},? (?:n[°º.] ?)?$`,
  'u',
)
/** What the above ends with. */
const NAME_RIGHT_BEFORE = new RegExp(
  `(?<=(?:${NAME}|van de[nr]?|rondo|skwer|bulw\\.|ogród|droga|rynek|os\\.|al\\.|de|la|der|den|van|von|do|da|dos|das|e|y|i),? (?:n[°º.] ?)?)`,
  'uy',
)
const NUMBER_AFTER =
  /[0-9]{1,5}(?: ?[A-Za-z](?![\p{L}\p{N}]))?(?:[/-][0-9A-Za-z]{1,4}\.?)?(?: (?:bis|ter|hs)(?!\p{L}))?(?:[ -](?:[0-9]{1,2} ?(?:[ºª°] ?(?:[A-Za-z]{1,5}\.?)?|\.? ?(?:OG|UG|hoog|tr|etage|[Ss]tock))|[IVX]{1,4}|Gar\.|r\/c|m\. ?[0-9]{1,4}[a-z]?))?(?![\p{L}\p{N}])|s\/n\.?/uy
/** `106 rúa olmos 44, belfast, south africa`: in small letters, with a number on both sides and a country at the end. */
const SMALL = new RegExp(
  `[0-9]{1,6} (?:\\p{L}[\\p{L}\\p{M}'’.-]{0,24} ){1,4}[0-9]{1,5}[a-z]?(?:,? (?:${words.UNIT}))?,[ \\n]{1,2}(?:\\p{L}[\\p{L}\\p{M} .'’-]{1,40},[ \\n]{1,2}){0,2}${words.COUNTRY}(?![\\p{L}\\p{N}])`,
  'iuy',
)
/** Kinds of street that are more often something else. */
const UNSURE = new RegExp(` (?:${words.UNSURE_ENGLISH_TYPES})(?![\\p{L}\\p{N}])`, 'giu')
/** A cell, a field or a line of its own that is called an address. */
const IN_FIELD =
  /(?:addr(?:ess)?|street|str(?:a(?:ß|ss)e)?|adresse?|anschrift|direcci[óo]n|indirizzo|adres|morada|endere[çc]o)[\w ]{0,12}["'\u201d]?[ \t]{0,2}[:=|][ \t]{0,3}["'\u201d]?$/i
const VILLAGE_AFTER = /, (?:gmina|gm\.|powiat|pow\.|woj\.) /uy
const BEFORE = 72

/** A street without a word for one, where what surrounds it tells: a town with a postcode, a field, a person's name in it. */
export function plainStreetAfter(text: string, start: number): { start: number; end: number } | null {
  SMALL.lastIndex = start
  const small = SMALL.exec(text)
  if (small !== null) return { start, end: start + small[0].length }
  NUMBER_FIRST.lastIndex = start
  const first = NUMBER_FIRST.exec(text)
  if (first !== null) {
    const end = start + first[0].length
    if (hasTownAfter(text, end)) return { start, end }
    const kind = [...first[0].matchAll(UNSURE)].at(-1)
    const isField = IN_FIELD.test(text.slice(Math.max(0, start - 48), start))
    if (isField && kind !== undefined) return { start, end: start + kind.index + kind[0].length }
    if (
      kind !== undefined &&
      /^[0-9]{2,}/.test(first[0]) &&
      /\p{Lu}/u.test(kind[0]) &&
      hasPerson(first[0].slice(0, kind.index))
    )
      return { start, end: start + kind.index + kind[0].length }
  }
  return null
}

/** The same with the number after the name: `Brzeziny 24, gmina Lubicz`, `Nygatan 9 2 tr, 123 45 Lund`. */
export function plainStreetBefore(text: string, start: number): { start: number; end: number } | null {
  NAME_RIGHT_BEFORE.lastIndex = start
  if (!NAME_RIGHT_BEFORE.test(text)) return null
  NUMBER_AFTER.lastIndex = start
  const number = NUMBER_AFTER.exec(text)
  if (number === null) return null
  const before = text.slice(Math.max(0, start - BEFORE), start)
  const name = NAME_BEFORE.exec(before)
  if (name === null) return null
  const end = start + number[0].length
  VILLAGE_AFTER.lastIndex = end
  return hasTownAfter(text, end) || VILLAGE_AFTER.test(text) ? { start: start - before.length + name.index, end } : null
}

function hasPerson(street: string): boolean {
  return street.split(/[ -]/).some((word) => /^\p{Lu}/u.test(word) && isListedName(word))
}
