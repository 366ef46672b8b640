import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import type { Officer } from '../requests/act-entry.ts'
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

interface KeyAct {
  /** Of the entry, and of the key that it makes. */
  id: string
  at: number
  officer: Officer
}

/** A key is made: the entry names everything about it but the key, of which it has the SHA-256. */
export function keyCreatedEntry(act: KeyAct, grant: KeyGrant, hash: string): EntryDraft {
  return entryOf(act, KEY_STATUS.created, null, { key: grantDetail(grant), key_sha256: hash })
}

/** A key takes the place of another, which lives on until `overlapUntil`. */
export function keyRotatedEntry(
  act: KeyAct,
  grant: KeyGrant,
  hash: string,
  old: { id: string; overlapUntil: number },
): EntryDraft {
  const overlap_until = new Date(old.overlapUntil).toISOString()
  return entryOf(act, KEY_STATUS.rotated, old.id, { key: grantDetail(grant), key_sha256: hash, overlap_until })
}

export function keyRevokedEntry(act: KeyAct, keyId: string): EntryDraft {
  return entryOf(act, KEY_STATUS.revoked, keyId, null)
}

function entryOf({ id, at, officer }: KeyAct, status: string, relatedEntry: string | null, detail: object | null) {
  return factEntry({
    id,
    kind: 'administration',
    occurred_at: BigInt(at) * 1000n,
    tenant_id: officer.tenantId,
    team: officer.team,
    app: officer.app,
    api_key_id: officer.keyId,
    related_entry: relatedEntry,
    status,
    retention_class: 'proof',
    detail: detail && jcs(detail),
  })
}

function grantDetail({ roles, app, team, scope, limits, expiresAt }: KeyGrant) {
  return {
    roles: [...roles],
    app,
    team,
    tools: scope.tools,
    models: scope.models,
    regions: scope.regions,
    limits: limits && {
      requests_per_minute: limits.requestsPerMinute,
      burst: limits.burst,
      tokens_per_minute: limits.tokensPerMinute,
      token_burst: limits.tokenBurst ?? null,
    },
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}
