import { nextReceiptNumber, RECEIPTS_LOCK } from '../next-receipt-number.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/** The next number of the case's tenant; a case keeps its own. */
export async function numberReceipt(sql: Sql, caseId: string): Promise<number> {
  return asEraser(sql, async (transaction) => {
    await transaction`
      SELECT pg_advisory_xact_lock(hashtextextended(tenant_id, ${RECEIPTS_LOCK})) FROM erasure_case WHERE id = ${caseId}`
    // Statements of their own, which see what was numbered while this one waited.
    const [found] = await transaction`SELECT tenant_id, receipt_number FROM erasure_case WHERE id = ${caseId}`
    if (!found) throw new Error('there is no such erasure case')
    if (found.receipt_number !== null) return found.receipt_number
    const number = await nextReceiptNumber(transaction, found.tenant_id)
    await transaction`UPDATE erasure_case SET receipt_number = ${number} WHERE id = ${caseId}`
    return number
  })
}
