import type { EntryDraft } from '../ledger/entry-draft.ts'
import { type Administration, administrationEntry } from './administration-entry.ts'

/** What people do at the door: `administration` entries have it as their status, and the database's trigger acts on it. */
export const SIGN_IN_STATUS = { in: 'signed_in', out: 'signed_out' } as const

/** @param session its cookie's SHA-256, of 256 random bits; `expiresAt` in milliseconds since the Unix epoch */
export function signedInEntry(
  act: Administration,
  session: { cookieHash: Uint8Array; roles: readonly string[]; expiresAt: number },
): EntryDraft {
  const { cookieHash, roles, expiresAt } = session
  return administrationEntry(act, SIGN_IN_STATUS.in, null, {
    roles: [...roles],
    session_sha256: Buffer.from(cookieHash).toString('hex'),
    expires_at: new Date(expiresAt).toISOString(),
  })
}

/** The session that an entry opened ends before its time. */
export function signedOutEntry(act: Administration, sessionId: string): EntryDraft {
  return administrationEntry(act, SIGN_IN_STATUS.out, sessionId, null)
}
