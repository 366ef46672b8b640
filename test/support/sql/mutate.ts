/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const GLUE: readonly string[] = [
  ...[
    ' UNION ALL ',
    ' UNION ',
    ' INTERSECT ',
    '; ',
    ' AND ',
    ' OR ',
    ', ',
    ' FROM ',
    ' WHERE ',
    ' ORDER BY ',
    ' LIMIT ',
  ],
  ...[
    ' /**/ ',
    ' -- \n',
    ' OPERATOR(pg_catalog.=) ',
    ' COLLATE "C" ',
    '::text ',
    '::regclass ',
    ' INTO x ',
    ' FOR UPDATE ',
  ],
  ...[
    '(',
    ')',
    '[1]',
    "'",
    '"',
    '$$',
    'E',
    'U&',
    '.',
    '*',
    'pg_sleep(0.01)',
    'pg_authid',
    'base.secrets',
    ' AS pg_sleep ',
  ],
]

/** Makes more of a value. */
const GROWTH: readonly string[] = [
  "replace($::text, 'a', $::text)",
  'repeat($::text, 1000)',
  '$::text || $::text',
  'array_agg($) @> array_agg($)',
  "string_agg(format('%1$s%1$s', $), '') LIKE '%' || string_agg($::text, '')",
  'jsonb_build_array($, $, to_jsonb($)::text)',
  "regexp_replace(string_agg($::text, ''), '.', '\\&\\&', 'g')",
]

/** One statement made of one or two others: parts put in one another's place, in brackets, twice, cut, respelled. */
export function mutate(random: () => number, statements: readonly string[]): string {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  let sql = pick(statements)
  const times = 1 + Math.floor(random() * 4)
  for (let time = 0; time < times; time++) {
    const other = pick(statements)
    const at = Math.floor(random() * (sql.length + 1))
    const words = sql.split(/(\s+)/)
    const place = Math.floor(random() * words.length)
    sql = pick([
      () => sql.slice(0, at) + pick(GLUE) + sql.slice(at),
      () => words.with(place, pick(other.split(/\s+/))).join(''),
      () => words.toSpliced(place, 1).join(''),
      () => words.with(place, `(${other})`).join(''),
      () => `SELECT * FROM (${sql}) AS a, (${other}) AS b`,
      () => `WITH a AS (${other}) ${sql}`,
      () => `WITH RECURSIVE a AS (${sql} UNION ALL ${other}) SELECT * FROM a`,
      () => `${sql}${pick(GLUE)}${other}`,
      () => `SELECT (${sql}), EXISTS (${other})`,
      () => `SELECT ${pick(GROWTH).replaceAll('$', `(${sql})`)}`,
      () => `SELECT ${pick(GROWTH).replaceAll('$', 'x')} FROM (SELECT (${other})::text AS x) y`,
      () => sql.replace(/\b[a-z_]{3,}\b/g, (word) => (random() < 0.1 ? `"${word}"` : word)),
      () => sql.replace(/\s/g, () => (random() < 0.2 ? '/* x */' : ' ')),
    ])()
  }
  return sql
}
