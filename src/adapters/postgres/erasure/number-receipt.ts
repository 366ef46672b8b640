import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/** Class of the advisory lock under which a tenant's receipts are numbered. */
const LOCK = 7_010_212_029

/**
 * The next number of the case's tenant, from 1; a case keeps its own. Behind a restore the ledger may know of receipts whose
 * case is gone: their numbers are not given again.
 */
export async function numberReceipt(sql: Sql, caseId: string): Promise<number> {
  const [row] = await asEraser(sql, async (transaction) => {
    await transaction`
      SELECT pg_advisory_xact_lock(hashtextextended(tenant_id, ${LOCK})) FROM erasure_case WHERE id = ${caseId}`
    // A statement of its own, which sees what was numbered while it waited.
    return transaction`
      UPDATE erasure_case c SET receipt_number = coalesce(receipt_number, (
        SELECT greatest(
          (SELECT max(o.receipt_number) FROM erasure_case o WHERE o.tenant_id = c.tenant_id),
          (SELECT max((e.detail::jsonb #>> '{receipt,number}')::integer) FROM ledger_entry e
           WHERE e.tenant_id = c.tenant_id AND e.kind = 'erasure'), 0) + 1))
      WHERE id = ${caseId} RETURNING receipt_number`
  })
  if (!row) throw new Error('there is no such erasure case')
  return row.receipt_number
}
