import type { TransactionSql } from './sql.ts'

/** Class of the advisory lock under which a tenant's receipts are numbered, those of erasures and of archives alike. */
export const RECEIPTS_LOCK = 7_010_212_029

/**
 * The next number of a tenant's receipts, from 1: behind those that cases and dropped days have, and those that only the ledger
 * knows, because a restore lost the rest. The caller holds the lock, taken by a statement before this one, and notes the number in
 * the same transaction. Each kind by itself, by its own index: both at once would be looked for among all entries of the tenant.
 */
export async function nextReceiptNumber(transaction: TransactionSql, tenantId: string): Promise<number> {
  const [row] = await transaction`
    SELECT greatest(
      (SELECT max(receipt_number) FROM erasure_case WHERE tenant_id = ${tenantId}),
      (SELECT max(receipt_number) FROM archive_receipt WHERE tenant_id = ${tenantId}),
      (SELECT max((detail::jsonb #>> '{receipt,number}')::integer) FROM ledger_entry WHERE tenant_id = ${tenantId} AND kind = 'erasure'),
      (SELECT max((detail::jsonb #>> '{receipt,number}')::integer) FROM ledger_entry WHERE tenant_id = ${tenantId} AND kind = 'archive'), 0) + 1 AS next`
  return row?.next ?? 1
}
