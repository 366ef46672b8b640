import { STANDARD_CLASS } from '../../../domain/retention/retention-class.ts'
import type { ArchiveCatalogue } from '../../../ports/archive-catalogue.ts'
import { connectService, type Sql } from '../connect.ts'
import { asArchivist } from './as-archivist.ts'
import { openReceipt, receiptLeaves } from './drop-receipts.ts'
import { createDayReader } from './read-day.ts'
import { orRefused } from './refusals.ts'

/** Milliseconds for a look through a whole day. */
const STATEMENT_MS = 600_000

export interface CatalogueOptions {
  sql: Sql
  databaseUrl: string
  /** Days that a tenant's entries of class `standard` stay in the database. */
  standardHotDays(tenantId: string): number
}

/** The catalogue of days over the functions of the ledger's database, as the archivist. */
export function createArchiveCatalogue({ sql, databaseUrl, standardHotDays }: CatalogueOptions): ArchiveCatalogue {
  /** On a connection whose statements may take long. */
  async function patiently<T>(work: (slow: Sql) => Promise<T>): Promise<T> {
    const slow = connectService(databaseUrl, { max: 1, name: 'palimpsest-days', statementTimeoutMs: STATEMENT_MS })
    try {
      return await work(slow)
    } finally {
      await slow.end({ timeout: 5 })
    }
  }

  /** By tenant with such entries, as JSON. */
  async function standardHot(slow: Sql, day: string): Promise<string> {
    const rows = await slow`
      SELECT DISTINCT tenant_id FROM ledger_entry WHERE id >= ledger_day_bound(${day}::date)
        AND id < ledger_day_bound(${day}::date + 1) AND retention_class = ${STANDARD_CLASS}`
    return JSON.stringify(Object.fromEntries(rows.map((row) => [row.tenant_id, standardHotDays(row.tenant_id)])))
  }

  return {
    ...createDayReader(patiently),

    async days() {
      const rows = await asArchivist(
        sql,
        (transaction) => transaction`
          SELECT to_char(day, 'YYYY-MM-DD') AS day, sealed_at, dropped_at FROM archive_days()`,
      )
      const [clock] = await sql`SELECT (extract(epoch FROM now()) * 1000)::float8 AS now`
      const days = rows.map((row) => ({
        day: String(row.day),
        isSealed: row.sealed_at !== null,
        isDropped: row.dropped_at !== null,
      }))
      return { days, nowMs: Number(clock?.now) }
    },

    seal: (day) =>
      orRefused(
        asArchivist(sql, async (transaction) => {
          const [row] = await transaction`SELECT archive_seal_day(${day}::date) AS sealed`
          return row?.sealed === true ? 'sealed' : 'already'
        }),
      ),

    obstacle: (day) =>
      patiently(async (slow) => {
        const hot = await standardHot(slow, day)
        return asArchivist(slow, async (transaction) => {
          const [row] = await transaction`SELECT archive_not_droppable(${day}::date, ${hot}::jsonb) AS why`
          return row?.why ?? null
        })
      }),

    openReceipt: (day, tenantId, newEntryId) => openReceipt(sql, { day, tenantId, newEntryId }),

    receiptLeaves: (day) => receiptLeaves(sql, day),

    async receiptsAnchored(entries) {
      await asArchivist(
        sql,
        (transaction) => transaction`
          UPDATE archive_receipt SET anchored_at = now() WHERE entry_id = ANY(${[...entries]}::uuid[]) AND anchored_at IS NULL`,
      )
    },

    drop: (day) =>
      patiently(async (slow) => {
        const hot = await standardHot(slow, day)
        return orRefused(
          asArchivist(slow, async (transaction) => {
            const [row] = await transaction`SELECT archive_drop_day(${day}::date, ${hot}::jsonb) AS dropped`
            return row?.dropped === true ? 'dropped' : 'already'
          }),
        )
      }),

    expireValues: (tenantId, day, atOnce) =>
      asArchivist(sql, async (transaction) => {
        const hot = JSON.stringify({ [tenantId]: standardHotDays(tenantId) })
        const [row] = await transaction`
          SELECT archive_expire_values(${tenantId}, ${day}::date, ${hot}::jsonb, ${atOnce}) AS gone`
        return row?.gone ?? 0
      }),
  }
}
