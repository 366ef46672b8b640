import type { Candidate, Recogniser } from '../recogniser.ts'

const NAME = "[A-Z]+(?:[ '-][A-Z]+){0,3}"
/**
 * A traveller's document in a booking, as airlines exchange it (IATA SSR DOCS): type, issuing state, number, nationality,
 * birth, sex, expiry, surname and given names.
 */
const DOCUMENT = new RegExp(
  `DOCS[ /](?:[^\\n/]{0,12}[ /])?[A-Z]{1,2}/[A-Z]{2,3}/([A-Z0-9]{5,15})/[A-Z]{2,3}/([0-9]{2}[A-Z]{3}[0-9]{2,4})/[A-Z]{1,2}/[0-9]{2}[A-Z]{3}[0-9]{2,4}/(${NAME}(?:/${NAME}){1,2})`,
  'dg',
)
const FIELDS = ['PASSPORT', 'DATE_OF_BIRTH', 'PERSON'] as const

/** Travellers in messages of airlines, each field by its place. */
export const travelMessage: Recogniser = {
  name: 'travel-message',
  entityTypes: FIELDS,
  find(text) {
    const found: Candidate[] = []
    if (!text.includes('DOCS')) return found
    for (const { indices } of text.matchAll(DOCUMENT))
      FIELDS.forEach((entityType, i) => {
        const [start, end] = indices?.[i + 1] ?? [0, 0]
        found.push({ entityType, start, end, score: 0.9, evidence: 'format' })
      })
    return found
  },
}
