import type { Query } from '../sql.ts'

/** Entries that are looked at in one statement. */
const STRETCH = 1000
const FIRST = '00000000-0000-0000-0000-000000000000'

/** Ids of a person's entries, in stretches. */
export async function* entriesOf(
  sql: Query,
  pseudonyms: readonly string[],
  { from = FIRST, limit = STRETCH } = {},
): AsyncGenerator<string[]> {
  for (const pseudonym of pseudonyms) {
    for (let after = from; ; ) {
      const rows = await sql`
        SELECT id FROM ledger_entry WHERE subject_pseudonym = ${pseudonym} AND id > ${after} ORDER BY id LIMIT ${limit}`
      const last = rows.at(-1)
      if (!last) break
      yield rows.map(({ id }) => id)
      after = last.id
    }
  }
}
