import { uuidv7 } from '../../../domain/ids/uuidv7.ts'
import type { Looked, PersonResidue } from '../../../ports/person-residue.ts'
import type { Sql } from '../sql.ts'
import { entriesOf } from './own-entries.ts'

const ERASED = '[DATA ERASED PER GDPR ARTICLE 17]'

export function createPersonResidue({ sql }: { sql: Sql }): PersonResidue {
  return {
    requestsSince(pseudonyms, since, limit) {
      // A request's id begins with its time; one that waited for its record is as old as its id.
      const from = uuidv7(Math.max(0, since), new Uint8Array(10))
      return entriesOf(sql, pseudonyms, { from, limit })
    },

    async ownEntries(pseudonyms) {
      const content: Looked = { looked: 0, found: 0 }
      const auditView: Looked = { looked: 0, found: 0 }
      let keys = 0
      for await (const ids of entriesOf(sql, pseudonyms)) {
        // The bounds of the ids, which are sorted, spare the partitions of other days.
        const [first, last] = [ids[0], ids.at(-1)]
        const [row] = await sql`
          SELECT (SELECT count(*) FROM content
                  WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last})::integer
               + (SELECT count(*) FROM pii_value
                  WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last})::integer AS left,
            (SELECT count(*) FROM idempotency WHERE request_id = ANY(${ids}::uuid[]))::integer AS keys, v.looked, v.found
          FROM (SELECT count(*)::integer AS looked, (count(*) FILTER (
                  WHERE user_id IS NOT NULL OR gdpr_pseudonymized_user_key NOT LIKE 'del\\_%'
                    OR ${ERASED}::text <> ANY (ARRAY[prompt_preview, full_prompt_text, response_preview, full_response_text])
                ))::integer AS found
                FROM llm_interaction_audit WHERE id = ANY(${ids}::uuid[]) AND id BETWEEN ${first} AND ${last}) v`
        keys += row?.keys ?? 0
        content.looked += ids.length
        content.found += row?.left ?? 0
        auditView.looked += row?.looked ?? 0
        auditView.found += row?.found ?? 0
      }
      return { content, auditView, keys }
    },

    async identities(pseudonyms) {
      const [row] = await sql`
        SELECT count(*)::integer AS looked, (count(*) FILTER (
          WHERE blind_index IS NOT NULL OR sealed_user_id IS NOT NULL OR sealed_session_secret IS NOT NULL
            OR erased_at IS NULL))::integer AS found
        FROM data_subject WHERE pseudonym = ANY(${pseudonyms}::text[])`
      return { looked: row?.looked ?? 0, found: row?.found ?? 0 }
    },

    async consents(pseudonyms) {
      const [row] = await sql`
        SELECT count(*)::integer AS looked, (count(*) FILTER (WHERE subject_pseudonym = ANY(${pseudonyms}::text[])))::integer AS found
        FROM consent`
      return { looked: row?.looked ?? 0, found: row?.found ?? 0 }
    },

    async budgets(pseudonyms) {
      const [row] = await sql`
        SELECT count(*)::integer AS looked, (count(*) FILTER (WHERE subject_pseudonym = ANY(${pseudonyms}::text[])))::integer AS found
        FROM budget_counter WHERE subject_pseudonym <> ''`
      return { looked: row?.looked ?? 0, found: row?.found ?? 0 }
    },

    inFlight: (tenantId, pseudonyms) => lookInFlight(sql, tenantId, pseudonyms),
  }
}

async function lookInFlight(sql: Sql, tenantId: string, pseudonyms: readonly string[]) {
  const rows = await sql`
    SELECT i.subject_pseudonym = ANY(${pseudonyms}::text[]) AS own, count(a.request_id)::integer AS attempts,
      (SELECT count(*) FROM attempt_chunk c WHERE c.request_id = i.request_id)::integer AS chunks,
      concat_ws(E'\n"\n', i.context, string_agg(concat_ws(E'\n"\n', a.owner::text, a.provider, a.model, a.prepared,
        a.coverage, a.outcome, array_to_string(a.placeholders, E'\n"\n')), E'\n"\n')) AS open
    FROM inbox i LEFT JOIN attempt a ON a.request_id = i.request_id
    WHERE i.tenant_id = ${tenantId} GROUP BY i.request_id`
  const counted = rows.map((row) => ({ own: row.own === true, rows: 1 + row.attempts + row.chunks }))
  const [all] = await sql`SELECT count(*)::integer AS keys FROM idempotency WHERE tenant_id = ${tenantId}`
  const sum = (some: readonly { rows: number }[]) => some.reduce((total, one) => total + one.rows, 0)
  return {
    looked: sum(counted) + (all?.keys ?? 0),
    found: sum(counted.filter(({ own }) => own)),
    open: rows.map(({ open }) => open as string),
  }
}
