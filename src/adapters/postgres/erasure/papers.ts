import type { CertifiedRecipient } from '../../../domain/erasure/certificate-facts.ts'
import type { ErasurePapers } from '../../../ports/erasure-papers.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

export function createErasurePapers(sql: Sql): ErasurePapers {
  return {
    kept: (caseId) =>
      asEraser(sql, async (transaction) => {
        const subjects = await transaction`
          SELECT pseudonym, data_key_id, erasure_token FROM erasure_subject WHERE case_id = ${caseId} ORDER BY erasure_token`
        const [counts] = await transaction`
          SELECT count(*)::integer AS entries, count(*) FILTER (WHERE e.kind = 'disclosure')::integer AS disclosures
          FROM erasure_subject s JOIN ledger_entry e ON e.subject_pseudonym = s.pseudonym WHERE s.case_id = ${caseId}`
        return {
          subjects: subjects.map((row) => ({
            pseudonym: row.pseudonym,
            dataKeyId: row.data_key_id,
            token: row.erasure_token,
          })),
          entries: counts?.entries ?? 0,
          disclosures: counts?.disclosures ?? 0,
          recipients: await recipientsOf(transaction, caseId),
        }
      }),

    keepCertificate: (caseId, certificate) =>
      asEraser(sql, async (transaction) => {
        const [row] = await transaction`
          UPDATE erasure_case SET certificate = coalesce(certificate, ${certificate}) WHERE id = ${caseId}
          RETURNING certificate`
        if (!row) throw new Error('there is no such erasure case')
        return row.certificate
      }),
  }
}

/** By every attempt on record, not only the last one; and of other people's entries those from which a mention was cut. */
async function recipientsOf(transaction: TransactionSql, caseId: string): Promise<CertifiedRecipient[]> {
  const rows = await transaction`
    WITH sent AS (
      SELECT e.occurred_at, e.attempts, e.flags, false AS missed
      FROM erasure_subject s JOIN ledger_entry e ON e.subject_pseudonym = s.pseudonym
      WHERE s.case_id = ${caseId} AND e.attempts IS NOT NULL
      UNION ALL
      SELECT e.occurred_at, e.attempts, e.flags, true AS missed
      FROM ledger_entry e
      WHERE e.id IN (SELECT entry_id FROM erasure_cut WHERE case_id = ${caseId}) AND e.attempts IS NOT NULL)
    SELECT provider,
      count(*) FILTER (WHERE NOT missed)::integer AS entries,
      count(*) FILTER (WHERE NOT missed AND 'unredacted' = ANY(flags))::integer AS unredacted,
      count(*) FILTER (WHERE missed)::integer AS missed_mentions,
      min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM sent CROSS JOIN LATERAL (
      SELECT DISTINCT tried ->> 'provider' AS provider FROM jsonb_array_elements(attempts::jsonb) AS tried) AS asked
    GROUP BY provider ORDER BY provider`
  return rows.map((row) => ({
    provider: row.provider,
    entries: row.entries,
    unredacted: row.unredacted,
    missed_mentions: row.missed_mentions,
    first_at: new Date(row.first_at).toISOString(),
    last_at: new Date(row.last_at).toISOString(),
  }))
}
