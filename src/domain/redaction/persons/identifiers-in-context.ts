import type { IdentifierKind, IdentifierSpan } from '../names/decode-identifiers.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'

/** What each kind is called. An account is a name of somebody; a number whose sort is not known is one of an identity card. */
const TYPES: Readonly<Partial<Record<IdentifierKind, string>>> = {
  ID: 'ID_CARD',
  BANK: 'BANK_ACCOUNT',
  VEH: 'LICENSE_PLATE',
  DOB: 'DATE_OF_BIRTH',
  HANDLE: 'PERSON',
  SECRET: 'SECRET',
  PHONE: 'PHONE_NUMBER',
  PERSON: 'PERSON',
  ADDRESS: 'STREET_ADDRESS',
}
/** Kinds of which words without a digit are too. */
const WORDS: ReadonlySet<IdentifierKind> = new Set(['HANDLE', 'SECRET', 'PERSON', 'ADDRESS'])
/** Likelihoods from which on a value counts: in a text that names somebody, in one that does not, and for what is no number. */
const BESIDE_PERSONS = 0.4
const ALONE = 0.7
const NAME = 0.8

/**
 * Values that belong to somebody by what stands around them, whatever their form: where a text names nobody, what is sure;
 * in one that does, what is likely. `found`: what is known of the text.
 */
export function identifiersInContext(
  text: string,
  spans: readonly IdentifierSpan[],
  found: readonly NamedCandidate[],
): NamedCandidate[] {
  const usual = found.some(({ entityType }) => entityType === 'PERSON') ? BESIDE_PERSONS : ALONE
  return spans.flatMap(({ start, end, kind, score }) => {
    const entityType = TYPES[kind]
    const least = kind === 'PERSON' || kind === 'ADDRESS' ? NAME : usual
    if (entityType === undefined || score < least) return []
    if (!WORDS.has(kind) && !/[0-9]/.test(text.slice(start, end))) return []
    return [{ entityType, start, end, score, evidence: 'model' as const, recognizer: 'identifier-model' }]
  })
}
