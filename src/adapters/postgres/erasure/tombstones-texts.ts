import { type Cut, decideMention, type MentionFate } from '../../../domain/erasure/tombstone-mention.ts'
import type { Tombstone } from '../../../domain/erasure/types.ts'
import type { Row, TransactionSql } from '../sql.ts'

/** Removes a person from other people's texts: puts what the cut leaves in their place where it is known, or deletes them. */
export async function removeMentions(
  transaction: TransactionSql,
  caseId: string,
  texts: Tombstone['texts'],
): Promise<void> {
  const entries = [...new Set(texts.map(([entry]) => entry))]
  const [stored, cuts] = await Promise.all([
    transaction`
      SELECT entry_id, encode(sha256(sealed_prompt), 'hex') AS prompt, encode(sha256(sealed_response), 'hex') AS response
      FROM content WHERE entry_id = ANY(${entries}::uuid[])`,
    transaction`
      SELECT case_id, entry_id, content_group, encode(old_digest, 'hex') AS old, encode(new_digest, 'hex') AS new,
        remaining IS NOT NULL AS known
      FROM erasure_cut WHERE entry_id = ANY(${entries}::uuid[])`,
  ])
  const digests = new Map(stored.map((row) => [row.entry_id, row]))
  const fates = texts.map(([entry, group, now]) => ({
    entry,
    group,
    fate: decideMention(digests.get(entry)?.[group] ?? null, { caseId, now }, cutsOf(cuts, entry, group)),
  }))
  const having = (fate: MentionFate, group: string) =>
    fates.filter((one) => one.fate === fate && one.group === group).map(({ entry }) => entry)
  await cut(transaction, caseId, having('cut', 'prompt'), having('cut', 'response'))
  await transaction`
    UPDATE content SET sealed_prompt = NULL WHERE entry_id = ANY(${having('delete', 'prompt')}::uuid[])`
  await transaction`
    UPDATE content SET sealed_response = NULL WHERE entry_id = ANY(${having('delete', 'response')}::uuid[])`
}

function cutsOf(rows: readonly Row[], entry: string, group: string): Cut[] {
  return rows
    .filter((row) => row.entry_id === entry && row.content_group === group)
    .map((row) => ({ caseId: row.case_id, old: row.old, now: row.new, isKnown: row.known }))
}

async function cut(
  transaction: TransactionSql,
  caseId: string,
  prompts: readonly string[],
  responses: readonly string[],
): Promise<void> {
  await transaction`
    UPDATE content c SET sealed_prompt = k.remaining FROM erasure_cut k
    WHERE k.case_id = ${caseId} AND k.content_group = 'prompt' AND k.entry_id = c.entry_id
      AND c.entry_id = ANY(${prompts}::uuid[])`
  await transaction`
    UPDATE content c SET sealed_response = k.remaining FROM erasure_cut k
    WHERE k.case_id = ${caseId} AND k.content_group = 'response' AND k.entry_id = c.entry_id
      AND c.entry_id = ANY(${responses}::uuid[])`
}
