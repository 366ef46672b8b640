import type { NamedCandidate } from '../resolve-overlaps.ts'
import { personLabel } from './person-labels.ts'
import { brandsListed } from './things-called.ts'

/** UTF-16 units of a text that says enough for what it does not say to count; less may be one value of many. */
const LONG = 160
/** A score of the net that needs nothing else, and one that needs another of its kind. */
const SURE = 0.9
const NEARLY_SURE = 0.8

/** Words for somebody, and what only people do and have, in eight languages. */
const OF_PEOPLE =
  /(?<!\p{L})(?:he|she|him|his|hers?|himself|herself|says?|said|told|asked|thinks|wants|called in|sick|on leave|resigned|retires?|retired|promoted|hired|birthday|farewell|er|ihm|ihn|ihre[rnms]?|sagte?|fragte?|meinte?|krank|elle|lui|dit|malade|congé|anniversaire|él|ella|dij[oe]|dice|enferm[oa]|cumpleaños|lei|suo|sua|disse|malat[oa]|compleanno|hij|zij|haar|zegt|zei|ziek|verjaardag|jego|jej|niego|niej|mówi|powiedział[a]?|chor[aey]|urodziny|el[ea]|del[ea]|disse|doente|aniversário)(?!\p{L})/iu
const SMALL_WORD = /(?<!\p{L})\p{Ll}[\p{Ll}-]{2,}(?!\p{L})/gu

function speaksOfPeople(text: string): boolean {
  if (OF_PEOPLE.test(text)) return true
  // Dutch has a niece where German says not.
  for (const [word] of text.matchAll(SMALL_WORD)) if (word !== 'nicht' && personLabel(word) === 'person') return true
  return false
}

/**
 * Candidates without names that have one weak cue each, a list or a net that is unsure, where nothing in the text speaks of
 * anybody: no name behind a title, in a field or a signature, none that the net is sure of, no number, address or account of a
 * person, no word for one; and without those in a list of brands that are called like persons. There brands, ships, towns and what is on the menu are called like persons. Linear.
 *
 * @param others what else was found in the text, whether it is wanted or not
 */
export function withoutLoneNames(
  text: string,
  names: readonly NamedCandidate[],
  others: readonly { entityType: string }[],
): readonly NamedCandidate[] {
  if (others.length > 0) return names
  const lists = names.length === 0 ? [] : brandsListed(text)
  return lists.length === 0
    ? withoutWeak(text, names)
    : withoutWeak(
        text,
        names.filter(
          (one) => one.entityType !== 'PERSON' || !lists.some(([from, to]) => from <= one.start && one.end <= to),
        ),
      )
}

function withoutWeak(text: string, names: readonly NamedCandidate[]): readonly NamedCandidate[] {
  if (text.length < LONG) return names
  const persons = names.filter(({ entityType }) => entityType === 'PERSON')
  const nearly = new Set<string>()
  for (const { start, end, score, recognizer } of persons) {
    const isSmall = /^\p{Ll}/u.test(text.slice(start, start + 2))
    if (score >= SURE || recognizer === 'name-cue' || (recognizer === 'name-list' && isSmall)) return names
    if (recognizer !== 'name-list' && score >= NEARLY_SURE) nearly.add(text.slice(start, end))
  }
  if (persons.length === 0 || nearly.size > 1 || speaksOfPeople(text)) return names
  return names.filter(({ entityType }) => entityType !== 'PERSON')
}
