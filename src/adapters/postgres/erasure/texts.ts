import type { MentionTexts, OthersText } from '../../../ports/mention-texts.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { countExportParts, cutSomeTexts, deleteValues, endExports } from './texts-cut.ts'
import { walkTexts } from './texts-walk.ts'

/** Texts that are compared with what was found in them, at once. */
const STALE_AT_ONCE = 20

export function createMentionTexts({ sql }: { sql: Sql }): MentionTexts {
  return {
    async begin(caseId, tenantId) {
      await asEraser(
        sql,
        (transaction) => transaction`
          INSERT INTO erasure_search (case_id, tenant_id) VALUES (${caseId}, ${tenantId})
          ON CONFLICT (case_id) DO UPDATE SET claimed_at = NULL, cut_at = NULL, looked_until = '{}'`,
      )
    },

    async withoutLeaf(tenantId, of) {
      const rows = await sql`
        SELECT p.entry_id FROM ledger_pending p JOIN ledger_log l ON l.log_id = p.log_id
        WHERE l.tenant_id = ${tenantId} AND (${of}::uuid[] IS NULL OR p.entry_id = ANY(${of}::uuid[]))`
      return rows.map(({ entry_id }) => entry_id)
    },

    walk: (tenantId, pseudonyms, from, until, withOpen) => walkTexts(sql, tenantId, pseudonyms, from, until, withOpen),

    async keep(caseId, texts, values) {
      if (texts.length + values.length === 0) return
      await asEraser(sql, async (transaction) => {
        await transaction`
          INSERT INTO erasure_cut AS known (case_id, entry_id, content_group, old_digest, new_digest, remaining)
          SELECT ${caseId}::uuid, given.* FROM unnest(
            ${texts.map(({ entryId }) => entryId)}::uuid[], ${texts.map(({ group }) => group)}::text[],
            ${texts.map(({ oldDigest }) => oldDigest)}::bytea[], ${texts.map(({ newDigest }) => newDigest)}::bytea[],
            ${texts.map(({ remaining }) => remaining)}::bytea[]) AS given
          ON CONFLICT (case_id, entry_id, content_group) DO UPDATE
            SET old_digest = excluded.old_digest, new_digest = excluded.new_digest, remaining = excluded.remaining
            WHERE known.old_digest <> excluded.old_digest OR known.remaining IS NULL`
        await transaction`
          INSERT INTO erasure_value (case_id, entry_id, placeholder)
          SELECT ${caseId}::uuid, given.* FROM unnest(
            ${values.map(({ entryId }) => entryId)}::uuid[],
            ${values.map(({ placeholder }) => placeholder)}::text[]) AS given
          ON CONFLICT DO NOTHING`
      })
    },

    claim: (caseId, places) =>
      asEraser(sql, async (transaction) => {
        if (await isTaken(transaction, caseId)) return false
        await transaction`
          UPDATE erasure_search SET claimed_at = now(), looked_until = ${JSON.stringify(places)}
          WHERE case_id = ${caseId}`
        return true
      }),

    takeStale: (caseId) => takeStale(sql, caseId),

    async waiting(caseId) {
      const [row] = await asEraser(
        sql,
        (transaction) => transaction`
          SELECT count(*)::integer AS texts FROM erasure_cut WHERE case_id = ${caseId} AND remaining IS NOT NULL`,
      )
      return row?.texts ?? 0
    },

    deleteValues: (caseId, after) => asEraser(sql, (transaction) => deleteValues(transaction, caseId, after)),
    cutSome: (caseId) => asEraser(sql, (transaction) => cutSomeTexts(transaction, caseId)),

    async finish(caseId) {
      const [row] = await asEraser(sql, async (transaction) => {
        await endExports(transaction, caseId)
        await transaction`UPDATE erasure_search SET cut_at = coalesce(cut_at, now()) WHERE case_id = ${caseId}`
        return transaction`
          SELECT (SELECT count(*) FROM erasure_value WHERE case_id = ${caseId})::integer AS values,
            (SELECT count(*) FROM erasure_cut WHERE case_id = ${caseId} AND remaining IS NULL)::integer AS texts`
      })
      return { values: row?.values ?? 0, textsCut: row?.texts ?? 0 }
    },

    exportsLeft: (caseId) => asEraser(sql, (transaction) => countExportParts(transaction, caseId)),

    async searched(caseId) {
      const [row] = await asEraser(
        sql,
        (transaction) => transaction`
          SELECT looked_until, sealed_copies FROM erasure_search WHERE case_id = ${caseId}`,
      )
      return row && { until: JSON.parse(row.looked_until), copies: JSON.parse(row.sealed_copies) }
    },
  }
}

/**
 * One erasure of a tenant at a time looks whether another one has claimed a text that it wants. A claim counts for an hour, so
 * that a run that was terminated holds nobody up: should it come back, it finds the text changed and leaves it to its next run.
 */
async function isTaken(transaction: TransactionSql, caseId: string): Promise<boolean> {
  const [mine] = await transaction`SELECT tenant_id FROM erasure_search WHERE case_id = ${caseId}`
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`cuts\n${mine?.tenant_id}`}, 7010212028))`
  const [row] = await transaction`
    SELECT EXISTS (
      SELECT FROM erasure_search other
        JOIN erasure_case c ON c.id = other.case_id AND c.state = 'running'
        JOIN erasure_cut theirs ON theirs.case_id = other.case_id AND theirs.remaining IS NOT NULL
        JOIN erasure_cut mine ON mine.case_id = ${caseId} AND mine.entry_id = theirs.entry_id
          AND mine.content_group = theirs.content_group AND mine.remaining IS NOT NULL
      WHERE other.tenant_id = ${mine?.tenant_id ?? ''} AND other.case_id <> ${caseId}
        AND other.claimed_at > now() - interval '1 hour' AND other.cut_at IS NULL) AS taken`
  return row?.taken === true
}

/** In stretches: what has changed is forgotten in the transaction in which it is read. */
async function takeStale(sql: Sql, caseId: string): Promise<OthersText[]> {
  const stale: OthersText[] = []
  let after: [string, string] = ['00000000-0000-0000-0000-000000000000', '']
  for (;;) {
    const rows = await asEraser(sql, async (transaction) => {
      const some = await transaction`
        SELECT k.entry_id, k.content_group, coalesce(e.subject_pseudonym, '') AS subject_pseudonym, s.changed,
          CASE WHEN s.changed THEN s.sealed END AS sealed
        FROM (SELECT * FROM erasure_cut
              WHERE case_id = ${caseId} AND remaining IS NOT NULL AND (entry_id, content_group) > (${after[0]}, ${after[1]})
              ORDER BY entry_id, content_group LIMIT ${STALE_AT_ONCE}) k
        JOIN ledger_entry e ON e.id = k.entry_id
        LEFT JOIN LATERAL (
          SELECT t.sealed, sha256(t.sealed) IS DISTINCT FROM k.old_digest AS changed
          FROM (SELECT 1) one LEFT JOIN content c ON c.entry_id = k.entry_id
          CROSS JOIN LATERAL (
            SELECT CASE k.content_group WHEN 'prompt' THEN c.sealed_prompt ELSE c.sealed_response END AS sealed) t) s ON true
        ORDER BY k.entry_id, k.content_group`
      for (const { entry_id, content_group } of some.filter(({ changed }) => changed)) {
        await transaction`
          DELETE FROM erasure_cut
          WHERE case_id = ${caseId} AND entry_id = ${entry_id} AND content_group = ${content_group}`
      }
      return some
    })
    for (const row of rows) {
      if (!row.changed || row.sealed === null) continue
      stale.push({
        entryId: row.entry_id,
        group: row.content_group,
        subjectPseudonym: row.subject_pseudonym,
        sealed: row.sealed,
      })
    }
    const last = rows.at(-1)
    if (rows.length < STALE_AT_ONCE || !last) return stale
    after = [last.entry_id, last.content_group]
  }
}
