import { PalimpsestError } from '../../errors.ts'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import { jcs } from '../ledger/json.ts'
import { actEntry, type Officer, type SealedNote } from '../requests/act-entry.ts'

/** What a consent is for: tools by name, or a purpose that tools have. One of the two is null. */
export interface ConsentScope {
  tools: readonly string[] | null
  purpose: string | null
}

/** That somebody consented. Times are milliseconds since the Unix epoch. */
export interface Consent extends ConsentScope {
  /** Of the entry that put it on record. */
  id: string
  subjectPseudonym: string
  /** The app whose key put it on record. */
  app: string
  givenBy: string
  givenAt: number
  /** Null: until it is withdrawn. */
  expiresAt: number | null
  withdrawn: { by: string; at: number } | null
}

export type ConsentCode = 'consent_required' | 'consent_unknown' | 'consent_withdrawn' | 'consent_expired'

/** Why a consent does not let a call of this tool pass; null: it does. One for something else is as good as none. */
export function consentObstacle(
  consent: Consent | undefined,
  use: { tool: string; purpose: string | null },
  now: number,
): ConsentCode | null {
  if (consent === undefined || !covers(consent, use)) return 'consent_unknown'
  if (consent.withdrawn !== null) return 'consent_withdrawn'
  return consent.expiresAt !== null && consent.expiresAt <= now ? 'consent_expired' : null
}

function covers({ tools, purpose }: ConsentScope, use: { tool: string; purpose: string | null }): boolean {
  return tools === null ? purpose === use.purpose : tools.includes(use.tool)
}

/** What an app is told. */
export const CONSENT_WORDS: Record<ConsentCode, string> = {
  consent_required:
    'This tool rests on consent: send the id of the consent of the user of this request as X-Consent-Id.',
  consent_unknown:
    'X-Consent-Id names no consent of the user of this request for this tool or its purpose: POST /v1/consents puts one on record.',
  consent_withdrawn: 'The consent that X-Consent-Id names was withdrawn, so nothing was sent.',
  consent_expired: 'The consent that X-Consent-Id names has expired, so nothing was sent: ask for a new one.',
}

export function consentError(code: ConsentCode): PalimpsestError {
  return new PalimpsestError({ code, status: 403, message: CONSENT_WORDS[code], param: 'X-Consent-Id' })
}

/** Entries of kind `administration` have these as their status, and the database's trigger acts on them. */
export const CONSENT_STATUS = { given: 'consent_given', withdrawn: 'consent_withdrawn' } as const

interface ConsentAct {
  id: string
  at: number
  officer: Officer
  subjectPseudonym: string
}

/** Somebody's consent is put on record. @param note the evidence, sealed under the person's key */
export function consentGivenEntry(
  act: ConsentAct,
  given: ConsentScope & { consentPseudonym: string; expiresAt: number | null },
  note: SealedNote | null,
): EntryDraft {
  const { tools, purpose, consentPseudonym, expiresAt } = given
  const detail = jcs({
    tools,
    purpose,
    consent_pseudonym: consentPseudonym,
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  })
  return actEntry({ ...common(act), status: CONSENT_STATUS.given, relatedEntry: null, detail, note })
}

/** It is withdrawn: Art. 7(3) GDPR. */
export function consentWithdrawnEntry(act: ConsentAct, consentId: string): EntryDraft {
  return actEntry({
    ...common(act),
    status: CONSENT_STATUS.withdrawn,
    relatedEntry: consentId,
    detail: null,
    note: null,
  })
}

function common(act: ConsentAct) {
  return { ...act, kind: 'administration', retentionClass: 'proof' } as const
}
