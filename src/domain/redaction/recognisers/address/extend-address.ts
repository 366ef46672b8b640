import { isTownName } from '../../persons/towns.ts'
import * as words from './street-words.ts'

/** What stands between two parts: a comma, one or two line breaks, the mark of a quoted line. */
const BREAK = '(?:\\r?\\n[ \\t]{0,8}(?:[>?*|]{1,3} )?){0,2}'
const GAP = `(?:\\.?[ \\t]{0,3}${BREAK}[,;|–-]?[ \\t]{0,4}${BREAK})`
const STATE = `(?:(?:${words.STATE}|${words.STATE_NAMES})\\.?)`
const UNIT = new RegExp(`${GAP}(?:${words.UNIT}|\\([A-Z]{1,3}\\))(?![\\p{L}\\p{N}])`, 'iuy')
const POST = new RegExp(
  `${GAP}(?:${words.CITY}(?: [0-9]{1,2}[A-Z]?)?${GAP}){0,3}?(?:(?:${STATE}|[A-Z]{1,3}|nan)[ ,\\n]{1,3})?(?:${words.COUNTRY} )?${words.POSTCODE}(?:[ ,]{1,2}${words.CITY}(?:,? ${words.CITY})?)?`,
  'uy',
)
const STATE_ONLY = new RegExp(`${GAP}${words.CITY},? (?:${words.STATE}|${words.STATE_NAMES})(?![\\p{L}\\p{N}])`, 'uy')
/** A quarter and a town of Brazil with its state: ` - Consolação, São Paulo/SP`. */
const BRAZILIAN = new RegExp(
  `${GAP}(?:${words.CITY}${GAP}){0,2}?${words.CITY} ?[-/–] ?(?:${words.BRAZILIAN_STATE})(?![\\p{L}\\p{N}])`,
  'uy',
)
const COUNTRY = new RegExp(`${GAP}(?:\\()?${words.COUNTRY}(?![\\p{L}\\p{N}])(?:${GAP}${words.POSTCODE})?`, 'uy')
const CITY_COUNTRY = new RegExp(
  `${GAP}(?:[0-9]{3} )?${words.CITY}${GAP}${words.COUNTRY}(?![\\p{L}\\p{N}])(?: ${words.POSTCODE})?`,
  'uy',
)
/** A town right after the street. */
const COMMA_TOWN = new RegExp(
  `(?:, ${words.CITY}){1,2}(?=[.,;!?)]|\\s*$|\\s*\\n| (?:and|for|as|with|on|by|is|was|to)\\b)`,
  'uy',
)
/** A town without a postcode, after a flat. */
const UNIT_TOWN = new RegExp(
  `[ ,]{1,2}${words.CITY}(?=[.,;!?)]|\\s*$|\\s*\\n| (?:nan|and|for|after|before|in|as|with|on|by|is|was|to)\\b)(?: nan\\b)?`,
  'uy',
)
/** The rest of a line in small letters after a flat: `apt. 858 calgary alberta`. */
const SMALL_REST =
  /[ ,]{1,2}\p{Ll}[\p{Ll}\p{M}'’.-]{1,24}(?:,? \p{Ll}[\p{Ll}\p{M}'’-]{0,24}){0,4}(?=\.?[ \t]*(?:\r?\n|$))/uy
/** The same with a postcode, on this line or the next: `delmas, mp 35739`. */
const SMALL_POST =
  /(?:[ ,]{1,2}|,?\r?\n[ \t]{0,4})\p{Ll}[\p{Ll}\p{M}'’.-]{1,24}(?: \p{Ll}[\p{Ll}\p{M}'’-]{0,24}){0,3}\s{0,2}(?:,\s{0,2}\p{Ll}{2,3}\s{0,2})?[ ,](?:\p{Ll}[\p{Ll} ()]{2,24} )?[0-9]{4,6}(?![0-9])/uy
/** A British town and postcode in small letters: `, london w2 4ua`. */
const SMALL_BRITISH =
  /[ ,]{1,2}\p{L}[\p{L}\p{M}'’-]{1,24}(?: \p{L}[\p{L}\p{M}'’-]{0,24}){0,3},? [a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2}(?![a-z0-9])/uy
/** Words of sentences. */
const SENTENCE =
  /(?<!\p{L})(?:the|an?|is|are|was|were|be|been|to|in|at|for|and|or|with|from|that|my|your|our|this|on|by|if|we|i|you|it|has|have|had|not|please|but|so|as|he|she|they|will|can)(?!\p{L})/iu
const UNIT_AT_END = new RegExp(`(?:${words.UNIT})$`, 'iu')
const HOUSE_NAME = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:${words.UNIT})|(?:Basement|Garden|Top|Ground|First|Second|Third|Upper|Lower|Rear|Front)(?: Floor)? Flat|\\p{Lu}[\\p{L}'’-]{1,20} (?:House|Building|Court|Tower|Cottage|Lodge|Villa|Farm))[ \\t]{0,2}[,\\n]\\s{0,4}$`,
  'iu',
)
/** A house by its name alone: `The Gables, `, `The Old Rectory, `. */
const NAMED_HOUSE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:The (?:\\p{Lu}[\\p{L}'’-]{1,20} )?\\p{Lu}[\\p{L}'’-]{1,20}|(?:\\p{Lu}[\\p{L}'’-]{1,20} ){1,2}(?:${words.HOUSE_KINDS})), $`,
  'u',
)
/** What the number that an address starts with is one of: `Unit 5, 18 Harris Street`. */
const UNIT_WORD =
  /(?<![\p{L}\p{N}])(?:unit|flat|apt\.?|apartment|suite|ste\.?|shop|lot|villa|plot|house|door|blk|block|no)\.?(?: no\.?)? ?#?$/iu
/** A letter before the number of a house or a plot: `B-204`. */
const LETTER_BEFORE = /(?<![\p{L}\p{N}])[A-Z][-/]$/u
/** Flats and floors before the house that has a name: `Rm 1204, 12/F, `, `3rd Floor, `. */
const UNITS_BEFORE =
  /(?<![\p{L}\p{N}])(?:(?:(?:rm|room|flat|unit|suite|apt|level|shop|block|tower)\.? ?#?[0-9A-Z][0-9A-Z-]{0,5}|[0-9]{1,3}(?:\/F|(?:st|nd|rd|th) floor))(?:, ?| ?\n ?)){1,3}$/iu
/** Between the parts of a town. */
const SEP = '(?:[ \\t]{0,2}(?:,|\\r?\\n|(?<=\\p{L}{3}|[ \\t])-)){1,2}[ \\t]{0,4}'
const REGION = `(?:${STATE}|[A-Z]{2,3}|nan|${words.CITY})[ ,\\n]{1,3}`
/** A town with a postcode, a state or a country, which make an address of any name with a number. A year is no postcode here. */
const SURE_TOWN = new RegExp(
  `[.]?[ \\t]{0,2}(?:,|\\r?\\n)[ \\t]{0,4}(?:${words.CITY}(?:${SEP}(?:${REGION}){0,2}(?!(?:19|20)[0-9]{2}(?![0-9 ]))${words.POSTCODE}| ${STATE} ${words.POSTCODE}| ${words.UK_POSTCODE_ALONE}(?![0-9A-Za-z])|${SEP}${words.COUNTRY}(?![\\p{L}\\p{N}]))|[0-9]{3} ${words.CITY}${SEP}${words.COUNTRY}(?![\\p{L}\\p{N}])|(?!(?:19|20)[0-9]{2} )${words.POSTCODE},? ${words.CITY}|[0-9]{2}-[0-9]{3}(?![0-9-]))`,
  'uy',
)
/** A part between street and town: a quarter, a building, a floor. */
const MIDDLE =
  /,[ \t]{0,2}(?:\r?\n[ \t]{0,4})?(?:\p{Lu}[\p{L}\p{M}'’.-]{0,20}|[0-9]{1,3}(?:st|nd|rd|th|[.ª°º])?|kv\.)(?: (?:\p{Lu}[\p{L}\p{M}'’.-]{0,20}|[0-9]{1,4}[A-Za-z]?)){0,3}(?=,)|, (?:zona (?:rural|urbana)|interior)(?=,)/uy
const MAX_MIDDLES = 4
/** A town behind such parts, also with the postcode right behind it: `Bengaluru 560038`. */
const TOWN_BEHIND = new RegExp(`,[ \\t]{0,2}(?:\\r?\\n[ \\t]{0,4})?${words.CITY} [0-9]{5,6}(?![0-9])`, 'uy')
/** The town with its postcode before the street: `1077 Budapest, Wesselényi u. 18`. */
const TOWN_BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(?:[0-9]{4,6}|[0-9]{4} ?[A-Z]{2}|[0-9]{2}-[0-9]{3}) ${words.CITY}, $`,
  'u',
)
/** A building and what is in it, before the street. */
const BUILDING_BEFORE =
  /(?<!\p{L})c\/o [^,\n]{2,30}, $|(?<![\p{L}\p{N}])(?:Résidence|Immeuble|Bâtiment|Bât\.|Edificio|Edifício|Urbanización|Urb\.|Condomínio|Palazzo|Residenza|Haus) [\p{L}0-9 '’.-]{2,30}(?:, [^,\n]{2,16}){0,2}[,\n]\s{0,4}$/u
/** The part of a town in small letters, behind a street in them. */
const SMALL_TOWN =
  /,? (?:in )?\p{Ll}{4,20}(?: \p{Ll}{4,20})?(?=[.,;!?)\n]| (?:on|and|from|for|by|the|um|uh|is|was|i|we|my|at|since|because|with|so|but|please|pls)(?!\p{L})|$)/uy
/** UTF-16 units before a street in which a house or a flat may be named. */
const BEFORE = 48
const MAX_PARTS = 5

/** Where an address ends whose street ends here: units, towns, postcodes, states and countries after it. */
export function addressEnd(text: string, end: number): number {
  let at = end
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const next = [UNIT, POST, BRAZILIAN, CITY_COUNTRY, STATE_ONLY, COUNTRY]
      .map((pattern) => endOf(pattern, text, at))
      .find((stop) => stop > at)
    const beyond = next ?? townBeyond(text, at)
    if (beyond < 0) break
    at = beyond
  }
  if (at !== end && UNIT_AT_END.test(text.slice(Math.max(end, at - 24), at)))
    at = Math.max(at, endOf(UNIT_TOWN, text, at), smallTownEnd(text, at))
  at = Math.max(at, endOf(SMALL_BRITISH, text, at))
  if (at !== end) return at
  const town = endOf(COMMA_TOWN, text, at)
  if (town > at && !endsSentence(text.slice(at, town))) return town
  const small = /\p{Ll} \p{Ll}{2,}$/u.test(text.slice(Math.max(0, at - 24), at)) ? endOf(SMALL_TOWN, text, at) : -1
  return small > at && !SENTENCE.test(text.slice(at, small).replace(/^,? in /, '')) ? small : at
}

/** Where a town ends that stands behind other parts; -1 when there is none. */
export function townBeyond(text: string, end: number): number {
  let at = end
  for (let i = 0; i < MAX_MIDDLES; i += 1) {
    at = endOf(MIDDLE, text, at)
    if (at < 0) return -1
    const town = Math.max(endOf(SURE_TOWN, text, at), endOf(TOWN_BEHIND, text, at))
    if (town > at) return town
  }
  return -1
}

/** Whether what may be a street is followed by a town with a postcode, a state or a country. */
export function hasTownAfter(text: string, end: number): boolean {
  let at = end
  for (let units = 0; units <= 2 && at >= 0; units += 1) {
    if (endOf(SURE_TOWN, text, at) > at) return true
    at = units < 2 ? endOf(UNIT, text, at) : -1
  }
  return townBeyond(text, end) > end
}

/** Whether a town with a British postcode follows, in small letters or not. */
export function hasBritishTown(text: string, end: number): boolean {
  return endOf(SMALL_BRITISH, text, end) > end
}

/** Where an address starts whose street starts here: a number, a house or a flat may stand before it. */
export function addressStart(text: string, start: number): number {
  const from = Math.max(0, start - BEFORE)
  const before = text.slice(from, start)
  const number = /(?<![\p{L}\p{N}.,])[0-9]{1,6} (?:[0-9]{1,5} )?$/u.exec(before) ?? LETTER_BEFORE.exec(before)
  const rest = number === null ? before : before.slice(0, number.index)
  const house = HOUSE_NAME.exec(rest) ?? NAMED_HOUSE.exec(rest) ?? (number === null ? UNIT_WORD.exec(rest) : null)
  const at = (house ?? number)?.index ?? before.length
  const outer =
    TOWN_BEFORE.exec(before.slice(0, at)) ??
    UNITS_BEFORE.exec(before.slice(0, at)) ??
    BUILDING_BEFORE.exec(before.slice(0, at)) ??
    namedTown(text, start, before.slice(0, at))
  return from + (outer?.index ?? at)
}

/** A town before a Polish street, without its postcode: `Bytom, ul. Piekarska 4`. */
function namedTown(text: string, start: number, before: string): RegExpExecArray | null {
  if (!/^(?:ul|os|al|pl)\./i.test(text.slice(start, start + 3))) return null
  const town = /(?<![\p{L}-])(\p{Lu}\p{Ll}[\p{L}-]{1,24}(?: \p{Lu}\p{Ll}[\p{L}-]{1,24})?), $/u.exec(before)
  return town !== null && isTownName(town[1] ?? '') ? town : null
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  return match === null ? -1 : at + match[0].length
}

/** Where a town ends that is written in small letters; -1 when there is none. */
function smallTownEnd(text: string, at: number): number {
  const end = [SMALL_POST, SMALL_REST].map((pattern) => endOf(pattern, text, at)).find((stop) => stop > at) ?? -1
  return end < 0 || SENTENCE.test(text.slice(at, end)) ? -1 : end
}

function endsSentence(part: string): boolean {
  return /[.] \p{Lu}/u.test(part)
}
