import { beforeAll, describe, expect, it } from 'vitest'
import { openSqlParser } from '../../../src/adapters/pg-parser/sql-parser.ts'
import { guardSql, placeInGiven, type Verdict } from '../../../src/domain/sql-guard/guard.ts'
import type { SqlParser } from '../../../src/domain/sql-guard/parser.ts'
import { statementIn } from '../../../src/domain/sql-guard/question.ts'
import { restoreLiterals } from '../../../src/domain/sql-guard/restore-literals.ts'
import { DEFAULT_DATABASE_LIMITS, memoryFor } from '../../../src/domain/sql-guard/settings.ts'
import { setupScript } from '../../../src/domain/sql-guard/setup-script.ts'
import { shapeOf } from '../../../src/domain/sql-guard/shape.ts'
import type { GuardPolicy } from '../../../src/domain/sql-guard/types.ts'

const POLICY: GuardPolicy = {
  views: [
    { schema: 'reporting', name: 'orders', columns: ['id', 'total'] },
    { schema: 'reporting', name: 'Odd "name"', columns: ['id'] },
    { schema: 'sales', name: 'twice', columns: ['id'] },
    { schema: 'reporting', name: 'twice', columns: ['id'] },
  ],
  functions: new Set(['reporting.fiscal_year']),
  attributeCalls: new Set(['pg_sleep', 'regrole']),
}

describe('the guard of statements', () => {
  let parser: SqlParser
  beforeAll(async () => {
    parser = await openSqlParser()
  })
  const guard = (sql: string): Verdict => guardSql(sql, POLICY, parser)
  const sqlOf = (sql: string) => {
    const verdict = guard(sql)
    return verdict.kind === 'passed' ? verdict.sql : verdict.refusal.code
  }
  const refusalOf = (sql: string) => {
    const verdict = guard(sql)
    return verdict.kind === 'refused' ? verdict.refusal : null
  }

  it('writes the schema before each view and each function that is added, and nowhere else', () => {
    expect(sqlOf('SELECT orders.id FROM orders')).toBe('SELECT orders.id FROM "reporting".orders')
    expect(sqlOf("SELECT 'é', fiscal_year(id) FROM  ORDERS o")).toBe(
      'SELECT \'é\', "reporting".fiscal_year(id) FROM  "reporting".ORDERS o',
    )
    expect(sqlOf('SELECT * FROM "Odd ""name"""')).toBe('SELECT * FROM "reporting"."Odd ""name"""')
    expect(sqlOf('SELECT * FROM reporting.orders')).toBe('SELECT * FROM reporting.orders')
    expect(sqlOf('SELECT 1 FROM U&"\\006frders"')).toBe('SELECT 1 FROM "reporting".U&"\\006frders"')
  })

  it('knows names of WITH where they are in scope, as PostgreSQL has it', () => {
    const r = '"reporting".orders'
    expect(sqlOf('WITH orders AS (SELECT * FROM orders) SELECT * FROM orders')).toBe(
      `WITH orders AS (SELECT * FROM ${r}) SELECT * FROM orders`,
    )
    expect(sqlOf('WITH RECURSIVE orders AS (SELECT 1 UNION SELECT 1 FROM orders) TABLE orders')).not.toContain(r)
    expect(sqlOf('SELECT * FROM (WITH orders AS (SELECT 1) SELECT * FROM orders) x, orders')).toBe(
      `SELECT * FROM (WITH orders AS (SELECT 1) SELECT * FROM orders) x, ${r}`,
    )
    expect(sqlOf('WITH b AS (SELECT * FROM a), a AS (SELECT 1) SELECT * FROM b')).toBe('sql_relation_not_listed')
    expect(sqlOf('WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b')).toContain('FROM a')
    expect(sqlOf('WITH a AS (SELECT 1) SELECT 1 UNION SELECT * FROM a')).toContain('FROM a')
    expect(sqlOf('WITH pg_class AS (SELECT 1) SELECT * FROM pg_class')).toBe('sql_relation_not_listed')
  })

  it('asks for the schema where a name is that of two views', () => {
    expect(refusalOf('SELECT * FROM twice')?.message).toContain('sales.twice and reporting.twice')
    expect(sqlOf('SELECT * FROM sales.twice')).toBe('SELECT * FROM sales.twice')
  })

  it('tells the place in code points, whatever stands before it', () => {
    expect(refusalOf("SELECT '🦉é', pg_sleep(1)")).toMatchObject({ code: 'sql_function_not_listed', position: 14 })
    expect(refusalOf("SELECT '🦉' FRM orders")?.position).toBeGreaterThan(10)
    const sql = "SELECT '🦉', nope FROM orders o, twice"
    const insertions = [{ at: 30, text: '"reporting".' }]
    expect(placeInGiven(sql, insertions, 13)).toBe(13)
  })

  it('says of a syntax error nothing that stands in the statement', () => {
    expect(refusalOf("SELECT 'Ann Lee' 'x' FROM WHERE 'secret'")?.message).not.toMatch(/Ann|secret/)
  })

  it('refuses a NUL, which would end the text for the parser and not for everybody', () => {
    expect(sqlOf('SELECT 1\0; DROP TABLE x')).toBe('sql_syntax')
  })

  it('takes a name behind a row for a column, unless the database would call a function or cast to a type by it', () => {
    expect(sqlOf('SELECT o.total, o.name, (o).path FROM orders o')).toContain('"reporting".orders')
    for (const name of ['pg_sleep', 'regrole', 'pg_typeof', 'ctid']) {
      for (const sql of [`SELECT o.${name} FROM orders o`, `SELECT (o.total).${name} FROM orders o`]) {
        expect({ sql, code: sqlOf(sql) }).toEqual({ sql, code: 'sql_column_not_allowed' })
      }
    }
    expect(sqlOf('SELECT pg_typeof(total)::text FROM orders')).toContain('pg_typeof(total)::text')
    expect(refusalOf("SELECT pg_typeof(total) = 'base.secrets' FROM orders")?.message).toContain('pg_typeof(…)::text')
  })

  it('knows text search configurations by plain names alone', () => {
    expect(
      sqlOf("SELECT to_tsvector('english', 'x'), to_tsvector('a.b'), ts_headline(x, q, 'MaxWords=3') FROM orders"),
    ).not.toBe('sql_construct_not_allowed')
    for (const config of ["'base.evil'", "'16390'", '16390', 'total', "(SELECT 'english')"]) {
      expect(sqlOf(`SELECT to_tsvector(${config}, 'x') FROM orders`)).toBe('sql_construct_not_allowed')
    }
  })

  it('lets a call make no more than a thousand characters of nothing, all repeats together', () => {
    for (const call of [
      "repeat('x', 1000)",
      "repeat('#', least(total::int / 10, 60))",
      "lpad(id::text, 8, '0'), rpad('x', 1000)",
      "repeat('x', 10), repeat('y', 100)",
      "'x'::char(1000)",
    ]) {
      expect({ call, sql: sqlOf(`SELECT ${call} FROM orders`) }).toMatchObject({ sql: expect.stringContaining(call) })
    }
    for (const call of [
      "repeat('x', 1001)",
      'repeat(name, total)',
      "repeat('x', greatest(1, 10))",
      "repeat('x', 100), repeat('y', 100)",
      "repeat(repeat('x', 100), 100)",
      "'x'::char(1001)",
      "'1'::bit(2000)",
      `replace(name, 'a', '${'b'.repeat(1_001)}')`,
    ]) {
      expect({ call, code: sqlOf(`SELECT ${call} FROM orders`) }).toEqual({ call, code: 'sql_too_large' })
    }
  })

  it('refuses what compares two values without a bound part by part, and nothing that has a bound on one side', () => {
    const gathered = '(SELECT array_agg(id) AS ids, string_agg(name, $$$$) AS names FROM orders) x'
    for (const compared of [
      'ids && ids',
      'strpos(names, names) > 0',
      'names LIKE $$%$$ || names',
      "replace(names, names, '') = ''",
      "replace(names, 'a', names) = ''",
      'to_jsonb(ids) - ids::text[] IS NULL',
      `names LIKE '%${'a'.repeat(300)}%'`,
    ]) {
      expect({ compared, code: sqlOf(`SELECT 1 FROM ${gathered} WHERE ${compared}`) }).toEqual({
        compared,
        code: 'sql_too_large',
      })
    }
    for (const compared of [
      'ids && ARRAY[1, 2]',
      "strpos(names, 'a') > 0",
      "names LIKE '%a%'",
      "replace(names, ', ', ' and ') = ''",
      "length(upper(names || ', ' || names)) > 3",
    ]) {
      expect({ compared, sql: sqlOf(`SELECT 1 FROM ${gathered} WHERE ${compared}`) }).toMatchObject({
        sql: expect.stringContaining(compared),
      })
    }
    // Without anything that gathers, both are what a view has.
    expect(sqlOf("SELECT a.id FROM orders a JOIN orders b ON a.name LIKE '%' || b.name")).toContain('LIKE')
  })

  it('knows how large a value can become, wherever its parts come from, and refuses what nothing would stop', () => {
    const [texts, many] = ['b'.repeat(20_000), 'a'.repeat(20_000)]
    const gathered = "(SELECT string_agg(name, '') AS h, jsonb_object_agg(id, total) AS j FROM orders) x"
    for (const sql of [
      `SELECT replace('${many}', 'a', x) FROM (VALUES ('${texts}')) v (x)`,
      `SELECT replace('${many}', 'a', x) FROM (SELECT '${texts}' AS x OFFSET 0) v`,
      `WITH v AS MATERIALIZED (SELECT '${texts}' AS x) SELECT replace('${many}', 'a', x) FROM v`,
      `SELECT z.b FROM ${gathered}, LATERAL (SELECT replace(x.h, 'x', x.h) AS b) z`,
      "SELECT polygon(60000000, circle '<(0,0),1>')",
      "SELECT polygon(id, circle '<(0,0),1>') FROM orders",
      `SELECT ${'to_json('.repeat(20)}name${')::text'.repeat(20)} FROM orders`,
      `SELECT ${Array.from({ length: 100 }, (_, n) => `9.1 ^ ${130_000 - n} > 0`).join(' AND ')}`,
      `SELECT ${Array.from({ length: 20 }, () => 'reverse(h)').join(', ')} FROM ${gathered}`,
      `SELECT ${Array.from({ length: 20 }, () => 'md5(h)').join(', ')} FROM ${gathered}`,
      `SELECT format('${'%1$s'.repeat(100)}', h) FROM ${gathered}`,
      `SELECT concat_ws(h, ${Array.from({ length: 40 }, () => "'a'").join(', ')}) FROM ${gathered}`,
      "WITH RECURSIVE t(n, a) AS (SELECT 1, 'ab' UNION ALL SELECT n + 1, replace(a, 'a', a) FROM t) SELECT 1 FROM t",
    ]) {
      expect({ sql: sql.slice(0, 120), code: sqlOf(sql) }).toEqual({ sql: sql.slice(0, 120), code: 'sql_too_large' })
    }
    for (const sql of [
      'SELECT replace(name, city, country), regexp_replace(name, city, country) FROM orders',
      `SELECT ${Array.from({ length: 24 }, (_, n) => `(j ->> '${n}')::numeric`).join(', ')} FROM ${gathered}`,
      "SELECT array_to_string(array_agg(a), ', '), array_to_string(array_agg(b), ', '), upper(string_agg(c, ',')) FROM orders",
      'SELECT round(total * power(1 + rate / 12, 12 * years) / (power(1 + rate / 12, 12 * years) - 1), 2) FROM orders',
      "WITH RECURSIVE t(n, way) AS (SELECT 1, 'a' UNION ALL SELECT n + 1, way || '/' || n FROM t) SELECT n * n, way FROM t",
      'WITH RECURSIVE f(a, b) AS (SELECT 0::numeric, 1::numeric UNION ALL SELECT b, a + b FROM f WHERE a < 1e9) SELECT a FROM f',
      'SELECT range_agg(open) - range_agg(taken) FROM orders',
    ]) {
      expect({ sql, code: refusalOf(sql)?.code }).toEqual({ sql, code: undefined })
    }
  })

  it('counts the copies of what a statement gathers, so that it may gather less the more there are', () => {
    const copiesOf = (sql: string) => {
      const verdict = guard(sql)
      return verdict.kind === 'passed' ? verdict.facts.copies : null
    }
    expect(copiesOf('SELECT array_agg(id), max(id) FROM orders')).toBe(0)
    expect(copiesOf("SELECT reverse(string_agg(name, '')) FROM orders")).toBe(1)
    expect(copiesOf("SELECT string_agg(name, '')::jsonb FROM orders")).toBe(5)
    expect(copiesOf('SELECT upper(name), name::jsonb FROM orders')).toBe(0)
    const [none, some, many] = [0, 3, 16].map((copies) => memoryFor(DEFAULT_DATABASE_LIMITS, copies) / 2 ** 20)
    expect([none, some, many]).toEqual([512, 128, 64])
    expect(memoryFor({ maxMemoryBytes: 1_000 }, 16)).toBe(1_000)
  })

  it('counts what the planner makes of subqueries in one another: by the name of a column, and none behind LIMIT', () => {
    const chain = (levels: number, target: string, more = '') =>
      Array.from({ length: levels }).reduce(
        (inner: string) => `SELECT ${target} FROM (${inner}) s${more}`,
        'SELECT id AS a, total AS b FROM orders',
      )
    expect(sqlOf(chain(30, 'a + a AS a, b'))).toBe('sql_too_large')
    expect(sqlOf(chain(30, '(a IS NULL) = (a IS NULL) AS a, b'))).toBe('sql_too_complex')
    expect(sqlOf(chain(30, 'b, a + 1 AS a'))).not.toBe('sql_too_complex')
    expect(sqlOf(chain(30, 'a, b + b AS c, b'))).not.toBe('sql_too_complex')
    expect(sqlOf(chain(30, 'a + a AS a, b', ' LIMIT 10'))).not.toBe('sql_too_complex')
    expect(sqlOf(chain(30, '*, a + b AS c'))).not.toBe('sql_too_complex')
  })

  it('keeps out of the shape whatever its author could have written into it', () => {
    const shape = (sql: string) => shapeOf(parser.tokens(sql), new Set(['orders', 'total', 'name']))
    expect(
      shape('SELECT total AS "Ann Lee", \'Ann\' /* Ann */ FROM orders ann WHERE Name = $q$Ann$q$ AND x.ann > 5 -- Ann'),
    ).toBe('SELECT total AS _, ? FROM orders _ WHERE name = ? AND _._ > ?')
  })

  describe('values that come back into a statement', () => {
    const values = [
      { placeholder: '[PERSON_1]', entityType: 'PERSON', value: "O'Brien\\'; DROP TABLE x --" },
      { placeholder: '[PERSON_2]', entityType: 'PERSON', value: '[PERSON_1]' },
    ]
    const restore = (sql: string) => restoreLiterals(sql, parser.tokens(sql), values)
    const constantsOf = (sql: string) => {
      const found: string[] = []
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        const { A_Const: constant } = node as { A_Const?: { sval?: { sval?: string } } }
        if (constant?.sval?.sval !== undefined) found.push(constant.sval.sval)
        for (const one of Object.values(node)) walk(one)
      }
      const statements = parser.parse(sql)
      expect(statements.length).toBe(1)
      walk(statements)
      return found
    }

    it('stay inside their constant, however it is spelled and whatever they hold', () => {
      const value = values[0]?.value
      for (const constant of [
        "'[PERSON_1]'",
        "E'[PERSON_1]'",
        "U&'[PERSON_1]'",
        '$$[PERSON_1]$$',
        '$t$[PERSON_1]$t$',
        "e'[PERSON_1]'",
      ]) {
        expect({ constant, found: constantsOf(restore(`SELECT id FROM orders WHERE id = ${constant}`)) }).toEqual({
          constant,
          found: [value],
        })
      }
      expect(constantsOf(restore("SELECT '%[PERSON_1]%', 'it''s'"))).toEqual([`%${value}%`, "it's"])
    })

    it('are not looked at again, and nowhere else are they put', () => {
      expect(constantsOf(restore("SELECT '[PERSON_2]'"))).toEqual(['[PERSON_1]'])
      expect(restore('SELECT [PERSON_1], "[PERSON_1]" -- [PERSON_1]')).toBe(
        'SELECT [PERSON_1], "[PERSON_1]" -- [PERSON_1]',
      )
      expect(restore("SELECT '[PERSON_9]'")).toBe("SELECT '[PERSON_9]'")
    })
  })

  it('finds the statement in an answer, with Markdown or without', () => {
    expect(statementIn('SELECT 1')).toBe('SELECT 1')
    expect(statementIn('Here:\n```sql\nSELECT 1\n```\nDone.')).toBe('SELECT 1')
    expect(statementIn('```\nSELECT 1\n```\n```sql\nSELECT 2\n```')).toBe('SELECT 1;\nSELECT 2')
    expect(statementIn('  ')).toBeNull()
    expect(statementIn(null)).toBeNull()
  })

  it('writes a set-up script that is valid SQL, also for names with quotes', () => {
    const settings = {
      ...{ name: 'a\nb', url: 'postgres://x', functions: ['o"dd.f'], tenants: null, model: null },
      views: [{ schema: 'o"dd', name: "it's" }],
      limits: DEFAULT_DATABASE_LIMITS,
    }
    const script = setupScript(settings, `evil"; DROP ROLE 'x`)
    expect(parser.parse(script.replace(/^--.*$/gm, '')).length).toBeGreaterThan(10)
    expect(script).toContain(`GRANT SELECT ON "o""dd"."it's" TO "evil""; DROP ROLE 'x"`)
  })
})
