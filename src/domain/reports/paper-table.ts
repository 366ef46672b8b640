import type { PaperBlock } from '../papers/paper.ts'
import { spokenNumber } from './paper-text.ts'
import type { ReportTable } from './types.ts'

/** Rows that a paper shows of a table at most. */
const MOST_ROWS = 24
/** Characters that stand beside one another on a page, and of which a cell has no more than so many in a line. */
const PAGE_WIDTH = 104
const LEAST_WIDTH = 6
const MOST_WIDTH = 26

type Cell = string | number | boolean | null
type Column = ReportTable['columns'][number]

/** A table as a paper shows it: its first rows, as many of its columns as fit a page, and what they mean. */
export function tableBlocks(table: ReportTable): PaperBlock[] {
  const { title, name, columns, rows, preview } = table
  const shown = preview.slice(0, MOST_ROWS)
  const cells = shown.map((row) => columns.map((column, index) => cellText(column, row[index] ?? null)))
  const widths = columns.map((column, index) =>
    widthOf(
      column,
      cells.map((row) => row[index] ?? ''),
    ),
  )
  const fitting = columnsThatFit(widths)
  const all = widths.slice(0, fitting).reduce((sum, width) => sum + width, 0)
  const left = columns.slice(fitting).map((column) => column.name)
  const part = shown.length < rows ? `The first ${spokenNumber(shown.length)} of ${spokenNumber(rows)} rows.` : null
  const more = left.length > 0 ? `Not on this page: ${left.join(', ')}.` : null
  const where =
    part === null && more === null ? [] : [[part, more, `All of it is in data/${name}.csv.`].filter(Boolean).join(' ')]
  const meanings = columns.slice(0, fitting).map((column) => `${column.name}: ${column.meaning}`)
  return [
    { kind: 'subheading', text: title },
    ...(shown.length === 0
      ? [{ kind: 'text', text: 'No rows.' } as const]
      : [
          {
            kind: 'table',
            head: columns.slice(0, fitting).map((column) => headText(column.name)),
            rows: cells.map((row) => row.slice(0, fitting)),
            shares: widths.slice(0, fitting).map((width) => width / all),
            numbers: columns.slice(0, fitting).flatMap((column, index) => (isNumber(column) ? [index] : [])),
          } as const,
        ]),
    { kind: 'note', text: [...where, `${meanings.join('; ')}.`].join('\n') },
  ]
}

/** How many of the columns stand beside one another. */
function columnsThatFit(widths: readonly number[]): number {
  let used = 0
  const over = widths.findIndex((width) => {
    used += width
    return used > PAGE_WIDTH
  })
  return over < 0 ? widths.length : Math.max(1, over)
}

function widthOf({ name }: Column, cells: readonly string[]): number {
  const words = headText(name).split(' ')
  const longest = Math.max(...[...cells, ...words].map((text) => text.length))
  return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, longest + 2))
}

/** `prompt_tokens` is broken between its words where it is too wide. */
function headText(name: string): string {
  return name.replaceAll('_', ' ')
}

function cellText({ type }: Column, value: Cell): string {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (type === 'integer') return spokenNumber(value)
  if (type === 'decimal') return spokenNumber(shorter(String(value)))
  if (type === 'time') return timeText(value)
  return String(value)
}

/** Zeros at the end of what has many places say nothing. */
function shorter(decimal: string): string {
  return decimal.replace(/(\.\d\d\d*?)0+$/, '$1')
}

/** To the second, as in ISO 8601 but for the letters; a day alone stays one. */
function timeText(value: Cell): string {
  return String(value)
    .replace('T', ' ')
    .replace(/(:\d\d)\.\d+/, '$1')
    .replace(/(Z|\+00(:00)?)$/, '')
    .replace(/ 00:00:00$/, '')
}

function isNumber({ type }: Column): boolean {
  return type === 'integer' || type === 'decimal'
}
