import { beforeAll, describe, expect, it } from 'vitest'
import { openSqlParser } from '../../../src/adapters/pg-parser/sql-parser.ts'
import { guardSql, placeInGiven, type Verdict } from '../../../src/domain/sql-guard/guard.ts'
import type { SqlParser } from '../../../src/domain/sql-guard/parser.ts'
import { statementIn } from '../../../src/domain/sql-guard/question.ts'
import { restoreLiterals } from '../../../src/domain/sql-guard/restore-literals.ts'
import { DEFAULT_DATABASE_LIMITS } from '../../../src/domain/sql-guard/settings.ts'
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
  attributeFunctions: new Set(['pg_sleep']),
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
