import type postgres from 'postgres'

/** Rows of one statement. */
const AT_ONCE = 10_000
/** Milliseconds by which they are older: what has just begun is looked for in Temporal one by one. */
const AGE_MS = 3_600_000

/** Bytes at the beginning of a sealed blob that name its key, and come before what differs from one blob to the next. */
const HEAD_BYTES = 17

/**
 * Makes a recorded request many: `count` entries of its person in all, each with content and detected values as large as its own,
 * in the order of their times and with a ciphertext of their own, as a gateway writes them. They have no leaf and no workflow,
 * which an erasure does not ask for. Gives the id of the person's data key.
 */
export async function plantEntries(sql: postgres.Sql, sample: string, count: number): Promise<string> {
  const columns = async (table: string, id: string, from: string) => {
    const rows = await sql`
      SELECT quote_ident(column_name) AS name FROM information_schema.columns
      WHERE table_name = ${table} AND column_name <> ${id} ORDER BY ordinal_position`
    const names = rows.map(({ name }) => name as string)
    return { into: names.join(', '), values: names.map((name) => valueOf(`${from}.${name}`, name)).join(', ') }
  }
  const [entry, content, value] = await Promise.all([
    columns('ledger_entry', 'id', 'e'),
    columns('content', 'entry_id', 'c'),
    columns('pii_value', 'entry_id', 'v'),
  ])
  const since = Number.parseInt(sample.replace('-', '').slice(0, 12), 16) - AGE_MS
  for (let left = count - 1; left > 0; left -= AT_ONCE) {
    await sql.unsafe(
      `WITH fresh AS MATERIALIZED (
         SELECT (lpad(to_hex($2::bigint + g), 12, '0') || '7' || left(md5(random()::text), 3) || '8' ||
           left(md5(random()::text || g), 15))::uuid AS id
         FROM generate_series(1, $1::integer) g),
       entries AS (INSERT INTO ledger_entry (id, ${entry.into}) SELECT f.id, ${entry.values}
         FROM fresh f, ledger_entry e WHERE e.id = '${sample}' ORDER BY f.id),
       contents AS (INSERT INTO content (entry_id, ${content.into}) SELECT f.id, ${content.values}
         FROM fresh f, content c WHERE c.entry_id = '${sample}' ORDER BY f.id)
       INSERT INTO pii_value (entry_id, ${value.into}) SELECT f.id, ${value.values}
         FROM fresh f, pii_value v WHERE v.entry_id = '${sample}' ORDER BY f.id`,
      [Math.min(left, AT_ONCE), since + count - 1 - left],
    )
  }
  const [row] = await sql`
    SELECT s.data_key_id FROM ledger_entry e JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
    WHERE e.id = ${sample}`
  return row?.data_key_id
}

/** A sealed blob under the same key whose bytes are others in each row: what is the same in all would be packed in the WAL. */
function valueOf(column: string, name: string): string {
  if (!name.startsWith('sealed_')) return column
  return `substring(${column} FOR ${HEAD_BYTES}) || substring((
    SELECT string_agg(sha512(convert_to(f.id::text || '${name}' || n, 'UTF8')), ''::bytea)
    FROM generate_series(0, octet_length(${column}) / 64) n) FOR octet_length(${column}) - ${HEAD_BYTES})`
}
