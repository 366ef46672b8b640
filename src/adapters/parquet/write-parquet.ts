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
import { type DuckRows, type NamedStatement, runNamed } from '../duckdb/run-statements.ts'
import { quoted, readCsv } from '../duckdb/sql.ts'
import { sideBySide } from '../side-by-side.ts'
import type { CsvFile } from './export-csv.ts'

/** DuckDB's memory, and its threads: two cores are what a small machine has. */
export const MEMORY_MB = 400
export const THREADS = 2

/**
 * Of each of the two that write side by side, on a thread each: two threads of one DuckDB write a file no sooner, and where its memory
 * gets short they cost three times as much.
 */
const WRITING_MB = 250

/** Rows as long as the longest line that DuckDB holds at once while it reads and writes: measured with blobs of 16 and 32 MB. */
const LONG_ROWS = 18
const ROWS_AT_ONCE = 2_048
/** Megabytes for periods with long texts. */
export const MOST_MEMORY_MB = 4_000

/** Bytes of CSV that a row group may be made of, and rows at most: a group is held in memory until it is written. */
const GROUP_BYTES = 32 << 20
const GROUP_ROWS = 122_880

/** Bytes of CSV that one process alone makes files of. */
const SMALL_BYTES = 64 << 20

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
  if (files.length === 0) return { files: [], duckdb: '' }
  const written = (file: CsvFile) => [copyStatement(file, folder), describeStatement(file, folder)]
  // Facts take longest by far: what else there is to do is done beside them.
  const facts = files.filter(({ part }) => part === 'facts').flatMap(written)
  const others = [...files.filter(({ part }) => part !== 'facts').flatMap(written), ...files.map(digestStatement)]
  const lanes = isSmall(files) ? [[VERSION, ...facts, ...others]] : [[VERSION, ...facts], others]
  const job = { folders: [folder], memoryMb: memoryFor(files), threads: 1 }
  const answers = await sideBySide<Answers[]>(
    signal,
    lanes.map((statements) => (either: AbortSignal) => runNamed(job, statements, either)),
  )
  const all = new Map(answers.flatMap((one) => [...one]))
  const made = files.map(async ({ part }): Promise<PeriodFile> => {
    const path = parquetIn(folder, part)
    const described = all.get(`columns ${part}`)?.rows ?? []
    const columns = described.map(([name, type]) => [String(name), String(type)] as const)
    return { part, path, ...digestsOf(part, all.get(`digests ${part}`) ?? null), columns, ...(await measure(path)) }
  })
  return { files: await Promise.all(made), duckdb: String(all.get('version')?.rows[0]?.[0] ?? '') }
}

type Answers = Map<string, DuckRows | null>

const VERSION: NamedStatement = ['version', { sql: 'SELECT version() AS version', read: true }]

/** Whether a second process costs more than it saves. */
function isSmall(files: readonly CsvFile[]): boolean {
  return files.reduce((sum, { rows, average }) => sum + rows * average, 0) < SMALL_BYTES
}

function parquetIn(folder: string, part: PeriodPart): string {
  return join(folder, `${part}.parquet`)
}

function copyStatement(file: CsvFile, folder: string): NamedStatement {
  const to = quoted(parquetIn(folder, file.part))
  const options = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${groupRows(file)}`
  return [`copy ${file.part}`, { sql: `COPY (${csvSql(file)}) TO ${to} (${options})` }]
}

function describeStatement({ part }: CsvFile, folder: string): NamedStatement {
  const sql = `DESCRIBE SELECT * FROM read_parquet(${quoted(parquetIn(folder, part))})`
  return [`columns ${part}`, { sql, read: true }]
}

function digestStatement(file: CsvFile): NamedStatement {
  return [`digests ${file.part}`, { sql: digestSql(file.part, `(${csvSql(file)})`), read: true }]
}

/** Megabytes; more than usual only for periods with long texts, of which DuckDB holds 2,048 rows at once whatever their length. */
function memoryFor(files: readonly CsvFile[]): number {
  const longest = Math.max(0, ...files.map((file) => file.longest))
  const average = Math.max(0, ...files.map((file) => file.average))
  const wanted = Math.max(longest * LONG_ROWS, average * ROWS_AT_ONCE * 3) / 1e6
  return Math.min(Math.max(WRITING_MB, Math.ceil(wanted)), MOST_MEMORY_MB)
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
