import { isListedName } from './list-names.ts'
import { isNoName } from './no-names.ts'

const FAMILY =
  "(?:(?:van|von|de|der|den|ten|ter|di|da|del|della|dos|das|la|le|el|al|de la|van den|van der|[Dd]e['’]|['’]t) ?){0,2}\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}(?:(?: (?:de|von|van|di|of))? \\p{Lu}[\\p{L}\\p{M}'’-]{1,24}){0,2}"
/** The family name first, in a cell, an item of a list or a field: `| Gqoba, Sizwe |`, `• al-Tikriti, Hanan – …`, `Patient: Rice, Clark`. */
const LAST_FIRST = new RegExp(
  `(?<=(?:^|\\n)[ \\t>*-]{0,4}(?:[•–] |[0-9]{1,4}[.)]? {1,4})?|[:|–—>·] ?|[;"\\t] ?| - | {3}|\\b(?:[Pp]atient|[Cc]lient|[Ee]mployee) )(?:(?:al|el|ibn|ben)-)?${FAMILY}, (?:\\p{Lu}\\p{Ll}?\\. ?){0,2}\\p{Lu}[\\p{L}\\p{M}'’-]{0,20}\\.?(?: \\p{Lu}[\\p{L}\\p{M}'’-]{0,20}\\.?){0,2}(?=[ \\t]{0,2}(?:[\\t|;"\\n–—(<·]|- |$)| {3})`,
  'gu',
)
/** What such a name stands behind in a column or a list. */
const IN_COLUMN = /(?:^|\n|[\t|>·] ?| {3}|[•*–-] |[0-9][.)]? {1,4})$/
/** What saints are called in names of places. */
const SAINT = /^(?:São|St|Saint|Sankt|San|Santa) /
/** Whether the word that says most of a part is one of a name. */
function isKnown(name: string): boolean {
  const [last = '', first = ''] = name.split(', ')
  return (
    !(SAINT.test(last) || SAINT.test(first)) &&
    (isListedName(first.split(/[ .]/)[0] ?? '') || isListedName(last.split(' ').at(-1) ?? ''))
  )
}

/** Names with the family name first of which a word is known for one; in columns and lists that hold two such, all of them. Linear. */
export function namesLastFirst(text: string): [start: number, end: number][] {
  if (!/\p{L}, \p{Lu}/u.test(text)) return []
  const names = Array.from(text.matchAll(LAST_FIRST), ({ index, 0: name }) => ({
    index,
    name,
    words: name.match(/[\p{L}\p{M}'’]{2,}/gu) ?? [],
    isInColumn: IN_COLUMN.test(text.slice(Math.max(0, index - 6), index)),
  })).filter(({ words }) => !words.some(isNoName))
  const known = new Set(names.filter(({ name }) => isKnown(name)))
  const hasColumn = [...known].filter(({ isInColumn }) => isInColumn).length > 1
  return names
    .filter((one) => known.has(one) || (hasColumn && one.isInColumn))
    .map(({ index, name }) => [index, index + name.length])
}
