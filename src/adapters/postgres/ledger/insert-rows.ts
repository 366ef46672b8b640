import type { TransactionSql } from '../sql.ts'
import { binaryArray, type ColumnType, ELEMENT_TYPES } from './binary-array.ts'

/** A column, what it takes, and where a row has it. */
export type Column<Row> = readonly [name: string, type: ColumnType, of: (row: Row) => unknown]

/** How rows are put into a table: one statement, one array for each column. Columns that are not named get their default. */
export interface Insertion<Row> {
  columns: readonly Column<Row>[]
  /** The statement's text around its parameters. */
  strings: TemplateStringsArray
}

export function insertionInto<Row>(table: string, columns: readonly Column<Row>[]): Insertion<Row> {
  const names = columns.map(([name]) => name).join(', ')
  const values = columns.map(([name, type]) => (CASTS[type] === undefined ? name : `${name}::${CASTS[type]}`))
  const casts = columns.map(([, type]) => `::${ELEMENT_TYPES[type].name}[]`)
  const texts = [
    `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM unnest(`,
    ...casts.map((cast, index) => (index < casts.length - 1 ? `${cast}, ` : `${cast}) AS r(${names})`)),
  ]
  return { columns, strings: Object.assign(texts, { raw: texts }) }
}

const CASTS: Partial<Record<ColumnType, string>> = { decimal: 'numeric', 'text[]': 'text[]' }

/** Inserts rows in their order; none: nothing is sent. */
export async function insertRows<Row>(
  transaction: TransactionSql,
  { columns, strings }: Insertion<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await transaction(strings, ...columns.map(([, type, of]) => binaryArray(type, rows.map(of))))
}
