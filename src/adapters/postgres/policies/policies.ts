import type { CurrentPolicy, KnownPolicy, PolicyVersion, TenantPolicies } from '../../../ports/tenant-policies.ts'
import type { Row, Sql } from '../sql.ts'

const HEAD = `v.id, v.version, v.previous_version, v.source, v.set_by,
  (extract(epoch FROM v.set_at) * 1000)::float8 AS set_at`
const WHOLE = `${HEAD}, v.document, v.effective, v.changes`

/** The policies that entries have put in force: the ledger's own trigger keeps the tables. */
export function createTenantPolicies(sql: Sql): TenantPolicies {
  return {
    async current(tenantId) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(WHOLE)}, p.file_digest FROM tenant_policy p JOIN policy_version v ON v.id = p.version_id
        WHERE p.tenant_id = ${tenantId}`
      return row && currentOf(row)
    },

    async list(tenantId, { before, limit }) {
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(HEAD)} FROM policy_version v
        WHERE v.tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR v.id < ${before})
        ORDER BY v.id DESC LIMIT ${limit}`
      return rows.map(headOf)
    },

    async find(tenantId, version) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(WHOLE)} FROM policy_version v
        WHERE v.tenant_id = ${tenantId} AND v.version = ${version} ORDER BY v.id DESC LIMIT 1`
      return row && versionOf(row)
    },

    async known() {
      const rows = await sql`SELECT tenant_id, version_id, document, sealed_values FROM policies_to_know()`
      return rows.map(knownFrom)
    },

    async knownOf(tenantId) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT tenant_id, version_id, document, sealed_values FROM tenant_policy
        WHERE tenant_id = ${tenantId} AND (document IS NOT NULL OR sealed_values IS NOT NULL)`
      return row && knownFrom(row)
    },

    async change() {
      const [row] = await sql`SELECT change FROM policy_change`
      return row?.change ?? 0n
    },
  }
}

function knownFrom(row: Row): KnownPolicy {
  return { tenantId: row.tenant_id, id: row.version_id, document: row.document, sealedValues: row.sealed_values }
}

function headOf(row: Row): Omit<PolicyVersion, 'document' | 'effective' | 'changes'> {
  return {
    id: row.id,
    version: row.version,
    previousVersion: row.previous_version,
    source: row.source,
    setBy: row.set_by,
    setAt: Math.round(row.set_at),
  }
}

function versionOf(row: Row): PolicyVersion {
  return { ...headOf(row), document: row.document, effective: row.effective, changes: row.changes }
}

function currentOf(row: Row): CurrentPolicy {
  return { ...versionOf(row), fileDigest: row.file_digest }
}
