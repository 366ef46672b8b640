import { dirname } from 'node:path'
import { CONTENT_COLUMNS, FACTS_COLUMNS } from '../../domain/retention/facts-columns.ts'
import type { HeldFile } from '../../ports/archive-rows.ts'
import { runStatements } from '../duckdb/run-statements.ts'
import { quoted } from '../duckdb/sql.ts'
import { isOf } from './rewrite-content.ts'
import { columnDigests, MEMORY_MB, measure, THREADS } from './write-parquet.ts'

interface Files {
  facts: string
  content: string | null
}

/** What content adds to facts. */
const SEALED = CONTENT_COLUMNS.map(({ name }) => name).filter(
  (name) => !FACTS_COLUMNS.some((column) => column.name === name),
)
const COLUMNS = [...FACTS_COLUMNS.map(({ name }) => name), ...SEALED]

/** Copies all rows of some people, facts and content side by side, into a file of their own. */
export async function copyHeld(
  files: Files,
  to: string,
  pseudonyms: readonly string[],
  signal: AbortSignal,
): Promise<HeldFile> {
  const [, counted] = await runStatements(
    job(files, to, [
      { sql: `COPY (${heldSql(files, pseudonyms)}) TO ${quoted(to)} (FORMAT parquet, COMPRESSION zstd)` },
      { sql: `SELECT count(*) FROM read_parquet(${quoted(to)})`, read: true },
    ]),
    signal,
  )
  return { path: to, rows: Number(counted?.rows[0]?.[0] ?? 0), ...(await measure(to)) }
}

/** Compares a held file with what it was copied from, column by column. */
export async function verifyHeld(
  files: Files,
  held: string,
  pseudonyms: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const [expected, found] = await runStatements(
    job(files, held, [
      { sql: digestOf(`(${heldSql(files, pseudonyms)})`), read: true },
      { sql: digestOf(`read_parquet(${quoted(held)})`), read: true },
    ]),
    signal,
  )
  const [were, are] = [expected?.rows[0] ?? [], found?.rows[0] ?? []]
  return ['rows', ...COLUMNS].filter((_, index) => were[index] === undefined || were[index] !== are[index])
}

export async function peopleOf(held: string): Promise<string[]> {
  const [answer] = await runStatements({
    folders: [dirname(held)],
    memoryMb: MEMORY_MB,
    threads: THREADS,
    statements: [
      { sql: `SELECT DISTINCT subject_pseudonym FROM read_parquet(${quoted(held)}) ORDER BY 1`, read: true },
    ],
  })
  return (answer?.rows ?? []).flatMap(([pseudonym]) => (typeof pseudonym === 'string' ? [pseudonym] : []))
}

function heldSql({ facts, content }: Files, pseudonyms: readonly string[]): string {
  const own = FACTS_COLUMNS.map(({ name }) => `f.${name}`).join(', ')
  const of = (path: string) => `(SELECT * FROM read_parquet(${quoted(path)}) WHERE ${isOf(pseudonyms)})`
  const sealed = SEALED.map((name) => {
    const type = name === 'coverage' ? 'VARCHAR' : 'BLOB'
    return content === null ? `CAST(NULL AS ${type}) AS ${name}` : `c.${name}`
  })
  const joined = content === null ? '' : `LEFT JOIN ${of(content)} c ON c.id = f.id`
  return `SELECT ${own}, ${sealed.join(', ')} FROM ${of(facts)} f ${joined} ORDER BY f.subject_pseudonym NULLS LAST, f.id`
}

function digestOf(from: string): string {
  return `SELECT CAST(count(*) AS VARCHAR), ${columnDigests(COLUMNS, 'id').join(', ')} FROM ${from}`
}

function job({ facts, content }: Files, other: string, statements: { sql: string; read?: boolean }[]) {
  const folders = [...new Set([other, facts, ...(content === null ? [] : [content])].map(dirname))]
  return { folders, memoryMb: MEMORY_MB, threads: THREADS, statements }
}
