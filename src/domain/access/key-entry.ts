import type { EntryDraft } from '../ledger/entry-draft.ts'
import { type Administration, administrationEntry } from './administration-entry.ts'
import type { KeyScope } from './scope.ts'

/** Null: without limit; a burst that is null is what comes in a minute. */
export interface KeyLimits {
  requestsPerMinute: number | null
  burst: number | null
  tokensPerMinute: number | null
  tokenBurst?: number
}

/** What a key is for. Times are milliseconds since the Unix epoch. */
export interface KeyGrant {
  roles: readonly string[]
  app: string
  team: string | null
  scope: KeyScope
  limits: KeyLimits | null
  expiresAt: number | null
}

/** What is done to keys: `administration` entries have it as their status, and the database's trigger acts on it. */
export const KEY_STATUS = {
  created: 'api_key_created',
  rotated: 'api_key_rotated',
  revoked: 'api_key_revoked',
} as const

/** A key is made: the entry names everything about it but the key, of which it has the SHA-256. */
export function keyCreatedEntry(act: Administration, grant: KeyGrant, hash: string): EntryDraft {
  return administrationEntry(act, KEY_STATUS.created, null, { key: grantDetail(grant), key_sha256: hash })
}

/** A key takes the place of another, which lives on until `overlapUntil`. */
export function keyRotatedEntry(
  act: Administration,
  grant: KeyGrant,
  hash: string,
  old: { id: string; overlapUntil: number },
): EntryDraft {
  const overlap_until = new Date(old.overlapUntil).toISOString()
  return administrationEntry(act, KEY_STATUS.rotated, old.id, {
    key: grantDetail(grant),
    key_sha256: hash,
    overlap_until,
  })
}

export function keyRevokedEntry(act: Administration, keyId: string): EntryDraft {
  return administrationEntry(act, KEY_STATUS.revoked, keyId, null)
}

function grantDetail({ roles, app, team, scope, limits, expiresAt }: KeyGrant) {
  return {
    roles: [...roles],
    app,
    team,
    tools: scope.tools,
    models: scope.models,
    regions: scope.regions,
    limits: limits && limitsDetail(limits),
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}

/** Limits by the names that the configuration has for them. */
export function limitsDetail({ requestsPerMinute, burst, tokensPerMinute, tokenBurst }: KeyLimits) {
  return {
    requests_per_minute: requestsPerMinute,
    burst,
    tokens_per_minute: tokensPerMinute,
    token_burst: tokenBurst ?? null,
  }
}
