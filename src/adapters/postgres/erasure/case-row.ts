import type { CaseFacts } from '../../../ports/erasure-cases.ts'
import type { Query, Row } from '../sql.ts'

const MILLIS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS ${column}`

/** Columns of `erasure_case` that `factsOf` reads. */
export const CASE_COLUMNS = `id, tenant_id, state, officer, approver, decision, decided_by, workflow_id, receipt_number,
  announced_by, announced_also, ended_by, error_code, outcome, certificate IS NOT NULL AS has_certificate,
  ${MILLIS('requested_at')}, ${MILLIS('deadline')}, ${MILLIS('ended_at')}, ${MILLIS('reference_expires_at')}`

export function factsOf(row: Row): CaseFacts {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    state: row.state,
    officer: row.officer,
    approver: row.approver,
    decision: row.decision,
    decidedBy: row.decided_by,
    requestedAt: Math.round(row.requested_at),
    deadline: Math.round(row.deadline),
    endedAt: row.ended_at === null ? null : Math.round(row.ended_at),
    workflowId: row.workflow_id,
    referenceExpiresAt: Math.round(row.reference_expires_at),
    receiptNumber: row.receipt_number,
    announcedBy: row.announced_by,
    announcedAlso: row.announced_also,
    endedBy: row.ended_by,
    errorCode: row.error_code,
    outcome: JSON.parse(row.outcome),
    hasCertificate: row.has_certificate,
  }
}

/** A case of any tenant. @throws Error where there is none. */
export async function readFacts(sql: Query, caseId: string): Promise<CaseFacts> {
  const [row] = await sql`SELECT ${sql.unsafe(CASE_COLUMNS)} FROM erasure_case WHERE id = ${caseId}`
  if (!row) throw new Error('there is no such erasure case')
  return factsOf(row)
}
