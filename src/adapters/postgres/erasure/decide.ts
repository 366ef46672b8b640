import type { CaseFacts, ErasureCases } from '../../../ports/erasure-cases.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { CASE_COLUMNS, factsOf } from './case-row.ts'

type Decision = Parameters<ErasureCases['decide']>[2]

/** One row decides, so that of two officers who decide at once one is heard. */
export async function decideCase(
  sql: Sql,
  tenantId: string,
  caseId: string,
  { approver, decision, entry }: Decision,
): Promise<CaseFacts | undefined> {
  const [row] = await asEraser(sql, async (transaction) => {
    await transaction`
      UPDATE erasure_case SET approver = ${approver}, decision = ${decision}, decided_by = ${entry}
      WHERE id = ${caseId} AND tenant_id = ${tenantId} AND state = 'awaiting_approval' AND decision IS NULL
        AND officer <> ${approver}`
    return transaction`
      SELECT ${transaction.unsafe(CASE_COLUMNS)} FROM erasure_case
      WHERE id = ${caseId} AND tenant_id = ${tenantId} AND (state = 'awaiting_approval' OR decision IS NOT NULL)`
  })
  return row && factsOf(row)
}
