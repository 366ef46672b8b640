import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { PackedDays } from '../../ports/packed-days.ts'
import { copyToFile, readOut } from '../postgres/read-out.ts'
import type { Sql } from '../postgres/sql.ts'
import { parquetSql } from './facts-relations.ts'
import { PACKED_COLUMNS, PACKED_FORM } from './packed-form.ts'
import { runStatements } from './run-statements.ts'
import { quoted, readCsv } from './sql.ts'

/** Milliseconds that the reading of a day may take. */
const STATEMENT_MS = 600_000
/** It is work for later, beside requests: one thread, and little memory. */
const THREADS = 1
const MEMORY_MB = 256
/** Of more bytes than this PostgreSQL would take a value, but nobody should send it one: about five million entries. */
const MOST_BYTES = 256 << 20
/** Form of a day that has more. */
const TOO_LARGE = `${PACKED_FORM} too large`

export interface PackedDaysOptions {
  /** Sees the rows of all tenants. */
  sql: Sql
  databaseUrl: string
  /** Runs `work` in a folder of its own and removes it afterwards. */
  inFolder<T>(work: (folder: string) => Promise<T>): Promise<T>
}

interface Unpacked {
  tenantId: string
  /** `YYYY-MM-DD`. */
  day: string
}

export function createPackedDays({ sql, databaseUrl, inFolder }: PackedDaysOptions): PackedDays {
  return {
    async pack(signal) {
      const failed: unknown[] = []
      let packed = 0
      for (const one of await findUnpacked(sql)) {
        if (signal.aborted) return packed
        try {
          await keep(sql, one, await inFolder((folder) => factsOf(databaseUrl, one, folder, signal)))
          packed += 1
        } catch (error) {
          failed.push(error)
        }
      }
      if (failed.length > 0) throw failed[0]
      return packed
    },
  }
}

interface Packed {
  form: string
  entries: number
  facts: Buffer | null
}

async function findUnpacked(sql: Sql): Promise<Unpacked[]> {
  const rows = await sql`
    SELECT g.tenant_id, to_char(a.day, 'YYYY-MM-DD') AS day
    FROM archive_day a CROSS JOIN (SELECT DISTINCT tenant_id FROM ledger_log) g
    WHERE a.dropped_at IS NULL AND NOT EXISTS (
      SELECT FROM packed_day p WHERE p.tenant_id = g.tenant_id AND p.day = a.day AND p.form IN (${PACKED_FORM}, ${TOO_LARGE}))
    ORDER BY a.day DESC, g.tenant_id`
  return rows.map((row) => ({ tenantId: String(row.tenant_id), day: String(row.day) }))
}

async function factsOf(
  databaseUrl: string,
  { tenantId, day }: Unpacked,
  folder: string,
  signal: AbortSignal,
): Promise<Packed> {
  const [csv, parquet] = [join(folder, 'day.csv'), join(folder, 'day.parquet')]
  const options = { name: 'palimpsest-packed-days', statementTimeoutMs: STATEMENT_MS, tenantId }
  const text = pg.escapeLiteral
  const query = `SELECT ${PACKED_COLUMNS.map(({ postgres }) => postgres).join(', ')} FROM ledger_entry e
    WHERE e.tenant_id = ${text(tenantId)}
      AND e.id >= ledger_day_bound(${text(day)}) AND e.id < ledger_day_bound(${text(day)}::date + 1)`
  const { rows, longest } = await readOut(databaseUrl, options, signal, (client) => copyToFile(client, query, csv))
  if (rows === 0) return { form: PACKED_FORM, entries: 0, facts: null }
  const [, counted] = await runStatements(
    {
      folders: [folder],
      memoryMb: MEMORY_MB,
      threads: THREADS,
      statements: [
        {
          sql: `COPY (SELECT ${parquetSql(PACKED_COLUMNS)} FROM ${readCsv(csv, PACKED_COLUMNS, Math.max(longest, 65_536))})
            TO ${quoted(parquet)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
        },
        { sql: `SELECT count(*) FROM read_parquet(${quoted(parquet)})`, read: true },
      ],
    },
    signal,
  )
  if (Number(counted?.rows[0]?.[0]) !== rows) throw new Error('a packed day has not the rows that were read')
  if ((await stat(parquet)).size > MOST_BYTES) return { form: TOO_LARGE, entries: 0, facts: null }
  return { form: PACKED_FORM, entries: rows, facts: await readFile(parquet) }
}

/** The day may have left the database meanwhile, and its facts with it. */
async function keep(sql: Sql, { tenantId, day }: Unpacked, { form, entries, facts }: Packed): Promise<void> {
  await sql.asTenant(tenantId)`
    INSERT INTO packed_day (tenant_id, day, form, entries, facts)
    SELECT ${tenantId}, a.day, ${form}, ${entries}, ${facts}::bytea FROM archive_day a
    WHERE a.day = ${day}::date AND a.dropped_at IS NULL
    ON CONFLICT (tenant_id, day) DO UPDATE SET form = excluded.form, entries = excluded.entries, facts = excluded.facts`
  await sql`DELETE FROM packed_day p USING archive_day a WHERE a.day = p.day AND a.dropped_at IS NOT NULL`
}
