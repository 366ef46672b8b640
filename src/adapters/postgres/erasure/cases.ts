import type { ErasureCases } from '../../../ports/erasure-cases.ts'
import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { CASE_COLUMNS, factsOf } from './case-row.ts'
import { createCase } from './create-case.ts'
import { decideCase } from './decide.ts'
import { endAbandonedCases } from './end-abandoned.ts'
import { casesUnderWay, failLostCase } from './lost.ts'
import { openErasureCase } from './open-case.ts'
import { takeUpCase } from './take-up.ts'

export function createErasureCases({ sql, keys }: { sql: Sql; keys: KeyService }): ErasureCases {
  return {
    open: (caseId) => openErasureCase(sql, keys, caseId),
    create: (draft) => createCase(sql, keys, draft),
    takeUp: (found, now) => takeUpCase(sql, keys, found, now),

    async find(tenantId, caseId) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(CASE_COLUMNS)} FROM erasure_case WHERE id = ${caseId} AND tenant_id = ${tenantId}`
      return row && factsOf(row)
    },

    async list(tenantId, before, limit) {
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(CASE_COLUMNS)} FROM erasure_case
        WHERE tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR id < ${before}) ORDER BY id DESC LIMIT ${limit}`
      return rows.map(factsOf)
    },

    async certificate(tenantId, caseId) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT certificate FROM erasure_case WHERE id = ${caseId} AND tenant_id = ${tenantId}`
      return row?.certificate ?? undefined
    },

    decide: (tenantId, caseId, decision) => decideCase(sql, tenantId, caseId, decision),
    endAbandoned: () => endAbandonedCases(sql, keys),
    underWay: (after, limit) => casesUnderWay(sql, after, limit),
    failLost: (caseId, version, errorCode) => failLostCase(sql, caseId, version, errorCode),
  }
}
