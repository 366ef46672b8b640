import type { ErasureContent } from '../../../ports/erasure-content.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { addDeletedCopies, type CountedCopies, KEY_IN, KEY_NAMED, noteCopiesBeside } from './sealed-copies.ts'

const FIRST = '00000000-0000-0000-0000-000000000000'

/** Deletes what is sealed of a case's subjects, one subject after the other, each in the order of its entries' ids. */
export function createErasureContent({ sql }: { sql: Sql }): ErasureContent {
  return {
    async deleteStretch(caseId, after, limit) {
      if (after === null) await noteCopiesBeside(sql, caseId)
      return asEraser(sql, async (transaction) => {
        const [pseudonym = '', afterId = FIRST] = after?.split('/') ?? []
        const [subject] = await transaction`
          SELECT pseudonym FROM erasure_subject WHERE case_id = ${caseId} AND pseudonym >= ${pseudonym}
          ORDER BY pseudonym LIMIT 1`
        if (!subject) return { entries: 0, values: 0, next: null }
        const rows = await transaction`
          SELECT id FROM ledger_entry WHERE subject_pseudonym = ${subject.pseudonym} AND id > ${afterId}
          ORDER BY subject_pseudonym, id LIMIT ${limit}`
        const ids = rows.map(({ id }) => id)
        await transaction`DELETE FROM consent WHERE subject_pseudonym = ${subject.pseudonym}`
        await transaction`DELETE FROM database_question WHERE subject_pseudonym = ${subject.pseudonym}`
        // Behind the requests in flight, whose reservations these were. What the tenant, a team or an app spent stays counted.
        await transaction`DELETE FROM budget_counter WHERE subject_pseudonym = ${subject.pseudonym}`
        const deleted = await deleteOf(transaction, ids)
        await addDeletedCopies(transaction, caseId, deleted.copies)
        await transaction`
          UPDATE erasure_case SET outcome = (outcome::jsonb || jsonb_build_object(
            'entries', coalesce((outcome::jsonb ->> 'entries')::integer, 0) + ${deleted.entries}::integer,
            'values', coalesce((outcome::jsonb ->> 'values')::integer, 0) + ${deleted.values}::integer))::text
          WHERE id = ${caseId}`
        // Behind the last one of this subject comes the next subject: no pseudonym has a character below the space.
        const next = ids.length === limit ? `${subject.pseudonym}/${ids.at(-1)}` : `${subject.pseudonym} `
        return { entries: deleted.entries, values: deleted.values, next }
      })
    },
  }
}

/**
 * The bounds of the ids, which are sorted, spare the partitions of other days. Of each row that goes only the key of each copy is
 * kept to be counted, not the copy.
 */
async function deleteOf(
  transaction: TransactionSql,
  ids: readonly string[],
): Promise<{ entries: number; values: number; copies: CountedCopies[] }> {
  const [first = FIRST, last = FIRST] = [ids[0], ids.at(-1)]
  const keyIn = (column: string) => transaction.unsafe(KEY_IN(column))
  const keyNamed = transaction.unsafe(KEY_NAMED('key'))
  const [content, values] = await Promise.all([
    transaction<(CountedCopies & { rows: number })[]>`
      WITH gone AS (
        DELETE FROM content WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}
        RETURNING ${keyIn('sealed_subject')} AS subject, ${keyIn('sealed_prompt')} AS prompt,
          ${keyIn('sealed_response')} AS response)
      SELECT 'content' AS store, ${keyNamed} AS key, count(*)::integer AS copies,
        (SELECT count(*) FROM gone)::integer AS rows
      FROM gone, LATERAL (VALUES (subject), (prompt), (response)) AS sealed (key) GROUP BY sealed.key`,
    transaction<CountedCopies[]>`
      WITH gone AS (
        DELETE FROM pii_value WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}
        RETURNING ${keyIn('sealed_value')} AS key)
      SELECT 'value' AS store, ${keyNamed} AS key, count(*)::integer AS copies FROM gone GROUP BY gone.key`,
    transaction`DELETE FROM idempotency WHERE request_id = ANY(${ids}::uuid[])`,
  ])
  return {
    entries: content[0]?.rows ?? 0,
    values: values.reduce((sum, { copies }) => sum + copies, 0),
    copies: [...content, ...values],
  }
}
