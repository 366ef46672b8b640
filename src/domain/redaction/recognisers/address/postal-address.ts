import { type IndexedPattern, indexed, placesBetween } from '../../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../../recogniser.ts'
import { addressEnd, addressStart, hasBritishTown, townBeyond } from './extend-address.ts'
import { placesIn } from './place.ts'
import { plainStreetAfter, plainStreetBefore } from './plain-street.ts'
import * as words from './street-words.ts'

const NAME = "(?:\\p{L}[\\p{L}\\p{M}'’.-]{0,24}|[0-9]{1,3}(?:st|nd|rd|th))"
const HOUSE = '[0-9]{1,6}(?: ?[A-Za-z](?![\\p{L}]))?(?: ?[-/–] ?[0-9]{1,5}[A-Za-z]?)?(?: ½| 1/2)?'
const DIRECTION = '(?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West)\\.? )?'

/** `12 High Street`; the name or the kind with a capital, or a kind that is hardly anything else. */
const NUMBER_FIRST = new RegExp(
  `${HOUSE},? ${DIRECTION}((?:${NAME} ){1,4}?)(${words.ENGLISH_TYPES})(?![\\p{L}\\p{N}])\\.?(?: (?:[NSEW]|NE|NW|SE|SW|North|South|East|West)(?![\\p{L}]))?`,
  'iuy',
)
/** `12 rue de la Paix`, `12, bis rue …`. */
const NUMBER_THEN_TYPE = new RegExp(
  `${HOUSE},? (?:(?:bis|ter|quater),? )?(?:${words.LEADING_TYPES}) (?:(?:de|du|des|la|le|les|l'|d'|di|del|della|do|da|dos) ?){0,3}\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24}(?: (?:de|du|des|la|le|et|\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24})){0,4}`,
  'uiy',
)
/** `20789 Allika 46`, then a unit on the next line. */
const NUMBER_THEN_UNIT = new RegExp(
  `${HOUSE} (?:[0-9]{1,5} )?(?:\\p{L}[\\p{L}\\p{M}'’./-]{0,24} ?){1,5}(?:[0-9]{1,5}[A-Za-z]?)?(?=\\.?[ ,]{0,2}(?:\\s{0,6}(?:[>?*|]{1,3} )?(?:suite|apt\\.?|apartment|unit|flat|ste\\.?) ?#?[0-9]|(?<=[0-9]\\.? )st(?:reet)?(?![\\p{L}])))`,
  'iuy',
)
/** What the above ends with, and how far its street may go before it, in UTF-16 units. */
const HAS_UNIT = /(?:suite|apt\.?|apartment|unit|flat|ste\.?) ?#?[0-9]|[0-9]\.? st/i
const MAX_UNIT_STREET = 200
const HOUSE_AND_NAME = new RegExp(`${HOUSE} (?:[0-9]{1,5} )?\\p{L}`, 'uy')
/** `rue de la Paix 12`, `ul. Piękna 8`, `C/ Mayor, 5`. */
const TYPE_BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}]|et )(?:${words.LEADING_TYPES})(?: |(?<=[./]) ?)(?:[\\p{L}\\p{M}0-9'’."„”-]{1,25} ){0,5}?[\\p{L}\\p{M}'’.")”-]{2,25},?(?: ?(?:n\\.?[°º]|n\\.|nr\\.?|no\\.?|núm\\.?|numero|n))? ?$`,
  'iu',
)
/** What the above begins with, whatever is before it. */
const TYPE = indexed(new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.LEADING_TYPES})`, 'giu'))
const TYPE_HERE = new RegExp(TYPE_BEFORE.source, 'iuy')
/** `Hauptstraße 12`, `Berliner Straße 12`, `Am Markt 5`, `Király u. 15`. */
const ENDING_BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:\\p{Lu}[\\p{L}\\p{M}.'’-]{0,24}[ -]){0,3}(?:\\p{Lu}[\\p{L}\\p{M}'’-]{1,28}(?:${words.TRAILING_ENDINGS})|(?<=\\p{L}[ -])(?:${words.TRAILING_ENDINGS}|Stra(?:ß|ss)e|Str\\.|Weg|Gasse|Platz|Allee|Ring|Markt|Plein|Laan|Dijk|Kade|Gracht|Singel|Damm|Ufer|Street|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd))|(?:${words.GERMAN_LEADS}) (?:alten |neuen |langen |\\p{Lu}\\p{L}{1,20}er )?\\p{Lu}[\\p{L}-]{2,24})(?: nr\\.?)? $`,
  'u',
)
/** What the above ends with. */
const ENDING_RIGHT_BEFORE = new RegExp(
  `(?<=(?:${words.TRAILING_ENDINGS}|Stra(?:ß|ss)e|Str\\.|Weg|Gasse|Platz|Allee|Ring|Markt|Plein|Laan|Dijk|Kade|Gracht|Singel|Damm|Ufer|Street|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|(?:${words.GERMAN_LEADS}) (?:alten |neuen |langen |\\p{Lu}\\p{L}{1,20}er )?\\p{Lu}[\\p{L}-]{2,24})(?: nr\\.?)? )`,
  'uy',
)
const HOUSE_NUMBER =
  /[0-9]{1,5}(?:[A-Za-z](?![\p{L}\p{N}])| [A-Z](?![\p{L}\p{N}]))?(?: ?[-/–] ?(?:[0-9]{1,4}(?: ?[A-Za-z](?![\p{L}\p{N}.]))?|[A-Z](?![\p{L}\p{N}])|[IVX]{1,4}(?![\p{L}\p{N}]))){0,2}(?: (?:bis|ter|hs|huis|rood|zw)(?![\p{L}]))?(?![\p{L}\p{N}])/uy
const BOX = indexed(
  /(?<![\p{L}\p{N}])(?:(?:p\.? ?o\.? ?|post(?:al)? (?:office )?)box|postfach|postbus|b\.?p\.?|bo[iî]te postale|apartado(?: de correos)?|apdo\.?|casella postale|skr(?:ytka)?\.? poczt(?:owa|\.)?|caixa postal|(?:psc|cmr|unit|rr|r\.r\.|rural route|hc) ?#?[0-9]{1,5},? box) (?:n[°º.] ?)?(?:[0-9]{1,2}(?: [0-9]{2}){1,3}|[0-9]{1,7})(?![0-9/])/giu,
)
/** From the prefecture on. */
const JAPANESE =
  /(?:〒?[0-9]{3}-[0-9]{4}[ \u3000]?)?(?:東京都|北海道|(?:京都|大阪)府|\p{Script=Han}{2,3}県)(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{1,30}[0-9０-９]{1,4}(?:[-−－丁目番地号]{1,2}[0-9０-９]{1,4}){0,3})(?:番地?|号)?/gu
/** The same in Latin letters: `3-14-7 Jingumae, Shibuya-ku, Tokyo 150-0001`. */
const JAPANESE_LATIN =
  /(?<![\p{L}\p{N}-])[0-9]{1,4}-[0-9]{1,3}(?:-[0-9]{1,4})? \p{Lu}[\p{L}-]{1,20}(?:[ -]\p{L}{1,12})?(?:, \p{Lu}[\p{L}-]{1,20}-(?:ku|shi|ch[oō]|machi|gun|mura|son)){1,2}(?:, \p{Lu}[\p{L}-]{1,20})?(?:,? 〒?[0-9]{3}-[0-9]{4})?(?:, Japan)?/gu
/** An address in a card of the kind vCard, from the colon on. */
const VCARD = /(?<=(?<![A-Za-z])ADR[^:\n]{0,64}:;*)[^;\s][^\n]{5,160}/g
/** Streets of a grid, as in Colombia: `Calle 93 # 11-27`. */
const GRID = indexed(
  /(?<![\p{L}\p{N}])(?:calle|carrera|cra|cl|kra|kr|diagonal|diag|transversal|avenida|av)\.? [0-9]{1,3} ?[A-Za-z]?(?: (?:bis|sur|norte|este|oeste))? ?(?:#|n[°o]\.?) ?(?:[0-9]{1,3} ?[A-Za-z]? ?[-–] ?[0-9]{1,3}|[0-9]{1,4}[A-Za-z]?(?:-[A-Za-z])? (?:x|por|entre) [0-9]{1,3}[A-Za-z]?(?: (?:y|e) [0-9]{1,3}[A-Za-z]?)?)(?![0-9])/giu,
)
/** A flat or a house by its number, where parts follow that end in a town: `Flat No. 302, Sai Residency, …`. */
const UNIT_FIRST = indexed(
  /(?<![A-Za-z0-9])(?:flat|house|plot|door|h\.? ?no|unit|apt|villa|shop|room)\.?(?: no\.?)? ?#?[0-9][0-9A-Za-z/-]{0,10}(?=,)/gi,
)
/** Numbered by squares and lots, as in Brasília and Goiânia. */
const SQUARES =
  /(?<![\p{L}\p{N}])(?:(?:Quadra|Qd\.?|Q\.) [0-9]{1,4}|(?:SQ[NS]W?|SH[IC]S|CL[NS]|Q[NIEL][A-Z]?) [0-9]{1,4})(?:,? (?:Bloco|Bl\.?|Lote|Lt\.?|Conjunto|Conj\.?|Casa|Apto\.?|Ap\.?|Sala) [A-Z0-9]{1,5}(?![\p{L}\p{N}])){1,4}/gu
/** Roads that have a number for a name: `4410 FM 1472 Rd`, `88 W State Hwy 6`. */
const NUMBERED_ROAD =
  /(?<![\p{L}\p{N}.,-])[0-9]{1,6} (?:[NSEW]\.? )?(?:FM|RM|CR|SR|County (?:Rd|Road)|State (?:Hwy|Highway|Rd|Road|Rte|Route)|US(?: (?:Hwy|Highway|Route))?|Hwy|Highway|Route|Rte) [0-9]{1,4}[A-Z]?(?: (?:Rd|Road|Hwy|Loop|N|S|E|W)(?!\p{L})\.?)?/gu
/** Houses by block, street and number, as in Kuwait, and by block and lot, as in Lima. */
const BLOCKS =
  /(?<![\p{L}\p{N}])(?:Block [0-9]{1,3}, Street [0-9]{1,4}, (?:House|Building|Villa) [0-9]{1,4}|(?:Mz|Manzana)\.? [A-Z0-9]{1,4},? (?:Lt|Lote)\.? [A-Z0-9]{1,4})(?:, \p{Lu}[\p{L}\p{M}]{1,16}(?: \p{Lu}[\p{L}\p{M}]{1,16}){0,3}){0,3}/gu
/** A house by its name, with a part of it and no street. */
const NAMED_BLOCK =
  /(?<![\p{L}\p{N}])(?:Résidence|Immeuble|Urb\.|Urbanización|Condomínio|Residencial|Residenza|Lotissement) \p{Lu}[\p{L}'’-]{1,20}(?: [\p{L}'’-]{1,20}){0,3}(?:, (?:b[âa]t(?:iment)?|esc(?:alier)?|apt|appt?|apto|bloco?|torre|piso|int|lote?|casa)\.? ?[A-Z0-9]{1,4}){1,3}/gu
/** Where somebody lives in Poland, the town first: `zam. Piła, Długa 14 m. 3`. */
const POLISH_HOME = indexed(
  /(?<!\p{L})(?:zam\.|zamieszkał[aey]|mieszka)(?: w)? (\p{Lu}\p{L}{1,20}(?:[ -]\p{Lu}\p{L}{1,20})?(?:,| przy) (?:ul\. )?\p{Lu}\p{L}{1,20}(?: \p{Lu}\p{L}{1,20})? [0-9]{1,4}[A-Za-z]?(?:\/[0-9]{1,4})?(?: m\.? ?[0-9]{1,4})?)/gu,
)
/** Houses of Turkey: `Bağdat Cad. No: 44 D: 7`. */
const TURKISH =
  /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{M}]{1,20}(?: \p{Lu}[\p{L}\p{M}]{1,20}){0,2}) (?:Cad(?:desi|\.)?|Sok(?:ağı|ak|\.)?|Sk\.|Mah(?:allesi|\.)|Bulvarı|Blv\.)(?:,? \p{Lu}[\p{L}\p{M}]{1,20} (?:Cad\.|Sok\.|Sk\.))?,? (?:No: ?)?[0-9]{1,4}[A-Z]?(?:\/[0-9A-Z]{1,4})?(?:,? (?:D|Daire|Kat|K): ?[0-9]{1,3})*(?:,? (?:[0-9]{5} )?\p{Lu}[\p{L}\p{M}]{1,16}(?:[ /]\p{Lu}[\p{L}\p{M}]{1,16})?){0,2}/gu
/** Houses of Vietnam, with alleys before the street, then ward, district and town. */
const VIETNAMESE =
  /(?<![\p{L}\p{N}])(?:Tầng [0-9]{1,3}, )?(?:Số )?[0-9]{1,4}[A-Z]?(?:\/[0-9]{1,4}[A-Z]?){0,3} (?:(?:Đường|Phố|đường|phố) )?\p{Lu}[\p{L}\p{M}]{0,12}(?: \p{Lu}[\p{L}\p{M}]{0,12}){0,4}(?:, (?:(?:Phường|Quận|P\.|Q\.|TP\.?|Huyện|Tỉnh|Xã|Thành phố) ?)?[\p{Lu}0-9][\p{L}\p{M}0-9]{0,12}(?: \p{Lu}[\p{L}\p{M}0-9]{0,12}){0,4}){1,4}/gu
/** What each needs in the text, and the pattern. */
const SIGNED: readonly (readonly [IndexedPattern, RegExp])[] = [
  [indexed(/[都道府県]/g), JAPANESE],
  [indexed(/-(?:ku|shi|ch|machi|gun|mura|son)/g), JAPANESE_LATIN],
  [indexed(/ADR/g), VCARD],
  [indexed(/Block [0-9]|M(?:z|anzana)\.? /g), BLOCKS],
  [indexed(/Cad|Sok|Sk\.|Mah|Bulvar|Blv/g), TURKISH],
  [indexed(/[ạảậấặắốồộớờợứừựếềểễệọụỳỹĐđ]/g), VIETNAMESE],
]
/** What may be the number of a house. */
const NUMBER = indexed(/(?<![0-9A-Za-z_.,$€£#@:=]|[0-9][-/])[0-9]{1,6}/g)
/** Without a number: `Calle Mayor, s/n`. */
const NO_NUMBER = indexed(/(?<=[\p{L}.] |, ?)(?:s\/n\b\.?|s\.n\.c\.|snc(?![\p{L}\p{N}]))/giu)
/** The same of what goes on behind the pattern. */
const OPEN = [indexed(NAMED_BLOCK), indexed(SQUARES), indexed(NUMBERED_ROAD)]
/** A kind of street after another one: `Willow Bend Dr`. */
const SECOND_TYPE =
  /\.? (?:Dr|Rd|Ln|St|Ave|Blvd|Ct|Cir|Pl|Way|Drive|Road|Lane|Street|Court|Circle|Place|Avenue|Trail|Pkwy)(?![\p{L}\p{N}])\.?/uy
/** Where two streets meet. */
const CORNER = indexed(
  /(?<!\p{L})(?:the )?(?:(?:corner|intersection|junction) of) [^\n,.;:?!]{3,60}? (?:and|&) (?:\p{L}{2,4} ){0,1}\p{Lu}[\p{L}\p{M}'’.-]{0,24}(?: \p{Lu}[\p{L}\p{M}'’-]{0,24}){0,3}/gu,
)
const LABEL = indexed(
  /(?<![\p{L}\p{N}])(?:(?:home |postal |mailing |street |shipping |billing |delivery |residential |current |new |my |his |her |their )*addr(?:ess)?|adresse|anschrift|wohnhaft(?: in)?|wohnt in|direcci[óo]n|domicili[oé]e?(?: au| à)?|indirizzo|residente in|adres(?: zamieszkania| zameldowania| korespondencyjny)?|zam(?:ieszkał[ay]|\.)|endere[çc]o|morada|liv(?:es?|ing) (?:at|on|in)|resid(?:es?|ing) at|ship(?:ped)? (?:it )?to|deliver(?:ed)? (?:it )?to|(?:is|are|located|office) at|move[ds]? to|send (?:\p{L}+ ){0,4}to)(?: is| to| w| in)?["'\u201d]?[:=\s|]{1,3}["'\u201d]?/giu,
)
const LABELLED = new RegExp(
  `(?:${HOUSE},? (?:[0-9]{1,5} )?\\p{Lu}[\\p{L}\\p{M}'’.-]{1,24}(?: [\\p{L}\\p{M}'’.-]{1,24}){0,4}(?: [0-9]{1,5}[A-Za-z]?)?|\\p{Lu}[\\p{L}\\p{M}'’.-]{1,24}(?: (?:\\p{Lu}|de|la|der|den|and|y|und|van)[\\p{L}\\p{M}'’.-]{0,24}){0,4},? [0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,4})?)(?![\\p{L}\\p{N}])`,
  'uy',
)
/** In small letters they need a town after the number. */
const UNSURE = new RegExp(`^(?:${words.UNSURE_TYPES}) `, 'u')
const NO_HOUSE =
  /[,.][0-9]| ?%| (?:[KMGT]B|mm|cm|kg|km|ms|Ohm)(?!\p{L})| (?:of )?(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?!\p{L})/uy
/** UTF-16 units before a house number in which the street stands. */
const BEFORE = 72
const STOP =
  /\b(?:minutes?|hours?|days?|weeks?|months?|years?|people|percent|times?|per|the|a|an|is|are|was|were|to|in|at|for|and|or|with|from|that|my|your|our|this|of|down|off|on|by|if|we|i|you|it|lane|step|phase|point|line|car|wochen?|tagen?|monaten?|jahren?|stunden?|minuten|bei|mit|semaines?|jours|semanas?|meses|settimane|giorni|weken|dagen|maanden|tygodni\w*)\b/i

/** Postal addresses of many countries, from the street to the country, as one span. */
export const postalAddress: Recogniser = {
  name: 'postal-address',
  entityTypes: ['STREET_ADDRESS'],
  find(text) {
    const found: Candidate[] = []
    const add = (start: number, end: number, score: number): void => {
      const from = addressStart(text, start)
      found.push({ entityType: 'STREET_ADDRESS', start: from, end: addressEnd(text, end), score, evidence: 'format' })
    }
    let from = 0
    for (const { index: start } of NUMBER.matchesIn(text)) {
      if (start < from) continue
      const hit = streetAt(text, start)
      if (hit === null) continue
      add(hit.start, hit.end, hit.score)
      from = hit.end
    }
    for (const match of NO_NUMBER.matchesIn(text)) {
      const start = streetBefore(text, match.index)
      if (start !== null) add(start, match.index + match[0].length, 0.85)
    }
    for (const match of CORNER.matchesIn(text)) {
      const end = match.index + match[0].replace(/\.$/, '').length
      found.push({ entityType: 'STREET_ADDRESS', start: match.index, end, score: 0.7, evidence: 'context' })
    }
    for (const [sign, pattern] of SIGNED) {
      if (!sign.isIn(text)) continue
      for (const { index, 0: value } of text.matchAll(pattern)) {
        const end = index + value.length
        found.push({ entityType: 'STREET_ADDRESS', start: index, end, score: 0.85, evidence: 'format' })
      }
    }
    for (const match of GRID.matchesIn(text)) add(match.index, match.index + match[0].length, 0.85)
    for (const { index, 0: whole, 1: home = '' } of POLISH_HOME.matchesIn(text))
      add(index + whole.length - home.length, index + whole.length, 0.75)
    for (const pattern of OPEN)
      for (const { index, 0: value } of pattern.matchesIn(text)) add(index, index + value.length, 0.8)
    for (const match of UNIT_FIRST.matchesIn(text)) {
      const end = townBeyond(text, match.index + match[0].length)
      if (end > 0) add(match.index, end, 0.75)
    }
    for (const match of BOX.matchesIn(text)) add(match.index, match.index + match[0].length, 0.85)
    for (const place of placesIn(text)) add(place.start, place.end, 0.7)
    for (const match of LABEL.matchesIn(text)) {
      LABELLED.lastIndex = match.index + match[0].length
      const value = LABELLED.exec(text)
      if (value !== null && !STOP.test(value[0])) add(value.index, value.index + value[0].length, 0.7)
    }
    return found
  },
}

interface Street {
  start: number
  end: number
  score: number
}

/** The street that has a house number here. */
function streetAt(text: string, start: number): Street | null {
  const first = exec(NUMBER_FIRST, text, start)
  if (first !== null) {
    const end = secondType(text, start + first[0].length)
    if (isStreetName(first[1] ?? '', first[2] ?? '') || hasBritishTown(text, end)) return { start, end, score: 0.8 }
  }
  const leading = exec(NUMBER_THEN_TYPE, text, start)
  if (leading !== null && /\p{Lu}/u.test(leading[0])) {
    const end = start + leading[0].length
    const isSure = !UNSURE.test(leading[0].replace(/^[^\p{L}]+/u, '')) || addressEnd(text, end) > end
    if (isSure) return { start, end, score: 0.85 }
  }
  const unit = mayHaveUnit(text, start) ? exec(NUMBER_THEN_UNIT, text, start) : null
  if (unit !== null && !STOP.test(unit[0])) return { start, end: start + unit[0].length, score: 0.75 }
  if (!/[\s,°º.]/.test(text[start - 1] ?? '')) return plainStreet(text, start)
  const before = text.slice(Math.max(0, start - BEFORE), start)
  const leads = leadsBefore(text, start, before)
  const street = leads !== null && isNamed(leads[0]) ? leads : endingBefore(text, start, before)
  const house = street === null ? null : exec(HOUSE_NUMBER, text, start)
  if (street === null || house === null || /^(?:19|20)[0-9]{2}-[01][0-9]|^0(?![0-9])/.test(house[0]))
    return plainStreet(text, start)
  const end = start + house[0].length
  if (isNoHouse(text, end)) return null
  if (street === leads && UNSURE.test(street[0]) && addressEnd(text, end) === end) return plainStreet(text, start)
  return { start: start - before.length + street.index, end, score: 0.85 }
}

/** A decimal, what is measured, or a day: `per os. Creatinina 1,4`, `Hearing 6 March`. */
function isNoHouse(text: string, end: number): boolean {
  NO_HOUSE.lastIndex = end
  return NO_HOUSE.test(text)
}

/** The street of which what stands before a place is called. */
function leadsBefore(text: string, start: number, before: string): RegExpExecArray | null {
  const types = placesBetween(TYPE, text, start - before.length, start)
  if (types === null) return TYPE_BEFORE.exec(before)
  for (const type of types) {
    const street = exec(TYPE_HERE, before, type)
    if (street !== null) return street
  }
  return null
}

/** Past a second kind of street. */
function secondType(text: string, end: number): number {
  const type = exec(SECOND_TYPE, text, end)
  return end + (type?.[0].length ?? 0)
}

function mayHaveUnit(text: string, start: number): boolean {
  return exec(HOUSE_AND_NAME, text, start) !== null && HAS_UNIT.test(text.slice(start, start + MAX_UNIT_STREET))
}

function endingBefore(text: string, start: number, before: string): RegExpExecArray | null {
  ENDING_RIGHT_BEFORE.lastIndex = start
  return ENDING_RIGHT_BEFORE.test(text) ? ENDING_BEFORE.exec(before) : null
}

function plainStreet(text: string, start: number): Street | null {
  const plain = plainStreetBefore(text, start) ?? plainStreetAfter(text, start)
  return plain === null ? null : { ...plain, score: 0.75 }
}

/** Where the street starts that has no number: `Calle Mayor, s/n`. */
function streetBefore(text: string, at: number): number | null {
  const before = text.slice(Math.max(0, at - BEFORE), at)
  const street = TYPE_BEFORE.exec(before)
  if (street === null || !isNamed(street[0])) return plainStreetBefore(text, at)?.start ?? null
  return at - before.length + street.index
}

function exec(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function isStreetName(name: string, type: string): boolean {
  const plain = name.trim()
  if (STOP.test(plain.replace(/\b(?:of|the|on)\b/gi, ''))) return false
  const isCapital =
    /^\p{Lu}|^\d/u.test(plain) &&
    (/^\p{Lu}/u.test(type) || /^(?:street|st|road|rd|avenue|ave|lane|drive|blvd)$/i.test(type))
  return isCapital || (plain.split(' ').length <= 2 && new RegExp(`^(?:${words.SURE_ENGLISH_TYPES})$`, 'i').test(type))
}

/** What a program calls a part of itself: `pl.firma.sklep.Bramka`. */
const DOTTED = /\p{L}\.\p{L}{2,}\.\p{L}/u
/** A kind of street is one only before a name. */
function isNamed(street: string): boolean {
  if (DOTTED.test(street)) return false
  return /\p{Lu}|\d/u.test(street.replace(/^\S+ ?/, ''))
}
