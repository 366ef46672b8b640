import type { ApiKeys } from '../../../ports/api-keys.ts'
import type { Sql } from '../sql.ts'
import type { CurrentKeys } from './current-keys.ts'
import { KEY_COLUMNS, keyOf } from './key-row.ts'

/** The keys that entries have made: the ledger's own trigger keeps the table. */
export function createApiKeys(sql: Sql, current: CurrentKeys): ApiKeys {
  return {
    byHash: (hash) => current.byHash(hash),
    refresh: () => current.refresh(),
    all: () => current.all(),

    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(KEY_COLUMNS)} FROM api_key k WHERE k.id = ${id} AND k.tenant_id = ${tenantId}`
      return row && keyOf(row)
    },

    async list(tenantId, { inForce, before, limit }) {
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(KEY_COLUMNS)} FROM api_key k
        WHERE k.tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR k.id < ${before})
          AND (NOT ${inForce}::boolean OR k.revoked_at IS NULL AND coalesce(k.expires_at, 'infinity') > now())
        ORDER BY k.id DESC LIMIT ${limit}`
      return rows.map(keyOf)
    },

    async known(hashes) {
      const bytes = hashes.map((hash) => Buffer.from(hash, 'hex'))
      const rows = await sql`SELECT known FROM api_keys_known(${bytes}::bytea[]) AS known`
      return rows.map((row) => row.known.toString('hex'))
    },
  }
}
