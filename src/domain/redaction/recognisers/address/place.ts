import * as words from './street-words.ts'

const START = '(?<![\\p{L}\\p{N}])'
const END = '(?![\\p{L}\\p{N}])'
const MILITARY = new RegExp(
  `${START}(?:(?:USS|USNS|USNV|USCGC|USAV) \\p{Lu}\\p{L}{1,20}[\\n ,]{1,3})?(?:APO|FPO|DPO),? A[AEP] [0-9]{5}${END}`,
  'gu',
)
const BRITISH = new RegExp(`${START}${words.UK_POSTCODE}${END}`, 'gu')
/** `Springfield, IL 62704`, `Toronto, ON M5V 2T6`. */
const TOWN = new RegExp(
  `${START}${words.CITY}, ?(?:(?:${words.STATE}|${words.STATE_NAMES}) [0-9]{5}(?:-[0-9]{4})?|(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT) [0-9]{4}|${words.STATE},? [A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])${END}`,
  'gu',
)
/** What every such town ends with, from the comma on. */
const TOWN_END = /,[^,\n]{2,28} [0-9]{4,5}(?![0-9])|, ?[A-Z]{2,3},? [A-Z][0-9][A-Z] ?[0-9]/g
/** UTF-16 units that a town may take before its comma, and a postcode after the match. */
const BEFORE = 250
const AFTER = 12

/** Places that postcodes name so exactly that they are addresses without a street. Linear. */
export function placesIn(text: string): { start: number; end: number }[] {
  const found = [...text.matchAll(MILITARY), ...text.matchAll(BRITISH)].map(({ index, 0: place }) => ({
    start: index,
    end: index + place.length,
  }))
  for (const [from, to] of stretches(text)) {
    for (const { index, 0: place } of text.slice(from, to).matchAll(TOWN))
      found.push({ start: from + index, end: from + index + place.length })
  }
  return found
}

/** Parts of lines in which such a town may stand, without overlaps. */
function stretches(text: string): [number, number][] {
  const found: [number, number][] = []
  for (const match of text.matchAll(TOWN_END)) {
    const end = match.index + match[0].length
    const from = Math.max(text.lastIndexOf('\n', match.index) + 1, match.index - BEFORE)
    const last = found.at(-1)
    if (last !== undefined && from < last[1]) last[1] = end + AFTER
    else found.push([from, end + AFTER])
  }
  return found
}
