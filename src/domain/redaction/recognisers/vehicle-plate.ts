import type { Candidate, Recogniser } from '../recogniser.ts'

interface PlateShape {
  shape: RegExp
  /** Tells nothing without a word for a vehicle near it. */
  needsVehicle: boolean
}

const START = '(?<![\\p{L}\\p{N}_-])'
const END = '(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])'
const plate = (source: string, needsVehicle: boolean, flags = 'gu'): PlateShape => ({
  shape: new RegExp(`${START}(?:${source})${END}`, flags),
  needsVehicle,
})

/** The year or half year of a British plate. */
const GB_AGE = '(?:0[2-9]|[12][0-9]|5[1-9]|[67][0-9])'
const GB = (gap: string) => `[A-HJ-PR-Y]{2}${GB_AGE}${gap}[A-HJ-PR-Z]{3}`
const IE_COUNTY = 'CE|CN|CW|DL|KE|KK|KY|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|TN|TS|WD|WH|WW|WX|WY|C|D|G|L|T|W'
const IN_STATE =
  'AN|AP|AR|AS|BR|CH|CG|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TN|TR|TS|UK|UP|WB'

/** How the countries write them: the first three by themselves, the others where a vehicle is spoken of. */
const SHAPES: readonly PlateShape[] = [
  plate(GB(' '), false),
  plate(`(?:8[7-9]|9[0-9]|0[0-9]|1[0-2]|1[3-9][12]|[23][0-9][12])-(?:${IE_COUNTY})-[0-9]{1,6}`, false),
  plate(`(?:${IN_STATE})[ -]?[0-9]{2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4}`, false),
  plate(GB(' ?'), true, 'giu'),
  plate('[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}', true),
  plate('[0-9]{4}[- ]?[BCDFGHJ-NPR-TV-Z]{3}', true),
  plate('[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?[0-9]{1,4}[EH]?', true),
  plate('[A-Z]{1,3}[ -]?[0-9]{2,3}[ -]?[A-Z]{3}', true),
  plate('[A-Z]{2,3} (?=[A-Z0-9]*[0-9])[A-Z0-9]{4,5}', true),
  plate('[A-Z]{3}[- ]?[0-9][A-Z0-9][0-9]{2}', true),
  plate('(?=.{0,7}[A-Z])(?=.{0,7}[0-9])[A-Z0-9]{2}-[A-Z0-9]{2}-[A-Z0-9]{2}', true),
  plate('(?=.{0,8}[0-9])(?:[A-Z]{1,2}-[0-9]{2,3}-[A-Z]{1,3}|[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2})', true),
  plate('[0-9][A-Z]{1,3} ?[0-9]{4}', true),
]

const VEHICLE =
  /(?<![\p{L}\p{N}])(?:cars?|vans?|trucks?|lorr(?:y|ies)|vehicles?|motor ?(?:bikes?|cycles?)|scooters?|taxis?|minicabs?|trailers?|mot|parked|parking|pcn|reg(?:istration|istered)?|plates?|drove|driv(?:e[rns]?|ing)|hatchback|saloon|estate|suv|fleet|pkw|lkw|wagen|fahrzeugs?|autos?|anhänger|kennzeichen|transporter|voitures?|véhicules?|camion(?:nette)?s?|immatricul\p{L}*|coches?|vehículos?|furgonetas?|matr[íi]culas?|autovetture?|macchina|veicol[oi]|furgone|targat?[aoe]?|voertuig(?:en)?|bestel(?:bus|wagen)|kentekens?|samoch[oó]d\p{L}*|pojazd\p{L}*|rejestr\p{L}*|carros?|viaturas?|placas?|ford|fiesta|focus|vw|volkswagen|golf|passat|polo|audi|bmw|mercedes|sprinter|vito|[sš]koda|octavia|fabia|toyota|corolla|yaris|honda|civic|nissan|qashqai|renault|clio|megane|kangoo|peugeot|citro[eë]n|berlingo|opel|vauxhall|corsa|astra|fiat|panda|ducato|seat|ibiza|leon|kia|hyundai|mazda|volvo|tesla|dacia|duster|suzuki|mitsubishi|transit|jeep|land rover|range rover|jaguar|mini cooper|tata|maruti|mahindra|lexus|subaru)(?![\p{L}\p{N}])/iu
/** UTF-16 units on each side in which a vehicle is looked for. */
const NEAR = 64

/** Registration plates of vehicles, by the shapes that countries give them. */
export const vehiclePlate: Recogniser = {
  name: 'vehicle-plate',
  entityTypes: ['LICENSE_PLATE'],
  find(text) {
    const found: Candidate[] = []
    for (const { shape, needsVehicle } of SHAPES) {
      for (const { index: start, 0: value } of text.matchAll(shape)) {
        const end = start + value.length
        if (needsVehicle && !isNearVehicle(text, start, end)) continue
        const evidence = needsVehicle ? 'context' : 'format'
        found.push({ entityType: 'LICENSE_PLATE', start, end, score: needsVehicle ? 0.55 : 0.7, evidence })
      }
    }
    return found
  },
}

function isNearVehicle(text: string, start: number, end: number): boolean {
  return VEHICLE.test(text.slice(Math.max(0, start - NEAR), start)) || VEHICLE.test(text.slice(end, end + NEAR))
}
