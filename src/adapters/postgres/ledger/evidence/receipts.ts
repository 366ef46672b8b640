import { encodeEvidence } from '../../../../domain/ledger/entry-proof.ts'
import { isJsonObject, parseJson } from '../../../../domain/ledger/json.ts'
import { formatProof } from '../../../../domain/ledger/proof-file.ts'
import { PalimpsestError } from '../../../../errors.ts'
import type { Sql } from '../../sql.ts'
import type { Logs } from '../logs.ts'
import { createLedgerReader } from '../reader.ts'

/**
 * The receipts of a tenant: proofs (C2SP tlog-proof, no openings) of its entries of kind `erasure` and `archive` that have a
 * leaf under a signed checkpoint. Entries of these kinds that bear none (what an erasure came to, what an archive holds) are left out.
 */
export async function readReceipts(sql: Sql, logs: Logs, tenantId: string): Promise<string[]> {
  const reader = createLedgerReader(sql, logs)
  // Each kind by its own index: both at once would be looked for among all entries of the tenant.
  const rows = await sql`
    SELECT e.id FROM (
      SELECT id, detail FROM ledger_entry WHERE tenant_id = ${tenantId} AND kind = 'erasure'
      UNION ALL
      SELECT id, detail FROM ledger_entry WHERE tenant_id = ${tenantId} AND kind = 'archive') e
    JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE strpos(e.detail, '"receipt"') > 0 ORDER BY l.log_id, l.leaf_index`
  const proofs: string[] = []
  for (const { id } of rows) {
    const entry = await reader.entry(tenantId, id)
    if (entry === undefined || !hasReceipt(entry.envelope.detail)) continue
    const proof = await reader.proof(tenantId, id)
    if (proof === undefined) continue
    const { leafIndex: index, path, checkpoint } = proof
    proofs.push(
      formatProof({ extra: encodeEvidence({ ...entry, openings: {} }), index, path, checkpoint: checkpoint.note }),
    )
  }
  return proofs
}

function hasReceipt(detail: string | null): boolean {
  try {
    const members = parseJson(detail ?? '{}', 'detail of an entry')
    return isJsonObject(members) && Object.hasOwn(members, 'receipt')
  } catch (error) {
    // Somebody else than a writer put it there, which the verifier says where it looks at the entry itself.
    if (error instanceof PalimpsestError) return false
    throw error
  }
}
