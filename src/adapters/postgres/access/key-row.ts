import type { KeyLimits } from '../../../domain/access/key-entry.ts'
import type { ApiKeyRecord } from '../../../ports/api-keys.ts'
import type { Row } from '../sql.ts'

/** Of a row of `api_key` that is called `k`. */
export const KEY_COLUMNS = `k.id, k.tenant_id, k.key_sha256, k.roles, k.app, k.team, k.tools, k.models, k.regions, k.limits,
  k.created_by, k.replaces, k.replaced_by, k.revoked_by,
  ${['created_at', 'expires_at', 'revoked_at'].map((name) => `(extract(epoch FROM k.${name}) * 1000)::float8 AS ${name}`).join(', ')}`

export function keyOf(row: Row): ApiKeyRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    roles: row.roles,
    app: row.app,
    team: row.team,
    scope: { tools: row.tools, models: row.models, regions: row.regions },
    limits: row.limits && limitsOf(row.limits),
    createdBy: row.created_by,
    createdAt: Math.round(row.created_at),
    expiresAt: row.expires_at === null ? null : Math.round(row.expires_at),
    replaces: row.replaces,
    replacedBy: row.replaced_by,
    revoked: row.revoked_at === null ? null : { by: row.revoked_by, at: Math.round(row.revoked_at) },
  }
}

function limitsOf(said: Record<string, number | null>): KeyLimits {
  const { token_burst: tokenBurst = null } = said
  return {
    requestsPerMinute: said.requests_per_minute ?? null,
    burst: said.burst ?? null,
    tokensPerMinute: said.tokens_per_minute ?? null,
    ...(tokenBurst !== null && { tokenBurst }),
  }
}
