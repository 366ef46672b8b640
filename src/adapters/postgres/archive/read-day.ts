import { PROOF_CLASS } from '../../../domain/retention/retention-class.ts'
import type { ArchiveCatalogue } from '../../../ports/archive-catalogue.ts'
import type { Sql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'

/** Runs work on a connection whose statements may take long. */
export type Patiently = <T>(work: (slow: Sql) => Promise<T>) => Promise<T>

/** What goes through a whole day. */
export function createDayReader(patiently: Patiently): Pick<ArchiveCatalogue, 'classesOf' | 'leaving' | 'tenantDay'> {
  return {
    classesOf: (day) =>
      patiently(async (slow) => {
        const rows = await slow`
          SELECT DISTINCT tenant_id, retention_class FROM ledger_entry
          WHERE id >= ledger_day_bound(${day}::date) AND id < ledger_day_bound(${day}::date + 1)
            AND retention_class <> ${PROOF_CLASS} ORDER BY 1, 2`
        return rows.map((row) => ({ tenantId: row.tenant_id, retentionClass: row.retention_class }))
      }),

    leaving: (day) =>
      patiently(async (slow) => {
        const rows = await asArchivist(
          slow,
          (transaction) => transaction`
            SELECT DISTINCT tenant_id FROM ledger_entry WHERE id >= ledger_day_bound(${day}::date)
              AND id < ledger_day_bound(${day}::date + 1) AND NOT archive_keeps(kind, retention_class, writer_seq) ORDER BY 1`,
        )
        return rows.map((row) => row.tenant_id)
      }),

    tenantDay: (day, tenantId) =>
      patiently(async (slow) => {
        const [counts] = await asArchivist(
          slow,
          (transaction) => transaction`
            SELECT count(*) FILTER (WHERE archive_keeps(kind, retention_class, writer_seq))::float8 AS kept,
              count(*) FILTER (WHERE NOT archive_keeps(kind, retention_class, writer_seq))::float8 AS entries
            FROM ledger_entry WHERE id >= ledger_day_bound(${day}::date) AND id < ledger_day_bound(${day}::date + 1)
              AND tenant_id = ${tenantId}`,
        )
        const archives = await slow`
          SELECT manifest_entry FROM archive_period
          WHERE tenant_id = ${tenantId} AND from_day = ${day}::date AND manifest_entry IS NOT NULL
          ORDER BY retention_class COLLATE "C"`
        return {
          entries: Number(counts?.entries ?? 0),
          kept: Number(counts?.kept ?? 0),
          archives: archives.map((row) => row.manifest_entry),
        }
      }),
  }
}
