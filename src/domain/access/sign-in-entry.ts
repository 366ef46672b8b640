import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import type { Officer } from '../requests/act-entry.ts'

/** What people do at the door: `administration` entries have it as their status, and the database's trigger acts on it. */
export const SIGN_IN_STATUS = { in: 'signed_in', out: 'signed_out' } as const

interface SignInAct {
  /** Of the entry, and of the session that it opens. */
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  /** Whose key id is a pseudonym. */
  person: Officer
}

/** @param session its cookie's SHA-256, of 256 random bits; `expiresAt` in milliseconds since the Unix epoch */
export function signedInEntry(
  act: SignInAct,
  session: { cookieHash: Uint8Array; roles: readonly string[]; expiresAt: number },
): EntryDraft {
  const { cookieHash, roles, expiresAt } = session
  return entryOf(act, SIGN_IN_STATUS.in, null, {
    roles: [...roles],
    session_sha256: Buffer.from(cookieHash).toString('hex'),
    expires_at: new Date(expiresAt).toISOString(),
  })
}

/** The session that an entry opened ends before its time. */
export function signedOutEntry(act: SignInAct, sessionId: string): EntryDraft {
  return entryOf(act, SIGN_IN_STATUS.out, sessionId, null)
}

function entryOf({ id, at, person }: SignInAct, status: string, relatedEntry: string | null, detail: object | null) {
  return factEntry({
    id,
    kind: 'administration',
    occurred_at: BigInt(at) * 1000n,
    tenant_id: person.tenantId,
    team: person.team,
    app: person.app,
    api_key_id: person.keyId,
    related_entry: relatedEntry,
    status,
    retention_class: 'proof',
    detail: detail && jcs(detail),
  })
}
