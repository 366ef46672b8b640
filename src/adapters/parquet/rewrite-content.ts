import { dirname } from 'node:path'
import { CONTENT_COLUMNS } from '../../domain/retention/facts-columns.ts'
import type { ContentChange } from '../../ports/archive-rows.ts'
import type { PeriodFile } from '../../ports/period-files.ts'
import { type DuckRows, type DuckStatement, runStatements } from '../duckdb/run-statements.ts'
import { quoted } from '../duckdb/sql.ts'
import { digestSql, digestsOf, MEMORY_MB, measure, THREADS } from './write-parquet.ts'

/** Columns that say whose a row is, and stay. */
const STAYING = new Set(['id', 'subject_pseudonym', 'occurred_at'])
const CUT = { sealed_prompt: 'prompt', sealed_response: 'response' } as const

/** Writes content without what goes; null where nothing does. */
export async function rewriteContent(
  content: string,
  to: string,
  change: ContentChange,
  signal: AbortSignal,
): Promise<PeriodFile | null> {
  const folders = [dirname(to), dirname(content)]
  const [groups, before, after] = await run(folders, signal, [
    { sql: `SELECT max(row_group_num_rows) FROM parquet_metadata(${quoted(content)})`, read: true },
    ...tablesOf(change),
    { sql: digestSql('content', parquet(content)), read: true },
    { sql: digestSql('content', `(${changedSql(content, change)})`), read: true },
  ])
  const was = digestsOf('content', before ?? null)
  const expected = digestsOf('content', after ?? null)
  if (JSON.stringify(was) === JSON.stringify(expected)) return null
  const size = Math.max(Number(groups?.rows[0]?.[0] ?? 0), 2_048)
  const [columns] = await run(folders, signal, [
    ...tablesOf(change),
    {
      sql: `COPY (${changedSql(content, change)}) TO ${quoted(to)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${size})`,
    },
    { sql: `DESCRIBE SELECT * FROM ${parquet(to)}`, read: true },
  ])
  return {
    part: 'content',
    path: to,
    rows: expected.rows,
    digests: expected.digests,
    columns: (columns?.rows ?? []).map(([name, type]) => [String(name), String(type)] as const),
    ...(await measure(to)),
  }
}

/** Compares a rewritten file with the one it is made of: every row that was not to change, and all of what was. */
export async function verifyRewritten(
  content: string,
  rewritten: string,
  change: ContentChange,
  signal: AbortSignal,
): Promise<string[]> {
  const others = (path: string) => `(SELECT * FROM ${parquet(path)} c WHERE NOT ${isNamed(change)})`
  const [expected, found, othersWere, othersAre, left] = await run([dirname(rewritten), dirname(content)], signal, [
    ...tablesOf(change),
    { sql: digestSql('content', `(${changedSql(content, change)})`), read: true },
    { sql: digestSql('content', parquet(rewritten)), read: true },
    { sql: digestSql('content', others(content)), read: true },
    { sql: digestSql('content', others(rewritten)), read: true },
    { sql: residueSql([rewritten], change.pseudonyms), read: true },
  ])
  const differing = (name: string, a: DuckRows | null | undefined, b: DuckRows | null | undefined) =>
    JSON.stringify(digestsOf('content', a ?? null)) === JSON.stringify(digestsOf('content', b ?? null)) ? [] : [name]
  return [
    ...differing('rows that were to stay as they are', othersWere, othersAre),
    ...differing('rows that were to change', expected, found),
    ...(Number(left?.rows[0]?.[1] ?? 0) > 0 ? ['rows that still hold what is sealed'] : []),
  ]
}

/** Two numbers: rows of these people, and those that hold anything but whose they are. */
export function residueSql(contents: readonly string[], pseudonyms: readonly string[]): string {
  const sealed = CONTENT_COLUMNS.filter(({ name }) => !STAYING.has(name)).map(({ name }) => name)
  return `SELECT count(*), count(*) FILTER (WHERE coalesce(${sealed.map((name) => `${name} IS NOT NULL`).join(' OR ')}, false))
    FROM read_parquet([${contents.map(quoted).join(', ')}], union_by_name = true) WHERE ${isOf(pseudonyms)}`
}

export function isOf(pseudonyms: readonly string[]): string {
  if (pseudonyms.length === 0) return 'false'
  return `coalesce(subject_pseudonym IN (${pseudonyms.map(quoted).join(', ')}), false)`
}

function isNamed({ pseudonyms, cuts }: ContentChange): string {
  return `(${isOf(pseudonyms)}${cuts.length === 0 ? '' : ' OR c.id IN (SELECT id FROM cuts)'})`
}

/** The content as it is to be, in its order. */
function changedSql(content: string, { pseudonyms, cuts }: ContentChange): string {
  const gone = isOf(pseudonyms)
  const columns = CONTENT_COLUMNS.map(({ name }) => {
    if (STAYING.has(name)) return `c.${name}`
    const group = cuts.length > 0 && name in CUT ? CUT[name as keyof typeof CUT] : null
    const kept = group === null ? `c.${name}` : `CASE WHEN ${group}.id IS NULL THEN c.${name} ELSE ${group}.sealed END`
    return `CASE WHEN ${gone} THEN NULL ELSE ${kept} END AS ${name}`
  })
  const joined = Object.values(CUT).map(
    (group) => `LEFT JOIN cuts ${group} ON ${group}.id = c.id AND ${group}.part = '${group}'`,
  )
  // A projection keeps the order of its rows; what is joined has to be ordered again.
  return cuts.length === 0
    ? `SELECT ${columns.join(', ')} FROM ${parquet(content)} c`
    : `SELECT ${columns.join(', ')} FROM ${parquet(content)} c ${joined.join(' ')} ORDER BY subject_pseudonym NULLS LAST, c.id`
}

function tablesOf({ cuts }: ContentChange): DuckStatement[] {
  if (cuts.length === 0) return []
  return [
    { sql: 'CREATE TEMP TABLE cuts (id UUID, part VARCHAR, sealed BLOB)' },
    ...cuts.map(({ entryId, group, sealed }) => ({
      sql: 'INSERT INTO cuts VALUES (CAST($1 AS UUID), $2, unhex($3))',
      parameters: [entryId, group, Buffer.from(sealed).toString('hex')],
    })),
  ]
}

function parquet(path: string): string {
  return `read_parquet(${quoted(path)})`
}

/** The answers of the statements that are read. */
async function run(
  folders: readonly string[],
  signal: AbortSignal,
  statements: readonly DuckStatement[],
): Promise<(DuckRows | null)[]> {
  const job = { folders: [...new Set(folders)], memoryMb: MEMORY_MB, threads: THREADS, statements }
  const answers = await runStatements(job, signal)
  return answers.filter((_, index) => statements[index]?.read === true)
}
