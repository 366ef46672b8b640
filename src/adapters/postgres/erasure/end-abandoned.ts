import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/** Cases that are ended in one round. */
const AT_ONCE = 1000

/**
 * Cases whose reference nobody used in time, and failed ones that nobody took up before their deadline: whom they were about is
 * not kept any longer. The key goes first, so that a crash in between is made good by the next round.
 */
export async function endAbandonedCases(sql: Sql, keys: KeyService): Promise<number> {
  const rows = await asEraser(
    sql,
    (transaction) => transaction`
      SELECT id, case_key_id FROM erasure_case
      WHERE sealed_request IS NOT NULL
        AND ((state = 'pending' AND workflow_id IS NULL AND reference_expires_at < now())
          OR (state = 'failed' AND deadline < now()))
      LIMIT ${AT_ONCE}`,
  )
  for (const row of rows) {
    await keys.destroyDataKey(row.case_key_id)
    await asEraser(
      sql,
      (transaction) => transaction`
        UPDATE erasure_case
        SET error_code = CASE WHEN state = 'pending' THEN 'reference_expired' ELSE error_code END, state = 'failed',
            request_index = NULL, sealed_request = NULL
        WHERE id = ${row.id}`,
    )
  }
  return rows.length
}
