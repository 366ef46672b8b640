import type { OthersText, OthersValue, Places, TextStretch } from '../../../ports/mention-texts.ts'
import type { Row, Sql } from '../sql.ts'

/** Leaves that are looked up at once, and bytes of sealed text that are read at once. */
const LEAVES = 500
const BYTES = 4 * 1024 * 1024

export async function* walkTexts(
  sql: Sql,
  tenantId: string,
  pseudonyms: readonly string[],
  from: Places,
  until: Places | null,
  withOpen: boolean,
): AsyncGenerator<TextStretch> {
  const logs = await sql`SELECT log_id, generation FROM ledger_log WHERE tenant_id = ${tenantId} ORDER BY generation`
  let places = from
  for (const { log_id, generation } of logs) {
    for (;;) {
      const at = places[generation] ?? 0
      const end = until === null ? Number.MAX_SAFE_INTEGER : (until[generation] ?? 0)
      const leaves = await sql`
        SELECT entry_id, leaf_index::float8 AS leaf_index FROM ledger_leaf
        WHERE log_id = ${log_id} AND leaf_index >= ${at} AND leaf_index < ${end} ORDER BY leaf_index LIMIT ${LEAVES}`
      const last = leaves.at(-1)
      if (!last) break
      const before = places
      places = { ...places, [generation]: last.leaf_index + 1 }
      yield* stretches(
        sql,
        leaves.map(({ entry_id }) => entry_id),
        pseudonyms,
        withOpen,
        before,
        places,
      )
    }
  }
}

/** The texts of some entries, in parts that fit the memory. */
async function* stretches(
  sql: Sql,
  ids: readonly string[],
  pseudonyms: readonly string[],
  withOpen: boolean,
  before: Places,
  behind: Places,
): AsyncGenerator<TextStretch> {
  const open = withOpen ? await readOpen(sql, ids) : []
  const [first, last] = boundsOf(ids)
  // The bounds spare the partitions of other days.
  const others = await sql`
    SELECT e.id, coalesce(e.subject_pseudonym, '') AS subject_pseudonym,
           coalesce(octet_length(c.sealed_prompt), 0) + coalesce(octet_length(c.sealed_response), 0) AS bytes
    FROM ledger_entry e JOIN content c ON c.entry_id = e.id
    WHERE e.id = ANY(${ids}::uuid[]) AND e.id BETWEEN ${first} AND ${last} AND c.entry_id BETWEEN ${first} AND ${last}
      AND NOT coalesce(e.subject_pseudonym, '') = ANY(${pseudonyms}::text[]) ORDER BY e.id`
  const parts = inParts(others)
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    const read = await readSealed(sql, part)
    yield { ...read, open: index === 0 ? open : [], places: isLast ? behind : before }
  }
  if (parts.length === 0) yield { texts: [], values: [], open, places: behind }
}

function inParts(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const row of rows) {
    if (bytes + row.bytes > BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(row)
    bytes += row.bytes
  }
  return parts
}

async function readSealed(sql: Sql, rows: readonly Row[]): Promise<{ texts: OthersText[]; values: OthersValue[] }> {
  const subjects = new Map(rows.map((row) => [row.id as string, row.subject_pseudonym as string]))
  const ids = [...subjects.keys()]
  const [first, last] = boundsOf(ids)
  const [contents, values] = await Promise.all([
    sql`
      SELECT entry_id, sealed_prompt, sealed_response FROM content
      WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
    sql`
      SELECT entry_id, placeholder, sealed_value FROM pii_value
      WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
  ])
  const of = (row: Row) => ({ entryId: row.entry_id, subjectPseudonym: subjects.get(row.entry_id) ?? '' })
  return {
    texts: contents.flatMap((row) => [
      ...(row.sealed_prompt === null ? [] : [{ ...of(row), group: 'prompt' as const, sealed: row.sealed_prompt }]),
      ...(row.sealed_response === null
        ? []
        : [{ ...of(row), group: 'response' as const, sealed: row.sealed_response }]),
    ]),
    values: values.map((row) => ({ ...of(row), placeholder: row.placeholder, sealed: row.sealed_value })),
  }
}

/**
 * Columns that hold text which somebody chose. Not: ids, times, numbers, digests, and pseudonyms, which are random.
 */
const OPEN_COLUMNS = [
  'kind team app api_key_id region route route_reason purpose lawful_basis provider model_asked model_answered price_usd',
  'price_version policy_version engine_version gateway_version tool feature entity_counts status error_code finish_reason',
  'attempts retention_class detail',
]
  .flatMap((names) => names.split(' '))
  .map((name) => `e.${name}`)

async function readOpen(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const [first, last] = boundsOf(ids)
  // A quote between two columns: no match stands across it.
  const rows = await sql`
    SELECT concat_ws(E'\n"\n', ${sql.unsafe(OPEN_COLUMNS.join(', '))}, array_to_string(e.flags, E'\n"\n'), c.coverage) AS open
    FROM ledger_entry e LEFT JOIN content c ON c.entry_id = e.id AND c.entry_id BETWEEN ${first} AND ${last}
    WHERE e.id = ANY(${ids}::uuid[]) AND e.id BETWEEN ${first} AND ${last}`
  return rows.map(({ open }) => open)
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

function boundsOf(ids: readonly string[]): [string, string] {
  const sorted = [...ids].sort()
  return [sorted[0] ?? NO_ID, sorted.at(-1) ?? NO_ID]
}
