import type { Consent } from '../domain/consent/consent.ts'

/**
 * Consents that entries have put on record and withdrawn: an entry and its effect are one transaction. An erased person has none.
 * Safe for concurrent use.
 */
export interface Consents {
  find(tenantId: string, id: string): Promise<Consent | undefined>
  /** The consent that requests of this person name by this pseudonym. Asked of the database. */
  ofPerson(tenantId: string, subjectPseudonym: string, consentPseudonym: string): Promise<Consent | undefined>
}
