import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type ArchiveColumn,
  CONTENT_COLUMNS,
  FACTS_COLUMNS,
  HISTORIES_COLUMNS,
} from '../../domain/retention/facts-columns.ts'
import type { PeriodFile, PeriodPart } from '../../ports/period-files.ts'
import { type DuckRows, type DuckStatement, runStatements } from '../duckdb/run-statements.ts'
import { quoted, readCsv } from '../duckdb/sql.ts'
import type { CsvFile } from './export-csv.ts'

/** DuckDB's memory, and its threads: two cores are what a small machine has. */
export const MEMORY_MB = 400
export const THREADS = 2

/** Rows as long as the longest that DuckDB holds at once while it reads and writes: measured with blobs of 16 and 32 MB. */
const LONG_ROWS = 12
const ROWS_AT_ONCE = 2_048
/** Megabytes for periods with long texts. */
export const MOST_MEMORY_MB = 4_000

/** Bytes of CSV that a row group may be made of, and rows at most: a group is held in memory until it is written. */
const GROUP_BYTES = 64 << 20
const GROUP_ROWS = 122_880

export const PART_COLUMNS: Readonly<Record<PeriodPart, readonly ArchiveColumn[]>> = {
  facts: FACTS_COLUMNS,
  content: CONTENT_COLUMNS,
  histories: HISTORIES_COLUMNS,
}

/**
 * Writes Parquet beside each CSV, in its order. ZSTD at its lowest level: nearly all of it is digests, ciphertext and gzip, which
 * no level makes smaller.
 */
export async function writeParquet(
  files: readonly CsvFile[],
  folder: string,
  signal: AbortSignal,
): Promise<{ files: PeriodFile[]; duckdb: string }> {
  const paths = files.map(({ part }) => join(folder, `${part}.parquet`))
  const statements: DuckStatement[] = [{ sql: 'SELECT version() AS version', read: true }]
  for (const [index, file] of files.entries()) {
    const path = paths[index] as string
    statements.push(
      {
        sql: `COPY (${csvSql(file)}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${groupRows(file)})`,
      },
      { sql: digestSql(file.part, `(${csvSql(file)})`), read: true },
      { sql: `DESCRIBE SELECT * FROM read_parquet(${quoted(path)})`, read: true },
    )
  }
  const [version, ...answers] = await runStatements(
    { folders: [folder], memoryMb: memoryFor(files), threads: THREADS, statements },
    signal,
  )
  const written: PeriodFile[] = []
  for (const [index, { part }] of files.entries()) {
    const path = paths[index] as string
    const { rows, digests } = digestsOf(part, answers[index * 3 + 1] ?? null)
    const columns = (answers[index * 3 + 2]?.rows ?? []).map(([name, type]) => [String(name), String(type)] as const)
    written.push({ part, path, rows, digests, columns, ...(await measure(path)) })
  }
  return { files: written, duckdb: String(version?.rows[0]?.[0] ?? '') }
}

/** Megabytes; more than usual only for periods with long texts, of which DuckDB holds 2,048 rows at once whatever their length. */
function memoryFor(files: readonly CsvFile[]): number {
  const longest = Math.max(...files.map((file) => file.longest))
  const average = Math.max(...files.map((file) => file.average))
  const wanted = Math.max(longest * LONG_ROWS, average * ROWS_AT_ONCE * 3) / 1e6
  return Math.min(Math.max(MEMORY_MB, Math.ceil(wanted)), MOST_MEMORY_MB)
}

function groupRows({ average }: CsvFile): number {
  return Math.min(Math.max(Math.floor(GROUP_BYTES / Math.max(average, 1)), 2_048), GROUP_ROWS)
}

/** A CSV with the columns of its Parquet. */
function csvSql({ part, path, longest }: CsvFile): string {
  const columns = PART_COLUMNS[part]
  const shown = columns.map(({ name, duckdb }) => `${duckdb} AS ${name}`)
  return `SELECT ${shown.join(', ')} FROM ${readCsv(path, columns, longest)}`
}

/** Rows, and the digest of each column of a part. */
export function digestSql(part: PeriodPart, from: string): string {
  const key = part === 'histories' ? 'id, run_id' : 'id'
  const names = PART_COLUMNS[part].map(({ name }) => name)
  return `SELECT count(*), ${columnDigests(names, key).join(', ')} FROM ${from}`
}

/**
 * For each column the exclusive-or of DuckDB's hash of the hash of every key with its value: the order of rows does not
 * count, each value does, in its own row. Hashed once only, the parts of key and value are joined by an exclusive-or themselves, so that
 * two rows with the same change, or two that change places, would not be seen.
 */
export function columnDigests(names: readonly string[], key: string): string[] {
  return names.map((name) => `CAST(bit_xor(hash(hash(${key}, ${name}))) AS VARCHAR)`)
}

export function digestsOf(
  part: PeriodPart,
  answer: DuckRows | null,
): { rows: number; digests: Record<string, string> } {
  const [rows, ...values] = answer?.rows[0] ?? []
  const digests = Object.fromEntries(PART_COLUMNS[part].map(({ name }, index) => [name, String(values[index] ?? '')]))
  return { rows: Number(rows ?? 0), digests }
}

/** What a store is told of a file. */
export async function measure(path: string): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return { bytes: (await stat(path)).size, sha256: hash.digest() }
}
