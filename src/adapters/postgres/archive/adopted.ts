import type { EndingArchives } from '../../../ports/ending-archives.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'

type Adopted = Pick<EndingArchives, 'recovered' | 'unknownManifests' | 'adopt'>
type NewObject = Parameters<EndingArchives['adopt']>[1]['stored'][number]

/** What a catalogue that was restored learns from the store. */
export function createAdopted(sql: Sql): Adopted {
  return {
    async recovered() {
      const rows = await sql`SELECT DISTINCT tenant_id FROM ledger_log WHERE generation > 1 ORDER BY 1`
      return rows.map((row) => String(row.tenant_id))
    },

    async unknownManifests(tenantId, retentionClass, manifests) {
      const rows = await sql`
        SELECT p.id, m.name, m.day, m.generation
        FROM unnest(${manifests.map((one) => one.name)}::text[], ${manifests.map((one) => one.day)}::text[],
                    ${manifests.map((one) => one.generation)}::integer[]) AS m (name, day, generation)
          JOIN archive_period p ON p.from_day = m.day::date
        WHERE p.tenant_id = ${tenantId} AND p.retention_class = ${retentionClass} AND p.recorded_at IS NOT NULL
          AND p.expired_by IS NULL AND m.generation > p.generation
          AND NOT EXISTS (SELECT FROM archive_object o WHERE o.name = m.name)
        ORDER BY m.day, m.generation`
      return rows.map((row) => ({
        periodId: String(row.id),
        name: String(row.name),
        day: String(row.day),
        generation: Number(row.generation),
      }))
    },

    adopt: (periodId, { manifest, stored, superseded }) =>
      asArchivist(sql, async (transaction) => {
        await transaction`
          UPDATE archive_object SET state = 'superseded'
          WHERE period_id = ${periodId} AND part IN ('content', 'manifest') AND state = 'stored'`
        for (const one of stored) await insert(transaction, periodId, 'stored', one)
        for (const one of superseded) await insert(transaction, periodId, 'superseded', one)
        await transaction`
          UPDATE archive_period SET generation = ${manifest.generation}, manifest_entry = ${manifest.entry}
          WHERE id = ${periodId}`
      }),
  }
}

async function insert(
  transaction: TransactionSql,
  periodId: string,
  state: 'stored' | 'superseded',
  { name, part, generation, bytes, sha256, entries }: NewObject,
): Promise<void> {
  await transaction`
    INSERT INTO archive_object (name, period_id, part, generation, state, bytes, sha256, entries, created_at)
    VALUES (${name}, ${periodId}, ${part}, ${generation}, ${state}, ${bytes}, ${sha256}, ${entries}, now())
    ON CONFLICT (name) DO NOTHING`
}
