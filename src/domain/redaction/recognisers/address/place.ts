import { everyMatch } from '../../patterns/every-match.ts'
import { type IndexedPattern, indexed } from '../../patterns/indexed-pattern.ts'
import { isTownName } from '../../persons/towns.ts'
import * as words from './street-words.ts'

const START = '(?<![\\p{L}\\p{N}])'
const END = '(?![\\p{L}\\p{N}])'
const MILITARY = indexed(
  new RegExp(
    `${START}(?:(?:USS|USNS|USNV|USCGC|USAV) \\p{Lu}\\p{L}{1,20}[\\n ,]{1,3})?(?:APO|FPO|DPO),? A[AEP] [0-9]{5}${END}`,
    'gu',
  ),
)
/** The same around what is ASCII, without properties of Unicode, which cost at every unit of a text. */
const LETTER_OR_DIGIT = '[0-9A-Za-z\\u00c0-\\u024f]'
const CODE_START = `(?<!${LETTER_OR_DIGIT})`
const CODE_END = `(?!${LETTER_OR_DIGIT})`
const BRITISH = indexed(new RegExp(`${CODE_START}${words.UK_POSTCODE_ALONE}${CODE_END}`, 'g'))
/** Parts with capitals before a British postcode, and the town right before it: `Rose Cottage, Duck Lane, Stow, `. */
const PARTS_BEFORE =
  /(?:\p{Lu}[\p{L}'’.-]{1,24}(?: [\p{L}'’.-]{1,20}){0,4}, ){1,4}(?:\p{Lu}[\p{L}'’-]{1,24}(?: [\p{L}'’-]{1,20}){0,3} )?$/u
/** `Carraig Beag, Letterkenny, Co. Donegal ` */
const IRISH_PARTS =
  /(?:[0-9]{1,4}[A-Za-z]? )?(?:\p{Lu}[\p{L}'’-]{1,24}(?: [\p{L}'’-]{1,20}){0,3}, ){1,4}(?:(?:Co\.? )?\p{Lu}[\p{L}'’-]{1,24}(?: [0-9]{1,2}W?)?,? )?$/u
/** What a rural address in Ireland without a postcode ends with; a house or townland and a town stand before it. */
const IRISH_COUNTY = indexed(
  /Co\.? (?:Antrim|Armagh|Carlow|Cavan|Clare|Cork|Derry|Donegal|Down|Dublin|Fermanagh|Galway|Kerry|Kildare|Kilkenny|Laois|Leitrim|Limerick|Longford|Louth|Mayo|Meath|Monaghan|Offaly|Roscommon|Sligo|Tipperary|Tyrone|Waterford|Westmeath|Wexford|Wicklow)(?!\p{L})/gu,
)
/** A house and a street by their names, up to a town: `Palm Court, Zzyx Road, Kilimani, Nairobi`. */
const NAMED_HOUSE =
  /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}'’-]{1,20} ){1,2}(?:House|Court|Towers?|Apartments|Building|Heights|Plaza|Mansions?|Villas?|Flats), (?:\p{Lu}[\p{L}'’-]{1,20} ){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Close|Way|Crescent)(?:, \p{Lu}[\p{L}'’-]{1,20}(?: \p{Lu}[\p{L}'’-]{1,20})?){1,3}(?![\p{L}\p{N}])/gu
const MAY_BE_NAMED_HOUSE = indexed(/(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Close|Way|Crescent), [A-Z]/g)
const STREET_PART = new RegExp(
  `(?:^| )(?:${words.HOUSE_KINDS}|Street|Road|Lane|Close|Row|Avenue|Drive|Way|Terrace|Crescent|Gardens|Grove|Place|Square|Mews|Hill|Walk|View|Rise|Park|Green|Parade|Quay|Wharf)$`,
  'u',
)
/** House, street and town. */
const MIN_PARTS = 3
const PARTS_LENGTH = 96
/** Postcodes of Ireland (Eircode), and in small letters those of Britain behind the number of a house. */
const IRISH = indexed(new RegExp(`${CODE_START}(?:[AC-FHKNPRTV-Y][0-9]{2}|D6W) [0-9AC-FHKNPRTV-Y]{4}${CODE_END}`, 'g'))
const SMALL_BRITISH = indexed(
  new RegExp(`${CODE_START}[a-pr-uwyz][a-hk-y]?[0-9][0-9a-hjkps-uw]? [0-9][abd-hjlnp-uw-z]{2}${CODE_END}`, 'g'),
)
/** `am weiher 3, 35781 weilburg` */
const SMALL_GERMAN =
  /(?<![\p{L}\p{N}])(?:(?:\p{Ll}[\p{Ll}.-]{1,24} ){1,2}?\p{Ll}[\p{Ll}.-]{1,24}|\p{Ll}{2,20}(?:straat|stra(?:ß|ss)e|str\.?|weg|laan|gasse|allee|plein|ring|platz|kade|steenweg)) [0-9]{1,4} ?[a-z]?,? (?:[0-9]{5}|[0-9]{4}(?: ?[a-z]{2})?) \p{Ll}{3,24}(?![\p{L}\p{N}])/gu
/** The number of a house, the postcode and the town, with which each of them ends. */
const SMALL_GERMAN_END = indexed(/ [0-9]{1,4} ?[a-z]?,? (?:[0-9]{5}|[0-9]{4}(?: ?[a-z]{2})?) \p{Ll}{3}/gu)
const MAY_BE_SMALL_GERMAN = indexed(/ [0-9]{1,4} ?[a-z]?,? [0-9]{4,5} ?[a-zäöü]{2}/g)
const NUMBER_BEFORE =
  /(?<![\p{L}\p{N}.,])(?:(?:flat|unit|apt|apartment|house|room|no) )?[0-9]{1,4}[a-z]?,? (?:[a-z][a-z'’.-]{1,20},? ){1,9}$/u
/** A street in small letters with a postcode: `12 rue pasteur 69007 lyon`, `via roma 3 int. 4, 10121 torino`. */
const SMALL_ROMANCE = indexed(
  /(?<![\p{L}\p{N}])(?:[0-9]{1,4} ?[a-z]?,? (?:bis |ter )?)?(?:rue|avenue|av\.?|bd|boulevard|place|chemin|all[ée]e|impasse|route|via|viale|piazza|corso|vicolo|calle|avenida|plaza|paseo|rua|travessa|pra[çc]a|estrada|ul\.?|ulica|os\.|al\.|c\/) ?(?:\p{L}[\p{L}\p{M}'’.-]{0,24}(?: |, ?)){1,6}?(?:[0-9]{1,4}[a-z]?(?:\/[0-9]{1,4})?(?:(?: |, )(?:int|apto?|bte|m|lok)\.? ?[0-9]{1,4})?,? (?:à |in |a |en |em |w )?)?(?:c\.?p\.? |cep |cap )?(?:[0-9]{2}-[0-9]{3}|[0-9]{4,5}(?:-[0-9]{3})?) \p{L}[\p{L}-]{2,24}(?: (?:de|la|le|sur|em|do|da) \p{L}[\p{L}-]{2,24})?(?![\p{L}\p{N}])/giu,
)
const MAY_BE_SMALL_ROMANCE = indexed(/(?:[0-9]{2}-|[0-9]{1,2})[0-9]{3}(?:-[0-9]{3})? [a-zà-ÿł]{3}/g)
/** `Springfield, IL 62704`, `Toronto, ON M5V 2T6`. */
const TOWN = new RegExp(
  `${START}${words.CITY}, ?(?:(?:${words.STATE}|${words.STATE_NAMES}) [0-9]{5}(?:-[0-9]{4})?|(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT) [0-9]{4}|${words.STATE},? [A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])${END}`,
  'gu',
)
/** What every such town ends with, from the comma on. */
const TOWN_END = indexed(/,[^,\n]{2,28} [0-9]{4,5}(?![0-9])|, ?[A-Z]{2,3},? [A-Z][0-9][A-Z] ?[0-9]/g)
/** UTF-16 units that a town may take before its comma, and a postcode after the match. */
const BEFORE = 250
const AFTER = 12

/** Places that postcodes name so exactly that they are addresses without a street. Linear. */
export function placesIn(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const { index, 0: place } of MILITARY.matchesIn(text)) found.push({ start: index, end: index + place.length })
  for (const { index, 0: postcode } of BRITISH.matchesIn(text))
    found.push({ start: namedStart(text, index), end: index + postcode.length })
  for (const { index, 0: postcode } of IRISH.matchesIn(text))
    found.push({ start: partsStart(text, index), end: index + postcode.length })
  for (const { index, 0: county } of IRISH_COUNTY.matchesIn(text)) {
    const start = partsStart(text, index)
    if (text.slice(start, index).split(',').length > 2) found.push({ start, end: index + county.length })
  }
  for (const { index, 0: house } of MAY_BE_NAMED_HOUSE.isIn(text) ? text.matchAll(NAMED_HOUSE) : [])
    if (house.split(', ').slice(2).some(isTownName)) found.push({ start: index, end: index + house.length })
  for (const { index, 0: postcode } of SMALL_BRITISH.matchesIn(text)) {
    const before = NUMBER_BEFORE.exec(text.slice(Math.max(0, index - PARTS_LENGTH), index))
    if (before !== null) found.push({ start: index - before[0].length, end: index + postcode.length })
  }
  if (MAY_BE_SMALL_GERMAN.isIn(text)) {
    for (const [from, to] of around(text, SMALL_GERMAN_END, SMALL_BEFORE, SMALL_AFTER))
      for (const { index, 0: place } of everyMatch(text.slice(from, to), SMALL_GERMAN))
        found.push({ start: from + index, end: from + index + place.length })
  }
  for (const { index, 0: place } of MAY_BE_SMALL_ROMANCE.isIn(text) ? SMALL_ROMANCE.matchesIn(text) : [])
    found.push({ start: index, end: index + place.length })
  for (const [from, to] of stretches(text)) {
    for (const { index, 0: place } of everyMatch(text.slice(from, to), TOWN))
      found.push({ start: from + index, end: from + index + place.length })
  }
  return found
}

/** UTF-16 units that a street in small letters takes before its number at most, and all from there on. */
const SMALL_BEFORE = 80
const SMALL_AFTER = 48

/** Parts of a text around all that a pattern matches, without overlaps. */
function around(text: string, pattern: IndexedPattern, before: number, after: number): [number, number][] {
  const places = pattern.beginningsIn(text)
  if (places === null) return [[0, text.length]]
  const found: [number, number][] = []
  for (const place of places) {
    const last = found.at(-1)
    if (last !== undefined && place - before <= last[1]) last[1] = place + after
    else found.push([Math.max(0, place - before), place + after])
  }
  return found
}

/** Parts of lines in which such a town may stand, without overlaps. */
function stretches(text: string): [number, number][] {
  const found: [number, number][] = []
  for (const match of TOWN_END.matchesIn(text)) {
    const end = match.index + match[0].length
    const from = Math.max(text.lastIndexOf('\n', match.index) + 1, match.index - BEFORE)
    const last = found.at(-1)
    if (last !== undefined && from < last[1]) last[1] = end + AFTER
    else found.push([from, end + AFTER])
  }
  return found
}

/** Where the parts of an address start that stand before an Irish postcode, which names one house. */
function partsStart(text: string, postcode: number): number {
  const before = IRISH_PARTS.exec(text.slice(Math.max(0, postcode - PARTS_LENGTH), postcode))
  return before === null ? postcode : postcode - before[0].length
}

/** Where the street or the house starts that stands without a number before a British postcode. */
function namedStart(text: string, postcode: number): number {
  const from = Math.max(0, postcode - PARTS_LENGTH)
  const before = PARTS_BEFORE.exec(text.slice(from, postcode))
  if (before === null) return postcode
  let at = from + before.index
  for (const part of before[0].split(', ')) {
    if (STREET_PART.test(part)) return at
    at += part.length + 2
  }
  // Without a word for a street or a house the two parts before the town are its.
  const parts = before[0].split(', ')
  return parts.length > 2 ? postcode - parts.slice(-MIN_PARTS).join(', ').length : postcode
}
