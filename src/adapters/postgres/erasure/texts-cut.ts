import type { TransactionSql } from '../sql.ts'

const VALUES_AT_ONCE = 1000
const TEXTS_AT_ONCE = 100
/** Bytes of text that are written in one transaction, unless one is larger. */
const BYTES = 4 * 1024 * 1024

const FIRST = '00000000-0000-0000-0000-000000000000'

/** @param after `<entry>/<placeholder>` of the last one before; gives that of the last one now, null at the end. */
export async function deleteValues(
  transaction: TransactionSql,
  caseId: string,
  after: string | null,
): Promise<string | null> {
  const [entry, placeholder] =
    after === null ? [FIRST, ''] : [after.slice(0, FIRST.length), after.slice(FIRST.length + 1)]
  const rows = await transaction`
    SELECT entry_id, placeholder FROM erasure_value
    WHERE case_id = ${caseId} AND (entry_id, placeholder) > (${entry}::uuid, ${placeholder})
    ORDER BY entry_id, placeholder LIMIT ${VALUES_AT_ONCE}`
  const last = rows.at(-1)
  if (!last) return null
  await transaction`
    DELETE FROM pii_value p USING unnest(
      ${rows.map((row) => row.entry_id)}::uuid[], ${rows.map((row) => row.placeholder)}::text[]) AS given (entry, placeholder)
    WHERE p.entry_id = given.entry AND p.placeholder = given.placeholder`
  return rows.length < VALUES_AT_ONCE ? null : `${last.entry_id}/${last.placeholder}`
}

/** Whose entries a case takes something out of: the person's own pseudonyms, and those of others who named them. */
const NAMED_IN = `
  SELECT pseudonym FROM erasure_subject WHERE case_id = given.case_id
  UNION SELECT e.subject_pseudonym FROM ledger_entry e
  WHERE e.id IN (SELECT entry_id FROM erasure_value WHERE case_id = given.case_id
                 UNION SELECT entry_id FROM erasure_cut WHERE case_id = given.case_id)`

/**
 * Ends exports that were collected from the person's entries, or from texts that named them: they hold a copy. One that is still
 * collected fails; asked for again, it is made of what is left.
 */
export async function endExports(transaction: TransactionSql, caseId: string): Promise<void> {
  const ended = await transaction`
    UPDATE subject_export x
    SET state = CASE x.state WHEN 'completed' THEN 'expired' ELSE 'failed' END, sealed_summary = NULL, run = NULL,
      error_code = CASE x.state WHEN 'completed' THEN x.error_code ELSE 'erasure_under_way' END
    FROM (SELECT ${caseId}::uuid AS case_id) given
    WHERE x.state IN ('running', 'completed') AND x.subject_pseudonym IN (${transaction.unsafe(NAMED_IN)})
    RETURNING x.id`
  await transaction`DELETE FROM subject_export_part WHERE export_id = ANY(${ended.map(({ id }) => id)}::uuid[])`
}

/** Parts of such exports that are left; what could be read of them has expired. */
export async function countExportParts(
  transaction: TransactionSql,
  caseId: string,
): Promise<{ looked: number; found: number }> {
  const [row] = await transaction`
    SELECT count(DISTINCT x.id)::integer AS looked, count(p.export_id)::integer AS found
    FROM (SELECT ${caseId}::uuid AS case_id) given
    JOIN subject_export x ON x.subject_pseudonym IN (${transaction.unsafe(NAMED_IN)})
    JOIN erasure_search s ON s.case_id = given.case_id AND x.requested_at < s.cut_at
    LEFT JOIN subject_export_part p ON p.export_id = x.id`
  return { looked: row?.looked ?? 0, found: row?.found ?? 0 }
}

/**
 * Puts what remains of some texts in their places. A text that is another one by now (its own person was erased, or an older
 * one was restored) stays as it is, and the last look at what is there will tell. False: none is left.
 */
export async function cutSomeTexts(transaction: TransactionSql, caseId: string): Promise<boolean> {
  const waiting = await transaction`
    SELECT entry_id, content_group, octet_length(remaining) AS bytes FROM erasure_cut
    WHERE case_id = ${caseId} AND remaining IS NOT NULL
    ORDER BY entry_id, content_group LIMIT ${TEXTS_AT_ONCE} FOR UPDATE`
  if (waiting.length === 0) return false
  let bytes = 0
  const some = waiting.filter((row, index) => {
    bytes += row.bytes
    return index === 0 || bytes <= BYTES
  })
  const idsOf = (group: string) => some.filter((row) => row.content_group === group).map((row) => row.entry_id)
  const [prompts, responses] = [idsOf('prompt'), idsOf('response')]
  await transaction`
    UPDATE content c SET sealed_prompt = k.remaining FROM erasure_cut k
    WHERE k.case_id = ${caseId} AND k.content_group = 'prompt' AND k.entry_id = ANY(${prompts}::uuid[])
      AND c.entry_id = ANY(${prompts}::uuid[]) AND c.entry_id = k.entry_id AND sha256(c.sealed_prompt) = k.old_digest`
  await transaction`
    UPDATE content c SET sealed_response = k.remaining FROM erasure_cut k
    WHERE k.case_id = ${caseId} AND k.content_group = 'response' AND k.entry_id = ANY(${responses}::uuid[])
      AND c.entry_id = ANY(${responses}::uuid[]) AND c.entry_id = k.entry_id
      AND sha256(c.sealed_response) = k.old_digest`
  // A legal hold has its reason as its entry's content has it.
  await transaction`
    UPDATE legal_hold h SET sealed_reason = k.remaining FROM erasure_cut k
    WHERE k.case_id = ${caseId} AND k.content_group = 'prompt' AND k.entry_id = ANY(${prompts}::uuid[])
      AND h.id = k.entry_id AND sha256(h.sealed_reason) = k.old_digest`
  await transaction`
    UPDATE erasure_cut SET remaining = NULL
    WHERE case_id = ${caseId} AND ((content_group = 'prompt' AND entry_id = ANY(${prompts}::uuid[]))
      OR (content_group = 'response' AND entry_id = ANY(${responses}::uuid[])))`
  return true
}
