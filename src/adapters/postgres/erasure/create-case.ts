import { referenceDigest } from '../../../domain/erasure/reference.ts'
import type { CaseFacts, NewCase } from '../../../ports/erasure-cases.ts'
import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { CASE_COLUMNS, factsOf } from './case-row.ts'
import { caseKeyOwner, requestIndexOf, sealCase } from './seal-case.ts'

/** Undefined: created. Else the case of the same person that has not ended. */
export async function createCase(sql: Sql, keys: KeyService, draft: NewCase): Promise<CaseFacts | undefined> {
  const index = await requestIndexOf(keys, draft.tenantId, draft.request)
  for (;;) {
    const known = await findSame(sql, draft.tenantId, index)
    if (known || (await insert(sql, keys, draft, index))) return known
  }
}

async function findSame(sql: Sql, tenantId: string, index: Buffer): Promise<CaseFacts | undefined> {
  const [row] = await sql.asTenant(tenantId)`
    SELECT ${sql.unsafe(CASE_COLUMNS)} FROM erasure_case WHERE tenant_id = ${tenantId} AND request_index = ${index}`
  return row && factsOf(row)
}

/** False: another request was faster. */
async function insert(sql: Sql, keys: KeyService, draft: NewCase, index: Buffer): Promise<boolean> {
  const { id, tenantId, officer, requestedAt, deadline, reference, referenceExpiresAt, request } = draft
  const dataKey = await keys.createDataKey(tenantId, caseKeyOwner(id))
  const sealed = sealCase(dataKey, tenantId, id, { request, reference })
  const { count } = await asEraser(
    sql,
    (transaction) => transaction`
      INSERT INTO erasure_case (id, tenant_id, state, officer, requested_at, deadline, reference_digest,
                                reference_expires_at, case_key_id, request_index, sealed_request)
      VALUES (${id}, ${tenantId}, 'pending', ${officer}, ${new Date(requestedAt)}, ${new Date(deadline)},
              ${referenceDigest(reference)}, ${new Date(referenceExpiresAt)}, ${dataKey.keyId}, ${index}, ${sealed})
      ON CONFLICT (tenant_id, request_index) DO NOTHING`,
  )
  if (count === 0) await keys.destroyDataKey(dataKey.keyId)
  return count === 1
}
