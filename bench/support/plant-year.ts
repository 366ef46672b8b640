import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { inScratchFolder } from '../../activities/scratch-folder.ts'
import type { LedgerStack } from '../../drill/ledger-stack.ts'
import { createPackedDays } from '../../src/adapters/duckdb/packed-days.ts'
import { runStatements } from '../../src/adapters/duckdb/run-statements.ts'
import { connectService } from '../../src/adapters/postgres/connect.ts'
import { copyColumns, entriesSql, factsColumns, type Stretch } from './year-sql.ts'

export const TENANT = 'bench'
const DAY_MS = 86_400_000
const MONTHS = 12
const MONTH_DAYS = 30
const HOT_DAYS = 60
/** Of these, those that are not sealed yet: days are two days after their end. */
const OPEN_DAYS = 2
const MEMORY_MB = 2_000
const LOG_ID = '11'.repeat(32)
const DAYS_AT_ONCE = 20

export interface PlantedYear {
  /** Milliseconds since the Unix epoch; `to` is not in it. */
  from: number
  to: number
  cold: number
  hot: number
  /** Milliseconds in which the sealed ones of the sixty days were packed. */
  packMs: number
  /** Folder of the objects; their names are those of its files. */
  objects: string
  files: string[]
}

/**
 * Plants a year without proofs: twelve periods of thirty days as Parquet with the catalogue's rows, and sixty days in the database,
 * with as many entries a day as the others, packed but for the last two.
 */
export async function plantYear({ folder, adminUrl, databaseUrl }: LedgerStack, entries: number): Promise<PlantedYear> {
  const objects = join(folder, 'objects')
  await mkdir(objects)
  const to = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const hotFrom = to - HOT_DAYS * DAY_MS
  const from = hotFrom - MONTHS * MONTH_DAYS * DAY_MS
  const hot = Math.round((entries * HOT_DAYS) / (HOT_DAYS + MONTHS * MONTH_DAYS))
  const month = Math.floor((entries - hot) / MONTHS)
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    const files: string[] = []
    for (let number = 0; number < MONTHS; number++) {
      const fromMs = from + number * MONTH_DAYS * DAY_MS
      const stretch = stretchOf({
        fromMs,
        days: MONTH_DAYS,
        entries: month,
        firstLeaf: number * month,
        salt: number + 1,
      })
      const name = `facts-${String(number + 1).padStart(2, '0')}.parquet`
      await writeMonth(stretch, objects, name)
      await catalogue(sql, stretch, join(objects, name), name)
      files.push(join(objects, name))
    }
    const base = { fromMs: hotFrom, days: HOT_DAYS, entries: hot }
    await plantHot(sql, stretchOf({ ...base, firstLeaf: MONTHS * month, salt: 99 }), folder)
    await plantLog(sql, MONTHS * month + hot)
    await sql`ANALYZE`
    const startedAt = performance.now()
    await packDays(sql, databaseUrl, folder, { hotFrom, below: to - OPEN_DAYS * DAY_MS })
    return { from, to, cold: MONTHS * month, hot, packMs: performance.now() - startedAt, objects, files }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function stretchOf(more: Omit<Stretch, 'tenantId' | 'logId'>): Stretch {
  return { tenantId: TENANT, logId: LOG_ID, ...more }
}

async function writeMonth(stretch: Stretch, folder: string, name: string): Promise<void> {
  const columns = factsColumns(stretch)
  const rows = `SELECT ${columns.map((one) => `CAST(${one.name} AS ${one.type}) AS ${one.name}`).join(', ')}
    FROM (${entriesSql(stretch, columns)}) ORDER BY subject_pseudonym NULLS LAST, id`
  // As the archive writes them.
  const form = '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)'
  await duck([folder], `COPY (${rows}) TO '${join(folder, name)}' ${form}`)
}

async function duck(folders: string[], statement: string): Promise<void> {
  await runStatements({ folders, memoryMb: MEMORY_MB, threads: 2, statements: [{ sql: statement }] })
}

async function catalogue(sql: postgres.Sql, { fromMs, days, entries }: Stretch, path: string, name: string) {
  const [id, day, below] = [randomUUID(), dayOf(fromMs), dayOf(fromMs + days * DAY_MS)]
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  await sql`
    INSERT INTO archive_period (id, tenant_id, retention_class, from_day, below_day, entries, recorded_at, anchored_at)
    VALUES (${id}, ${TENANT}, '60-90-365', ${day}, ${below}, ${entries}, now(), now())`
  await sql`
    INSERT INTO archive_object (name, period_id, part, generation, state, bytes, sha256, entries, created_at)
    VALUES (${name}, ${id}, 'facts', 1, 'stored', ${bytes}, ${hash.digest()}, ${entries}, now())`
  await sql`
    INSERT INTO archive_day (day, sealed_at, dropped_at)
    SELECT d::date, now(), now() FROM generate_series(${day}::date, ${below}::date - 1, interval '1 day') d`
}

async function plantHot(sql: postgres.Sql, stretch: Stretch, folder: string): Promise<void> {
  for (let day = 0; day < stretch.days; day += DAYS_AT_ONCE) {
    await sql`SELECT ledger_ensure_partitions(${dayOf(stretch.fromMs + day * DAY_MS)}::date, ${DAYS_AT_ONCE})`
  }
  const columns = copyColumns(stretch)
  const work = join(folder, 'hot')
  await mkdir(work)
  const path = join(work, 'hot.csv')
  await duck([work], `COPY (${entriesSql(stretch, columns)}) TO '${path}' (FORMAT csv, HEADER false)`)
  const names = columns.map(({ name }) => name).join(', ')
  const into = await sql.unsafe(`COPY ledger_entry (${names}) FROM STDIN (FORMAT csv)`).writable()
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), into)
  await rm(work, { recursive: true })
}

/** Seals days and packs them, as a gateway does within the hour. */
async function packDays(
  sql: postgres.Sql,
  databaseUrl: string,
  folder: string,
  { hotFrom, below }: { hotFrom: number; below: number },
) {
  await sql`
    INSERT INTO archive_day (day, sealed_at)
    SELECT d::date, now() FROM generate_series(${dayOf(hotFrom)}::date, ${dayOf(below)}::date - 1, interval '1 day') d`
  const service = connectService(databaseUrl, { max: 1, name: 'palimpsest-bench' })
  const inFolder = <T>(work: (place: string) => Promise<T>) => inScratchFolder(join(folder, 'packing'), work)
  await createPackedDays({ sql: service, databaseUrl, inFolder }).pack(new AbortController().signal)
  await service.end({ timeout: 5 })
}

/** A log with a last leaf, so that a report's account of what was written comes out. */
async function plantLog(sql: postgres.Sql, leaves: number): Promise<void> {
  const id = Buffer.from(LOG_ID, 'hex')
  await sql`
    INSERT INTO ledger_log (log_id, tenant_id, generation, origin, verifier_key, created_at)
    VALUES (${id}, ${TENANT}, 1, 'bench.local/bench/g1', 'none', now())`
  await sql`
    INSERT INTO ledger_leaf (log_id, leaf_index, entry_id, leaf, leaf_hash, chain_hash)
    VALUES (${id}, ${leaves - 1}, ${randomUUID()}, ${Buffer.alloc(210)}, ${id}, ${id})`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
