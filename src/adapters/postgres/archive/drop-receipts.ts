import { canBeWritten } from '../../../domain/ids/noted-id.ts'
import type { DropReceipt } from '../../../ports/archive-catalogue.ts'
import { nextReceiptNumber, RECEIPTS_LOCK } from '../next-receipt-number.ts'
import type { Sql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'

/** The receipt of a tenant's day; where it is new it gets the next number. */
export function openReceipt(
  sql: Sql,
  { day, tenantId, newEntryId }: { day: string; tenantId: string; newEntryId: string },
): Promise<DropReceipt> {
  return asArchivist(sql, async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, ${RECEIPTS_LOCK}))`
    const [found] = await transaction`
      SELECT r.entry_id, r.receipt_number, EXISTS (SELECT FROM ledger_entry e WHERE e.id = r.entry_id) AS written,
        (extract(epoch FROM now()) * 1000)::float8 AS now
      FROM archive_receipt r WHERE day = ${day}::date AND tenant_id = ${tenantId}`
    if (found === undefined) {
      const number = await nextReceiptNumber(transaction, tenantId)
      await transaction`
        INSERT INTO archive_receipt (day, tenant_id, entry_id, receipt_number)
        VALUES (${day}::date, ${tenantId}, ${newEntryId}, ${number})`
      return { tenantId, entryId: newEntryId, number }
    }
    const receipt = { tenantId, entryId: found.entry_id, number: found.receipt_number }
    if (found.written || canBeWritten(receipt.entryId, found.now)) return receipt
    await transaction`UPDATE archive_receipt SET entry_id = ${newEntryId} WHERE entry_id = ${receipt.entryId}`
    return { ...receipt, entryId: newEntryId }
  })
}

export async function receiptLeaves(sql: Sql, day: string) {
  const rows = await sql`
    SELECT l.entry_id, g.origin, l.leaf_index::float8 AS leaf_index
    FROM archive_receipt r JOIN ledger_leaf l USING (entry_id) JOIN ledger_log g USING (log_id)
    WHERE r.day = ${day}::date ORDER BY r.tenant_id`
  return rows.map((row) => ({ entry: row.entry_id, origin: row.origin, leafIndex: row.leaf_index }))
}
