import type { Explained } from '../../../domain/erasure/tombstone-receipts.ts'
import type { Tombstone } from '../../../domain/erasure/types.ts'
import type { Row, Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/** What of a tombstone is gone here, and what the ledger here says about that. */
export function explainTombstone(
  sql: Sql,
  { tenant, case: caseId, subjects, texts }: Tombstone,
): Promise<{ gone: Explained; written: Partial<Explained>[] }> {
  return asEraser(sql, async (transaction) => {
    const receipts = await transaction`
      SELECT detail FROM ledger_entry
      WHERE tenant_id = ${tenant} AND kind = 'erasure' AND detail::jsonb ->> 'case' = ${caseId} AND detail::jsonb ? 'receipt'`
    // Texts of persons who were erased themselves are theirs to explain.
    const rows = await transaction`
      SELECT e.id, e.prompt_blob_digest IS NOT NULL AS had_prompt, e.response_blob_digest IS NOT NULL AS had_response,
        encode(sha256(c.sealed_prompt), 'hex') AS prompt, encode(sha256(c.sealed_response), 'hex') AS response
      FROM ledger_entry e LEFT JOIN content c ON c.entry_id = e.id
        LEFT JOIN data_subject d ON d.pseudonym = e.subject_pseudonym
      WHERE e.id = ANY(${texts.map(([entry]) => entry)}::uuid[]) AND d.erased_at IS NULL`
    const found = new Map(rows.map((row) => [row.id, row]))
    const entries = texts.filter(([entry, group]) => isGone(found.get(entry), group)).map(([entry]) => entry)
    return {
      gone: {
        subjects: subjects.map(({ pseudonym }) => pseudonym),
        entries: [...new Set(entries)],
        cuts: texts
          .filter(([entry, group, now]) => found.get(entry)?.[group] === now)
          .map(([entry, group, now]) => ({ entry, group, now })),
      },
      written: receipts.map(({ detail }) => (JSON.parse(detail) as { receipt: Partial<Explained> }).receipt),
    }
  })
}

function isGone(row: Row | undefined, group: 'prompt' | 'response'): boolean {
  return row !== undefined && row[`had_${group}`] === true && row[group] === null
}
