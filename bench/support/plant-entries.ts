import type postgres from 'postgres'

/** Rows of one statement. */
const AT_ONCE = 10_000
/** Milliseconds by which they are older: what has just begun is looked for in Temporal one by one. */
const AGE_MS = 3_600_000

/**
 * Makes a recorded request many: `count` entries of its person in all, each with content and detected values like its own. They
 * have no leaf and no workflow, which an erasure does not ask for. Gives the id of the person's data key.
 */
export async function plantEntries(sql: postgres.Sql, sample: string, count: number): Promise<string> {
  const columns = async (table: string, id: string) => {
    const rows = await sql`
      SELECT quote_ident(column_name) AS name FROM information_schema.columns
      WHERE table_name = ${table} AND column_name <> ${id} ORDER BY ordinal_position`
    return rows.map(({ name }) => name).join(', ')
  }
  const [entry, content, value] = await Promise.all([
    columns('ledger_entry', 'id'),
    columns('content', 'entry_id'),
    columns('pii_value', 'entry_id'),
  ])
  for (let left = count - 1; left > 0; left -= AT_ONCE) {
    await sql.unsafe(
      `WITH fresh AS MATERIALIZED (
         SELECT (lpad(to_hex($2::bigint), 12, '0') || '7' || left(md5(random()::text), 3) || '8' ||
           left(md5(random()::text || g), 15))::uuid AS id
         FROM generate_series(1, $1::integer) g),
       entries AS (INSERT INTO ledger_entry (id, ${entry}) SELECT f.id, ${entry.replaceAll(/(^|, )/g, '$1e.')}
         FROM fresh f, ledger_entry e WHERE e.id = '${sample}'),
       contents AS (INSERT INTO content (entry_id, ${content}) SELECT f.id, ${content.replaceAll(/(^|, )/g, '$1c.')}
         FROM fresh f, content c WHERE c.entry_id = '${sample}')
       INSERT INTO pii_value (entry_id, ${value}) SELECT f.id, ${value.replaceAll(/(^|, )/g, '$1v.')}
         FROM fresh f, pii_value v WHERE v.entry_id = '${sample}'`,
      [Math.min(left, AT_ONCE), Number.parseInt(sample.replace('-', '').slice(0, 12), 16) - AGE_MS],
    )
  }
  const [row] = await sql`
    SELECT s.data_key_id FROM ledger_entry e JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
    WHERE e.id = ${sample}`
  return row?.data_key_id
}
