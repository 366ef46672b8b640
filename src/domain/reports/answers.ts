import type { ReportChart, ReportTable } from './types.ts'

type Cell = ReportTable['preview'][number][number]

/** The tables that came out, for charts and summaries: as many rows of each as its preview has. */
export class Answers {
  readonly #tables: ReadonlyMap<string, ReportTable>

  constructor(tables: readonly ReportTable[]) {
    this.#tables = new Map(tables.map((table) => [table.name, table]))
  }

  rows(table: string): number {
    return this.#table(table).rows
  }

  /** The sum of a column over all rows, as decimal text. */
  total(table: string, column: string): string {
    return this.#table(table).controlTotals[column] ?? '0'
  }

  column(table: string, name: string): Cell[] {
    const { columns, preview } = this.#table(table)
    const at = columns.findIndex((column) => column.name === name)
    if (at < 0) throw new Error(`table ${table} has no column ${name}`)
    return preview.map((row) => row[at] ?? null)
  }

  texts(table: string, name: string): string[] {
    return this.column(table, name).map((cell) => (cell === null ? 'none' : String(cell)))
  }

  numbers(table: string, name: string): number[] {
    return this.column(table, name).map((cell) => Number(cell ?? 0))
  }

  /** A chart of columns of one table along another one. Without rows there is nothing to show. */
  chart(
    of: Pick<ReportChart, 'title' | 'kind' | 'unit'> & { table: string; along: string; series: Record<string, string> },
  ): ReportChart[] {
    const { title, kind, unit, table, along, series } = of
    const categories = this.texts(table, along)
    if (categories.length === 0) return []
    const values = Object.entries(series).map(([name, column]) => ({ name, values: this.numbers(table, column) }))
    return [{ title, kind, unit, categories, series: values }]
  }

  #table(name: string): ReportTable {
    const found = this.#tables.get(name)
    if (!found) throw new Error(`there is no table ${name}`)
    return found
  }
}

/** Whole numbers as they are read: 1,234,567. */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** US dollars with two places, rounded half up from exact decimal text. */
export function dollars(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
  const cents = BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`)
  const rounded = ((cents + 5n) / 10n).toString().padStart(3, '0')
  return `${decimal.startsWith('-') ? '-' : ''}${grouped(rounded.slice(0, -2))}.${rounded.slice(-2)} USD`
}
