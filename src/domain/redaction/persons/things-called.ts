import { isBrand } from '../other-names.ts'

/** Things that somebody gives names of persons to, and how the text says so: `the meeting rooms are called Ada, Grace and Linus`. */
const NAMED =
  /(?<!\p{L})(?:rooms?|servers?|hosts?|clusters?|printers?|robots?|bots?|chat ?bots?|ships?|vessels?|boats?|ferries|ferry|yachts?|barges?|trains?|trams?|engines?|storms?|hurricanes?|typhoons?|buildings?|towers?|halls?|wards?|boilers?|machines?|fonts?|themes?|models?|products?|brands?|labels?|dishes|cocktails?|projects?|sprints?|releases?|environments?|realms?|tables?|chairs?|sofas?|lamps?|moons?|asteroids?|telescopes?|räume?|säle?|drucker|schiffe?|fähren?|züge?|marken?|sessel|tische?|salles?|serveurs?|imprimantes?|navires?|bateaux?|marques?|fauteuils?|salas?|servidor(?:es)?|impresoras?|barcos?|buques?|marcas?|sillas?|stampanti|navi|nave|marche|marchi|zalen|zaal|schepen|schip|merken|boten|sale|drukarki|statki|marki|navios?|impressoras?|cadeiras?) (?:in [^.;\n]{1,30} )?(?:(?:are|is|were|was) )?(?:called|named|heißen|heißt|namens|s['’]appellent|s['’]appelle|nommée?s?|se llaman?|llamad[oa]s?|si chiamano?|chiamat[eoia]|heten|heet|genaamd|nazywają się|nazywa się|chamam-se|chama-se|chamad[oa]s?)(?: after)? ?:? ?[^.;:\n]{3,160}/giu
/** What every such text has. */
const HAS_NAMED = /call|named|hei(?:ß|ss)|namens|nomm|appel|llam|chiam|heten|heet|genaamd|nazywa|cham/i
/** UTF-16 units of a line that is a list. */
const MAX_LINE = 2000
/** Brands that are called like persons, of which a list of such holds two that everybody knows. */
const MIN_BRANDS = 2
const SEPARATOR = /[,;|/\n]| (?:and|und|et|y|e|en|i) /
const LABEL = /^[^:]*: ?/

/** Where a text says that what stands there are names of things, whoever is called so too; start and end. Linear. */
export function thingsCalled(text: string): [start: number, end: number][] {
  if (!HAS_NAMED.test(text)) return []
  return Array.from(text.matchAll(NAMED), ({ index, 0: all }): [number, number] => [index, index + all.length])
}

/** Lines that list brands which are called like persons; start and end. Linear. */
export function brandsListed(text: string): [start: number, end: number][] {
  const found: [number, number][] = []
  let start = 0
  for (const line of text.split('\n')) {
    const items = line.length < MAX_LINE ? line.split(SEPARATOR).map((item) => item.replace(LABEL, '').trim()) : []
    if (items.filter((item) => item.includes(' ') && isBrand(item)).length >= MIN_BRANDS)
      found.push([start, start + line.length])
    start += line.length + 1
  }
  return found
}
