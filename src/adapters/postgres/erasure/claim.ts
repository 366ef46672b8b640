import type { Claim } from '../../../ports/erasure-progress.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { CASE_COLUMNS, factsOf } from './case-row.ts'

/** One row decides which workflow takes a reference. */
export async function claimReference(sql: Sql, referenceDigest: Uint8Array, workflowId: string): Promise<Claim> {
  return asEraser(sql, async (transaction) => {
    const [taken] = await transaction`
      UPDATE erasure_case SET workflow_id = ${workflowId}, state = 'running', error_code = NULL
      WHERE reference_digest = ${referenceDigest} AND state NOT IN ('completed', 'refused')
        AND (sealed_request IS NOT NULL OR ended_at IS NOT NULL)
        AND (workflow_id = ${workflowId} OR (workflow_id IS NULL AND reference_expires_at > now()))
      RETURNING ${transaction.unsafe(CASE_COLUMNS)}`
    if (taken) return factsOf(taken)
    const [known] = await transaction`
      SELECT workflow_id FROM erasure_case WHERE reference_digest = ${referenceDigest}`
    if (!known) return 'unknown'
    return known.workflow_id === null ? 'expired' : 'used'
  })
}
