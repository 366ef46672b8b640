import { type Query, type Question, relationOf } from '../../domain/reports/question.ts'
import type { ReportTable } from '../../domain/reports/types.ts'
import type { DuckRows, DuckStatement } from './run-statements.ts'
import { quoted } from './sql.ts'

/** Rows of a table that its report shows in its paper. */
const PREVIEW_ROWS = 60

type Column = ReportTable['columns'][number]

/** Puts a question, writes its files, and asks for what its report says of them: the last two are read. */
export function tableStatements(question: Question, query: Query, csv: string, json: string): DuckStatement[] {
  const { columns } = question
  const name = relationOf(question.name)
  const list = (as: (column: Column) => string) =>
    columns.map((column) => `${as(column)} AS ${identifier(column)}`).join(', ')
  const sums = numeric(columns).map((column) => `CAST(sum(${exact(column)}) AS VARCHAR)`)
  return [
    {
      sql: `CREATE TABLE ${name} AS ${query.text}`,
      parameters: query.parameters.map(({ value }) => value),
    },
    { sql: `COPY (SELECT ${list(shown)} FROM ${name}) TO ${quoted(csv)} (FORMAT csv, HEADER)` },
    { sql: `COPY (SELECT ${list(exactly)} FROM ${name}) TO ${quoted(json)} (FORMAT json, ARRAY true)` },
    { sql: `SELECT ${['count(*)', ...sums].join(', ')} FROM ${name}`, read: true },
    { sql: `SELECT ${list(exactly)} FROM ${name} LIMIT ${PREVIEW_ROWS}`, read: true },
  ]
}

/** How many of them are read. */
export const TABLE_READS = 2

export function tableOf(
  question: Question,
  query: Query,
  fingerprint: string,
  [totals, preview]: readonly (DuckRows | null)[],
): ReportTable {
  const { name, title, columns } = question
  const [rows, ...sums] = totals?.rows[0] ?? []
  const named = numeric(columns).map((column, index) => [column.name, sums[index] ?? null] as const)
  return {
    ...{ name, title, columns, fingerprint },
    query: query.text,
    parameters: query.parameters,
    rows: Number(rows ?? 0),
    controlTotals: Object.fromEntries(named.flatMap(([column, sum]) => (sum === null ? [] : [[column, String(sum)]]))),
    preview: (preview?.rows ?? []).map((row) => row.map((cell) => (Array.isArray(cell) ? cell.join(' ') : cell))),
  }
}

function numeric(columns: readonly Column[]): Column[] {
  return columns.filter(({ type }) => type === 'integer' || type === 'decimal')
}

function identifier({ name }: Column): string {
  return `"${name}"`
}

/** A column as the files show it. Times are ISO 8601 in UTC. */
function shown(column: Column): string {
  const name = identifier(column)
  switch (column.type) {
    case 'time':
      return `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%fZ')`
    case 'integer':
      return `CAST(${name} AS BIGINT)`
    case 'decimal':
      return exact(column)
    case 'boolean':
      return `CAST(${name} AS BOOLEAN)`
    case 'text':
      return `CAST(${name} AS VARCHAR)`
  }
}

/** The same where decimals would become floating point: as text. */
function exactly(column: Column): string {
  return column.type === 'decimal' ? `CAST(${exact(column)} AS VARCHAR)` : shown(column)
}

function exact(column: Column): string {
  return column.type === 'decimal'
    ? `CAST(${identifier(column)} AS DECIMAL(38, 10))`
    : `CAST(${identifier(column)} AS DECIMAL(38, 0))`
}
