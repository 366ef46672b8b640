const LEVELS = 30
const levels = (wrap: (inner: string, level: number) => string, innermost: string) =>
  Array.from({ length: LEVELS }, (_, level) => level).reduce(wrap, innermost)
const ctes = (recursive: string, body: (level: number) => string, order: (names: string[]) => string[]) => {
  const all = Array.from({ length: LEVELS }, (_, level) => `c${level + 1} AS (${body(level)})`)
  return `WITH ${recursive}${order(['c0 AS (SELECT id AS a FROM orders)', ...all]).join(', ')} SELECT a FROM c${LEVELS} WHERE a > 0`
}

/** A kilobyte of text whose expressions double with each level once they stand in one another: no plan of them ends. */
export const GROWING: readonly string[] = [
  levels((inner, n) => `SELECT a + a AS a FROM (${inner}) s${n}`, 'SELECT id AS a FROM orders'),
  levels((inner, n) => `SELECT a || a FROM (${inner}) s${n} (a)`, 'SELECT name FROM customers'),
  levels((inner, n) => `SELECT "?column?" + "?column?" FROM (${inner}) s${n}`, 'SELECT id + 1 FROM orders'),
  levels((inner, n) => `SELECT s${n} AS a, s${n} AS b FROM (${inner}) s${n}`, 'SELECT id FROM orders'),
  levels((inner, n) => `SELECT ROW(s${n}.*, s${n}.*) AS a FROM (${inner}) s${n}`, 'SELECT id FROM orders'),
  levels(
    (inner, n) => `SELECT *, a + a AS b${n} FROM (SELECT a + a AS a FROM (${inner}) s${n}) t${n}`,
    'SELECT id AS a FROM orders',
  ),
  levels((inner, n) => `SELECT a + a AS a FROM (${inner}) s${n} GROUP BY a`, 'SELECT id AS a FROM orders'),
  levels(
    (inner, n) => `SELECT x.a + y.a AS a FROM (${inner}) x, LATERAL (SELECT x.a) y WHERE ${n} >= 0`,
    'SELECT id AS a FROM orders',
  ),
  `SELECT ${levels((inner) => `(${inner} BETWEEN false AND true)`, 'true')}`,
  `SELECT ${levels((inner) => `(${inner} BETWEEN SYMMETRIC false AND true)`, 'true')}`,
  `SELECT ${levels((inner) => `((${inner}) NOT BETWEEN SYMMETRIC false AND true)`, 'id > 2')} FROM orders`,
  `SELECT ${levels((inner) => `((${inner}) IN (note IS NULL, id > 1))`, 'id > 2')} FROM orders`,
  `WITH unnamed AS (SELECT ${levels((inner) => `((${inner}) NOT BETWEEN SYMMETRIC false AND true)`, 'id > 2')} FROM orders) SELECT 1`,
  ctes(
    '',
    (n) => `SELECT a + a AS a FROM c${n}`,
    (all) => all,
  ),
  ctes(
    'RECURSIVE ',
    (n) => `SELECT a + a AS a FROM c${n}`,
    (all) => all,
  ),
  ctes(
    'RECURSIVE ',
    (n) => `SELECT a + a AS a FROM c${n}`,
    (all) => all.toReversed(),
  ),
  ctes(
    '',
    (n) => `SELECT (SELECT x.a + x.a) AS a FROM c${n} AS x`,
    (all) => all,
  ),
  ctes(
    '',
    (n) => `SELECT a + a AS a FROM c${n} UNION ALL SELECT a - a FROM c${n}`,
    (all) => all,
  ),
]

const GATHERED =
  '(SELECT array_agg(g) AS a FROM generate_series(1, 1000000) g) x, (SELECT array_agg(-g) AS b FROM generate_series(1, 1000000) g) y'
const TEXTS =
  "(SELECT string_agg(repeat('a', 1000), '') AS h FROM generate_series(1, 50000)) x, (SELECT 'b' || string_agg(repeat('a', 1000), '') AS n FROM generate_series(1, 50)) y"

/** Two large values compared part by part: the database does not look up from it, whoever cancels. */
export const SEARCHING: readonly string[] = [
  ...['&&', '@>', '<@'].map((operator) => `SELECT a ${operator} b FROM ${GATHERED}`),
  `SELECT to_jsonb(a) @> to_jsonb(b) FROM ${GATHERED}`,
  'SELECT x && x FROM (SELECT ARRAY(SELECT g FROM generate_series(1, 1000000) g) AS x) s',
  'SELECT 1 FROM orders o WHERE ARRAY(SELECT g FROM generate_series(1, 1000000) g) && ARRAY(SELECT -g FROM generate_series(1, 1000000) g)',
  'WITH RECURSIVE t(n, a) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, a || a FROM t WHERE n < 20) SELECT x.a <@ y.a FROM t x, t y',
  `SELECT jsonb_agg(a) ?| array_agg(b::text) FROM ${GATHERED}`,
  `SELECT strpos(h, n) FROM ${TEXTS}`,
  `SELECT position(n IN h) FROM ${TEXTS}`,
  `SELECT replace(h, n, '') IS NULL FROM ${TEXTS}`,
  `SELECT split_part(h, n, 2) FROM ${TEXTS}`,
  `SELECT string_to_array(h, n) IS NULL FROM ${TEXTS}`,
  `SELECT translate(h, n, 'c') IS NULL FROM ${TEXTS}`,
  `SELECT ltrim(h, n) IS NULL, btrim(h, n) IS NULL, rtrim(h, n) IS NULL FROM ${TEXTS}`,
  `SELECT h LIKE '%' || n FROM ${TEXTS}`,
  `SELECT h NOT ILIKE '%' || n FROM ${TEXTS}`,
  `SELECT h LIKE '%' || n ESCAPE '!' FROM ${TEXTS}`,
  `SELECT "like"(h, n) FROM ${TEXTS}`,
  `SELECT h LIKE ANY (ARRAY[n]) FROM ${TEXTS}`,
  "SELECT normalize(string_agg(U&'\\0323\\0301', ''), NFD) IS NULL FROM generate_series(1, 1000000)",
  "SELECT (p.t).path ?# (p.t).path FROM (SELECT '(' || string_agg('(1,1)', ',') || ')' AS t FROM generate_series(1, 500000)) p",
  "SELECT p.path <-> q.path FROM (SELECT '(' || string_agg('(1,1)', ',') || ')' FROM generate_series(1, 500000)) p, (SELECT '(' || string_agg('(2,2)', ',') || ')' FROM generate_series(1, 500000)) q",
  "SELECT t::polygon && t::polygon FROM (SELECT '(' || string_agg('(1,1)', ',') || ')' AS t FROM generate_series(1, 500000)) p",
]
