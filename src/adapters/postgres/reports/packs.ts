import { canBeWritten } from '../../../domain/ids/noted-id.ts'
import type { ReportPacks } from '../../../ports/report-packs.ts'
import { exclusively } from '../archive/exclusively.ts'
import type { Sql } from '../sql.ts'

/** A hold in force on the tenant of report `r`, on a time that it covers, or on the person whom it is about. */
const HELD = `EXISTS (
  SELECT FROM legal_hold h WHERE h.tenant_id = r.tenant_id AND h.released_at IS NULL AND CASE
    WHEN h.subject_pseudonym IS NOT NULL THEN h.subject_pseudonym = r.subject_pseudonym
    WHEN h.from_at IS NULL THEN true
    ELSE h.from_at < r.to_at AND h.to_at > r.from_at
  END)`

/** The ends of packs over the ledger's database. */
export function createReportPacks({ sql, databaseUrl }: { sql: Sql; databaseUrl: string }): ReportPacks {
  return {
    exclusively: (reportId, work) => exclusively(databaseUrl, reportId, work),

    async tenants() {
      const rows = await sql`
        SELECT DISTINCT tenant_id FROM report WHERE state = 'completed' AND pack_removed_at IS NULL ORDER BY 1`
      return rows.map((row) => String(row.tenant_id))
    },

    async ending(kept, limit, after) {
      const rows = await sql`
        SELECT r.id
        FROM unnest(${kept.map((one) => one.tenantId)}::text[], ${kept.map((one) => one.days)}::integer[]) AS k (tenant_id, days)
          JOIN report r USING (tenant_id)
        WHERE r.state = 'completed' AND r.pack_removed_at IS NULL
          AND r.completed_at <= now() - make_interval(days => k.days)
          AND (${after}::uuid IS NULL OR r.id > ${after})
        ORDER BY r.id LIMIT ${limit}`
      return rows.map(({ id }) => String(id))
    },

    async isHeld(reportId) {
      const [row] = await sql`SELECT ${sql.unsafe(HELD)} AS held FROM report r WHERE r.id = ${reportId}`
      return row?.held === true
    },

    openExpiry: (reportId, newEntryId) =>
      sql.begin(async (transaction) => {
        const [row] = await transaction`
          SELECT r.expiry_entry AS noted, EXISTS (SELECT FROM ledger_entry e WHERE e.id = r.expiry_entry) AS written,
            (extract(epoch FROM now()) * 1000)::float8 AS now
          FROM report r WHERE r.id = ${reportId} FOR UPDATE`
        const noted = row?.noted as string | null
        if (noted && (row?.written === true || canBeWritten(noted, Number(row?.now)))) return noted
        await transaction`UPDATE report SET expiry_entry = ${newEntryId} WHERE id = ${reportId}`
        return newEntryId
      }),

    async expired(reportId) {
      await sql`UPDATE report SET expired_at = now() WHERE id = ${reportId} AND expired_at IS NULL`
    },

    async removed(reportId) {
      await sql`
        UPDATE report SET pack_removed_at = now(), pack_on_hold = false WHERE id = ${reportId} AND pack_removed_at IS NULL`
    },

    async holdChanges(limit, after) {
      const rows = await sql`
        SELECT c.name, c.held FROM (
          SELECT r.pack COLLATE "C" AS name, r.pack_on_hold, ${sql.unsafe(HELD)} AS held FROM report r
          WHERE r.state = 'completed' AND r.expired_at IS NULL) c
        WHERE c.pack_on_hold <> c.held AND c.name > ${after} ORDER BY c.name LIMIT ${limit}`
      return rows.map((row) => ({ name: String(row.name), on: row.held === true }))
    },

    async noteHold(name, on) {
      await sql`UPDATE report SET pack_on_hold = ${on} WHERE pack = ${name} AND state = 'completed'`
    },
  }
}
