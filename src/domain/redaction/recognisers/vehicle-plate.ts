import { everyMatch } from '../patterns/every-match.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Evidence, Recogniser } from '../recogniser.ts'
import { isWordAt } from './context-words.ts'

const START = '(?<![\\p{L}\\p{N}_-])'
const END = '(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])'
const plate = (source: string, flags = 'gu') => new RegExp(`${START}(?:${source})${END}`, flags)

/** The year or half year of a British plate. */
const GB_AGE = '(?:0[2-9]|[12][0-9]|5[1-9]|[67][0-9])'
const GB = (gap: string) => `[A-HJ-PR-Y]{2}${GB_AGE}${gap}[A-HJ-PR-Z]{3}`
const IE_COUNTY = 'CE|CN|CW|DL|KE|KK|KY|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|TN|TS|WD|WH|WW|WX|WY|C|D|G|L|T|W'
const IN_STATE =
  'AN|AP|AR|AS|BR|CH|CG|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TN|TR|TS|UK|UP|WB'

/** Districts of Germany that many vehicles are of; others are found near the word for one. */
const DE_DISTRICT =
  'A|AA|AB|AC|AK|AN|AÖ|AS|AZ|B|BA|BB|BC|BGL|BI|BIT|BL|BM|BN|BO|BS|BT|BZ|C|CB|CE|CHA|CLP|CO|CW|D|DA|DAH|DAN|DD|DE|DEG|DH|DN|DO|DU|E|EA|EBE|ED|EF|EI|EL|EM|EN|ER|ERB|ERZ|ES|EU|F|FB|FD|FDS|FF|FFB|FG|FL|FN|FO|FR|FS|FT|FÜ|G|GAP|GE|GER|GF|GG|GI|GL|GM|GÖ|GP|GR|GS|GT|GTH|GZ|H|HA|HAL|HAM|HB|HD|HDH|HE|HEF|HEI|HER|HF|HG|HGW|HH|HI|HL|HM|HN|HO|HOL|HOM|HP|HR|HRO|HS|HSK|HST|HU|HVL|HX|HZ|IGB|IK|IN|IZ|J|JL|K|KA|KB|KC|KE|KEH|KF|KG|KH|KI|KL|KLE|KN|KO|KR|KS|KT|KU|L|LA|LB|LD|LDK|LDS|LER|LEV|LG|LI|LIP|LM|LÖ|LU|LWL|M|MA|MB|MD|MEI|MG|MH|MI|MIL|MK|MKK|MOL|MR|MS|MSP|MTK|MÜ|MYK|MZ|N|NB|ND|NE|NEA|NES|NEW|NF|NH|NI|NK|NM|NMS|NOH|NOM|NR|NU|NVP|NWM|OA|OAL|OB|OD|OE|OF|OG|OH|OHA|OL|OS|OSL|P|PA|PAF|PB|PE|PF|PI|PIR|PLÖ|PM|R|RA|RD|RE|RH|RO|ROW|RS|RT|RV|RZ|S|SAD|SB|SC|SE|SG|SHA|SHG|SI|SIG|SIM|SK|SL|SLS|SN|SO|SP|SR|ST|STA|STD|SU|SW|SZ|TBB|TF|TR|TS|TÜ|TUT|UE|UL|UM|UN|V|VB|VEC|VER|VIE|VK|VR|VS|W|WAF|WAK|WB|WE|WEN|WES|WF|WHV|WI|WIL|WL|WM|WN|WND|WO|WOB|WÜ|WUG|WUN|WW|Z|ZW'

/** How countries write them that have a shape of their own. */
const SURE: readonly RegExp[] = [
  plate(`(?:${DE_DISTRICT})-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?`),
  plate(GB(' ')),
  plate(`(?:8[7-9]|9[0-9]|0[0-9]|1[0-2]|1[3-9][12]|[23][0-9][12])-(?:${IE_COUNTY})-[0-9]{1,6}`),
  plate(`(?:${IN_STATE})[ -]?[0-9]{2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4}`),
]
/** What every one of them has. */
const MAY_BE_SURE = /[A-Z]{2}[ -]?[0-9]{2}|[A-ZÖÜ]-[A-Z]{1,2} [1-9]|[0-9]-[A-Z]{1,2}-[0-9]/

/** How they are written where a vehicle is spoken of. */
const NEAR_VEHICLE: readonly RegExp[] = [
  plate(GB(' ?'), 'giu'),
  plate('[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}'),
  plate('[0-9]{4}[- ]?[BCDFGHJ-NPR-TV-Z]{3}'),
  plate('[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?[0-9]{1,4}[EH]?'),
  plate('[A-Z]{1,3}[ -]?[0-9]{2,3}[ -]?[A-Z]{3}'),
  plate('[A-Z]{2,3} (?=[A-Z0-9]*[0-9])[A-Z0-9]{4,5}'),
  plate('[A-Z]{3}[- ]?[0-9][A-Z0-9][0-9]{2}'),
  plate('(?=.{0,7}[A-Z])(?=.{0,7}[0-9])[A-Z0-9]{2}-[A-Z0-9]{2}-[A-Z0-9]{2}'),
  plate('(?=.{0,8}[0-9])(?:[A-Z]{1,2}-[0-9]{2,3}-[A-Z]{1,3}|[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2})'),
  plate('[0-9][A-Z]{1,3} ?[0-9]{4}'),
  plate('[A-Z]{3}[ -]?[0-9]{2,3}[ -]?[A-Z]{2}'),
  plate('[A-Z]{1,2}-[0-9]{4}-[A-Z]{1,2}'),
  plate('[0-9][A-Z]{3}[0-9]{3}'),
  plate('K[A-Z]{2} ?[0-9]{3}[A-Z]'),
  plate('[A-Z]{1,3} [A-Z]{1,2} [0-9]{1,4}'),
  plate('X[0-9] ?[0-9][A-Z0-9]{3}'),
]

const VEHICLE = indexed(
  /(?<![a-z0-9])(?:cars?|vans?|trucks?|lorr(?:y|ies)|vehicles?|motor ?(?:bikes?|cycles?)|scooters?|taxis?|minicabs?|trailers?|mot|parked|parking|pcn|reg(?:istration|istered)?|plates?|drove|driv(?:e[rns]?|ing)|hatchback|saloon|estate|suv|fleet|pkw|lkw|fahrer(?:in)?|fuhr|gefahren|motorr(?:ad|äder)|roller|wohnmobil|bus(?:se)?|chauffeur|conducente|conductor|autista|motorin[oi]|motociclett[a-zéíáłóę]*|ciclomotore|fahrzeugs?|(?:lease)?autos?|anhänger|kennzeichen|transporter|voitures?|véhicules?|camion(?:nette)?s?|immatricul[a-zéíáłóę]*|coches?|vehículos?|furgonetas?|matr[íi]culas?|autovetture?|macchina|veicol[oi]|furgone|targat?[aoe]?|voertuig(?:en)?|bestel(?:bus|wagen)|kentekens?|samoch[oó]d[a-zéíáłóę]*|ci[aą]gnik[a-zéíáłóę]*|naczep[a-zéíáłóęąy]*|pojazd[a-zéíáłóę]*|rejestr[a-zéíáłóę]*|carros?|viaturas?|placas?|ford|fiesta|focus|vw|volkswagen|golf|passat|polo|audi|bmw|mercedes|sprinter|vito|[sš]koda|octavia|fabia|toyota|corolla|yaris|honda|civic|nissan|qashqai|renault|clio|megane|kangoo|peugeot|citro[eë]n|berlingo|opel|vauxhall|corsa|astra|fiat|panda|ducato|seat|ibiza|leon|kia|hyundai|mazda|volvo|tesla|dacia|duster|suzuki|mitsubishi|(?<!in )transit|jeep|land rover|range rover|jaguar|mini cooper|tata|maruti|mahindra|lexus|subaru|isuzu|hilux|defender|chassis|lada|chevrolet|chevy|dodge|chrysler|gmc|buick|cadillac|lincoln|acura|infiniti|polestar|cupra|saab|mg|smart|porsche|vans?[aey]?)(?![a-z0-9])/gi,
)
/** The same at the end of longer words; group 1 is what stands before it. */
const WAGEN = indexed(/(?<=(?<![a-z0-9])([a-z]{0,12}))wagens?(?![a-z0-9])/gi)
/** UTF-16 units on each side in which a vehicle is looked for. */
const NEAR = 64

/** Registration plates of vehicles, by the shapes that countries give them. */
export const vehiclePlate: Recogniser = {
  name: 'vehicle-plate',
  entityTypes: ['LICENSE_PLATE'],
  find(text) {
    const found: Candidate[] = []
    if (MAY_BE_SURE.test(text)) {
      for (const shape of SURE)
        for (const { index, 0: value } of everyMatch(text, shape)) found.push(candidate(index, value, 0.7, 'format'))
    }
    for (const [from, to] of nearVehicles(text)) {
      const part = text.slice(from, to)
      for (const shape of NEAR_VEHICLE)
        for (const { index, 0: value } of everyMatch(part, shape)) {
          const [start, end] = [from + index, from + index + value.length]
          // The stretch may begin and end inside of a longer word.
          if (isWordAt(text, start - 1) || isWordAt(text, end) || isOfSeries(text, start, value)) continue
          found.push(candidate(start, value, 0.55, 'context'))
        }
    }
    return found
  },
}

/** Codes of one kind that are no plates, and UTF-16 units around one in which the others stand. */
const SERIES = 3
const AROUND = 1_000

/** One of several that begin alike: `PAY-1021`, `PAY-1030`, `PAY-1044` are codes of errors. */
function isOfSeries(text: string, start: number, value: string): boolean {
  const letters = /^[A-Z]{2,4}-(?=[0-9]+$)/.exec(value)?.[0]
  if (letters === undefined) return false
  const around = text.slice(Math.max(0, start - AROUND), start + AROUND)
  const others = new Set<string>()
  for (let at = around.indexOf(letters); at >= 0 && others.size < SERIES; at = around.indexOf(letters, at + 1))
    others.add(around.slice(at, at + value.length))
  return others.size >= SERIES
}

function candidate(start: number, value: string, score: number, evidence: Evidence): Candidate {
  return { entityType: 'LICENSE_PLATE', start, end: start + value.length, score, evidence }
}

/** Stretches around the words for vehicles, without overlaps. */
function nearVehicles(text: string): [number, number][] {
  const found: [number, number][] = []
  for (const [start, end] of vehiclesIn(text)) {
    const [from, to] = [Math.max(0, start - NEAR), end + NEAR]
    const last = found.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = to
    else found.push([from, to])
  }
  return found
}

/** Where the words for vehicles stand, in their order. */
function vehiclesIn(text: string): [number, number][] {
  const words = Array.from(VEHICLE.matchesIn(text), ({ index, 0: word }): [number, number] => [
    index,
    index + word.length,
  ])
  for (const { index, 0: word, 1: before = '' } of WAGEN.matchesIn(text))
    words.push([index - before.length, index + word.length])
  return words.sort(([a], [b]) => a - b)
}
