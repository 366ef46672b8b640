import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DerivedTable } from '../../src/domain/reports/plan.ts'
import type { Question } from '../../src/domain/reports/question.ts'
import type { ReportTable } from '../../src/domain/reports/types.ts'

/** Rows that the paper shows, as of other tables. */
const PREVIEW_ROWS = 60

type Context = Parameters<DerivedTable['rows']>[1]

/** Makes a table from the answers to questions, and writes its files beside theirs. */
export async function derive(
  folder: string,
  questions: readonly Question[],
  table: DerivedTable,
  context: Context,
): Promise<ReportTable> {
  const file = (name: string, ending: string) => join(folder, 'data', `${name}.${ending}`)
  const answers = await Promise.all(
    questions.map(async ({ name }) => JSON.parse(await readFile(file(name, 'json'), 'utf8'))),
  )
  const { name, title, columns, query, fingerprint } = table
  const rows = table.rows(answers, context)
  const names = columns.map((column) => column.name)
  const csv = [names, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('')
  const objects = rows.map((row) => Object.fromEntries(names.map((column, at) => [column, row[at] ?? null])))
  await writeFile(file(name, 'csv'), csv, { mode: 0o600 })
  await writeFile(file(name, 'json'), `${JSON.stringify(objects, null, 1)}\n`, { mode: 0o600 })
  const preview = rows.slice(0, PREVIEW_ROWS)
  return { name, title, columns, query, fingerprint, parameters: [], rows: rows.length, controlTotals: {}, preview }
}

function cell(value: string | null): string {
  if (value === null) return ''
  return value === '' || /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
