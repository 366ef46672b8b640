import { DATE_FORM } from '../recognisers/date.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'

/** What a name and a birth have between them: a sign, a bracket, the sex, the next field or cell of a record. */
const GAP =
  '(?:[ \\t]{0,3}[,;|/–—-][ \\t]{0,3}|[ \\t]{1,12}|[ \\t]{0,2}[([][ \\t]?|[\'"\\u201d]\\s{0,2}[,;]\\s{0,3}(?:[\'"][a-z]{1,3}[\'"]\\s?:\\s?)?[\'"]?)(?:(?:M(?:R|S|RS|STR|ISS)|[MFWKVmfwkv](?:ale|emale|rau|ann|an|rouw)?|[0-9]{1,3}(?: ?(?:y\\.?o\\.?|yrs?|ans|años|anni|lat|jaar|jahre|anos))?)[,;|]?[ \\t]{1,3}(?:[|][ \\t]{1,3})?)?'
const BIRTH = new RegExp(`${GAP}(${DATE_FORM})(?![0-9A-Za-z]|[-/:][0-9]|[ T,]{1,2}[0-9]{1,2}:[0-9]{2})`, 'diuy')
/** In the last century or the first years of this one, in four digits or two. */
const LONG_AGO =
  /(?<![0-9])(?:19[2-9][0-9]|200[0-9])(?![0-9])|(?:^[0-9]{1,2}[-./ ]?(?:[0-9]{1,2}|\p{L}{3,9})[-./ ]?'?(?:2[89]|[3-9][0-9])$)/u
/** Of a child. */
const LATELY = /(?<![0-9])(?:201[0-9]|202[0-9])(?![0-9])/
const CHILDREN =
  /(?<!\p{L})(?:child(?:ren)?|kids?|dependents?|dependants?|pupils?|son|daughter|kind(?:er)?|sohn|tochter|schüler(?:in)?|enfants?|élève|fils|fille|hij[oa]s?|alumn[oa]|niñ[oa]|figli[oae]?|alunn[oa]|bambin[oai]|leerlingen?|leerling|dochter|zoon|dziec\p{L}{1,4}|uczeń|uczni\p{L}{1,3}|córk\p{L}{1,2}|syn|filh[oa]s?|crian[çc]as?|alun[oa])(?!\p{L})/iu
/** UTF-16 units before a name in which children are spoken of. */
const BEFORE = 240
/** What stands between a person and the birth in a line of a list, besides the name. */
const IS_NUMBER = /^(?!DATE|URL|IP_|MAC_|SECRET|CRYPTO|LOCATION|ORGANIZATION|STREET)/

/**
 * Dates right behind the name of a person, or behind a number of hers on the same line, that are so old that she was
 * born then; of a child also younger ones. `found`: ordered, without overlaps. Linear.
 */
export function birthsBesideNames(text: string, found: readonly NamedCandidate[]): NamedCandidate[] {
  const births: NamedCandidate[] = []
  let named = -1
  for (const { entityType, end } of found) {
    if (entityType === 'PERSON') named = end
    else if (!IS_NUMBER.test(entityType) || named < 0 || text.slice(named, end).includes('\n')) continue
    BIRTH.lastIndex = end
    const place = BIRTH.exec(text)?.indices?.[1]
    if (place === undefined) continue
    const [start, stop] = place
    const date = text.slice(start, stop)
    const isOld =
      LONG_AGO.test(date) || (LATELY.test(date) && CHILDREN.test(text.slice(Math.max(0, end - BEFORE), end)))
    if (isOld)
      births.push({
        entityType: 'DATE_OF_BIRTH',
        start,
        end: stop,
        score: 0.6,
        evidence: 'context',
        recognizer: 'births',
      })
  }
  return births
}
