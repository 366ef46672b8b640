import { encodeEvidence } from '../../../../domain/ledger/entry-proof.ts'
import { formatProof } from '../../../../domain/ledger/proof-file.ts'
import type { Sql } from '../../sql.ts'
import type { Logs } from '../logs.ts'
import { createLedgerReader } from '../reader.ts'

/**
 * The receipts of a tenant: proofs (C2SP tlog-proof, no openings) of its entries of kind `erasure` and `archive` that have a
 * leaf under a signed checkpoint. What else claims to be one explains nothing.
 */
export async function readReceipts(sql: Sql, logs: Logs, tenantId: string): Promise<string[]> {
  const reader = createLedgerReader(sql, logs)
  const rows = await sql`
    SELECT e.id FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE e.tenant_id = ${tenantId} AND e.kind IN ('erasure', 'archive') ORDER BY l.log_id, l.leaf_index`
  const proofs: string[] = []
  for (const { id } of rows) {
    const [entry, proof] = [await reader.entry(tenantId, id), await reader.proof(tenantId, id)]
    if (entry === undefined || proof === undefined) continue
    const { leafIndex: index, path, checkpoint } = proof
    proofs.push(
      formatProof({ extra: encodeEvidence({ ...entry, openings: {} }), index, path, checkpoint: checkpoint.note }),
    )
  }
  return proofs
}
