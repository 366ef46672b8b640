import type { ErasureCase } from '../../../ports/erasure-cases.ts'
import { KeyDestroyed, type KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { openCase } from './seal-case.ts'

export async function openErasureCase(sql: Sql, keys: KeyService, caseId: string): Promise<ErasureCase> {
  const [[row], subjects] = await asEraser(sql, (transaction) =>
    Promise.all([
      transaction`
        SELECT tenant_id, officer, case_key_id, sealed_request, (extract(epoch FROM requested_at) * 1000)::float8 AS at
        FROM erasure_case WHERE id = ${caseId}`,
      transaction`
        SELECT pseudonym, data_key_id, erasure_token FROM erasure_subject WHERE case_id = ${caseId} ORDER BY pseudonym`,
    ]),
  )
  if (!row) throw new Error('there is no such erasure case')
  if (row.sealed_request === null) throw new KeyDestroyed()
  const dataKey = await keys.dataKey(row.case_key_id)
  return {
    id: caseId,
    tenantId: row.tenant_id,
    officer: row.officer,
    requestedAt: Math.round(row.at),
    request: openCase(dataKey, row.tenant_id, caseId, row.sealed_request).request,
    caseKeyId: row.case_key_id,
    subjects: subjects.map((one) => ({
      pseudonym: one.pseudonym,
      dataKeyId: one.data_key_id,
      token: one.erasure_token,
    })),
  }
}
