import type { KeyIdentity } from '../../config/types.ts'
import type { ApiKeyRecord } from '../../ports/api-keys.ts'

/** A key as the API shows it: never the key. */
export function keyJson(key: ApiKeyRecord, now: number) {
  const { roles, app, team, scope, limits } = key
  return {
    id: key.id,
    source: 'api',
    state: stateOf(key, now),
    roles,
    app,
    team,
    ...scope,
    limits: limitsJson(limits),
    created_by: key.createdBy,
    created_at: time(key.createdAt),
    expires_at: key.expiresAt === null ? null : time(key.expiresAt),
    replaces: key.replaces,
    replaced_by: key.replacedBy,
    revoked_by: key.revoked?.by ?? null,
    revoked_at: key.revoked && time(key.revoked.at),
  }
}

/** A key of the configuration file: it has no times, and changes with the file. */
export function configuredKeyJson({ keyId, roles, app, team, limits }: KeyIdentity) {
  return { id: keyId, source: 'configuration', state: 'active', roles, app, team, limits: limitsJson(limits ?? null) }
}

export function stateOf({ revoked, expiresAt }: ApiKeyRecord, now: number): 'active' | 'expired' | 'revoked' {
  if (revoked) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

function limitsJson(limits: ApiKeyRecord['limits']) {
  return (
    limits && {
      requests_per_minute: limits.requestsPerMinute,
      burst: limits.burst,
      tokens_per_minute: limits.tokensPerMinute,
      token_burst: limits.tokenBurst ?? null,
    }
  )
}

function time(at: number): string {
  return new Date(at).toISOString()
}
