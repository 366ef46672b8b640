import type { ErasureContent } from '../../../ports/erasure-content.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { noteSealedCopies } from './sealed-copies.ts'

const FIRST = '00000000-0000-0000-0000-000000000000'

/** Deletes what is sealed of a case's subjects, one subject after the other, each in the order of its entries' ids. */
export function createErasureContent({ sql }: { sql: Sql }): ErasureContent {
  return {
    async deleteStretch(caseId, after, limit) {
      if (after === null) await noteSealedCopies(sql, caseId)
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
        // The bounds spare the partitions of other days.
        const [first = FIRST, last = FIRST] = [ids[0], ids.at(-1)]
        const [entries, values] = await Promise.all([
          transaction`
            DELETE FROM content WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
          transaction`
            DELETE FROM pii_value WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
          transaction`DELETE FROM idempotency WHERE request_id = ANY(${ids}::uuid[])`,
        ])
        await transaction`
          UPDATE erasure_case SET outcome = (outcome::jsonb || jsonb_build_object(
            'entries', coalesce((outcome::jsonb ->> 'entries')::integer, 0) + ${entries.count}::integer,
            'values', coalesce((outcome::jsonb ->> 'values')::integer, 0) + ${values.count}::integer))::text
          WHERE id = ${caseId}`
        // Behind the last one of this subject comes the next subject: no pseudonym has a character below the space.
        const next = ids.length === limit ? `${subject.pseudonym}/${last}` : `${subject.pseudonym} `
        return { entries: entries.count, values: values.count, next }
      })
    },
  }
}
