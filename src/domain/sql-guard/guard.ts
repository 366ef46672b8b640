import { checkStatement } from './check-statement.ts'
import { type SqlParser, SqlSyntaxError } from './parser.ts'
import { type GuardPolicy, type GuardRefusal, type Passed, Refused } from './types.ts'

/** Bytes of a statement. */
export const MAX_SQL_BYTES = 64 * 1024
/** Parentheses that open, and words and signs, of a statement: what the parser itself can be asked. */
const MAX_PARENTHESES = 1_000
const MAX_WORDS = 6_000

export type Verdict =
  | { kind: 'passed' /** As it is run: every relation with its schema. */; sql: string; facts: Passed }
  | { kind: 'refused'; refusal: GuardRefusal }

/** Decides whether a text is one statement that only reads what may be read, and makes of it the one that is run. */
export function guardSql(sql: string, policy: GuardPolicy, parser: Pick<SqlParser, 'parse'>): Verdict {
  try {
    const statement = oneStatement(sql, parser)
    const facts = checkStatement(statement, policy)
    return { kind: 'passed', sql: withInsertions(sql, facts.insertions), facts }
  } catch (error) {
    if (error instanceof SqlSyntaxError) {
      const message = `This is not valid SQL of PostgreSQL: ${worded(error.message)}.`
      return { kind: 'refused', refusal: { code: 'sql_syntax', message, position: error.position } }
    }
    if (error instanceof RangeError) return { kind: 'refused', refusal: tooComplex() }
    if (!(error instanceof Refused)) throw error
    const { code, message, at } = error
    return { kind: 'refused', refusal: { code, message, position: at === null ? null : codePointOf(sql, at) } }
  }
}

function oneStatement(sql: string, parser: Pick<SqlParser, 'parse'>) {
  if (Buffer.byteLength(sql, 'utf8') > MAX_SQL_BYTES) {
    throw new Refused('sql_too_long', `The statement is longer than ${MAX_SQL_BYTES} bytes: write a shorter one.`)
  }
  if (sql.includes('\0') || !sql.isWellFormed()) {
    throw new Refused('sql_syntax', 'The statement has characters that no text of PostgreSQL can have.')
  }
  const parentheses = sql.match(/[([]/g)?.length ?? 0
  const words = sql.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu)?.length ?? 0
  if (parentheses > MAX_PARENTHESES || words > MAX_WORDS) {
    const { code, message } = tooComplex()
    throw new Refused(code, message)
  }
  const statements = parser.parse(sql)
  const [first] = statements
  if (!first || statements.length > 1) {
    throw new Refused('sql_not_one_statement', `Send one statement: this text has ${statements.length}.`)
  }
  return first
}

function tooComplex(): GuardRefusal {
  const message = 'The statement is too large or nested too deeply: write a simpler one.'
  return { code: 'sql_too_complex', message, position: null }
}

/** The parser's words without what it quotes of the text. */
function worded(message: string): string {
  return message.replace(/ at or near ".*"$/s, ' here')
}

function withInsertions(sql: string, insertions: Passed['insertions']): string {
  if (insertions.length === 0) return sql
  const bytes = Buffer.from(sql, 'utf8')
  const parts: Buffer[] = []
  let done = 0
  for (const { at, text } of insertions) {
    parts.push(bytes.subarray(done, at), Buffer.from(text, 'utf8'))
    done = at
  }
  return Buffer.concat([...parts, bytes.subarray(done)]).toString('utf8')
}

/** The place of a byte in code points, counted from 1. */
export function codePointOf(sql: string, at: number): number {
  const before = Buffer.from(sql, 'utf8').subarray(0, at).toString('utf8')
  return [...before].length + 1
}

/** Where a place of the statement that was run, in code points from 1, stands in the one that was given. */
export function placeInGiven(sql: string, insertions: Passed['insertions'], position: number): number {
  let shift = 0
  for (const { at, text } of insertions) {
    const length = [...text].length
    if (codePointOf(sql, at) + shift + length <= position) shift += length
    else break
  }
  return Math.max(1, position - shift)
}
