import { hash } from 'node:crypto'
import { REPORT_PLANS } from '../../domain/reports/plans.ts'
import type { ArchiveColumn } from '../../domain/retention/facts-columns.ts'
import { neededBy } from './facts-relations.ts'

/** What reports of every kind read of entries: the columns of a packed day. */
export const PACKED_COLUMNS: readonly ArchiveColumn[] = neededBy(
  Object.values(REPORT_PLANS).flatMap(({ questions, population }) => [population, ...questions.map(({ sql }) => sql)]),
).columns

/** Tells these columns, and how each is made, from those of another version. */
export const PACKED_FORM = hash('sha256', JSON.stringify(PACKED_COLUMNS))

const NAMES = new Set(PACKED_COLUMNS.map(({ name }) => name))

/** The form of packed days; null where they lack one of these columns. */
export function packedFormOf(columns: readonly ArchiveColumn[]): string | null {
  return columns.every(({ name }) => NAMES.has(name)) ? PACKED_FORM : null
}
