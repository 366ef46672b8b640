import type { EndingArchives } from '../../../ports/ending-archives.ts'
import type { Query, Sql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'

type Ended = Pick<
  EndingArchives,
  'ending' | 'classes' | 'withHeld' | 'holdsOn' | 'noteEnded' | 'expired' | 'holdChanges' | 'noteHold'
>

/** The end of periods, and the legal holds that stand before it. */
export function createArchiveHolds(sql: Sql): Ended {
  return {
    async ending(classes, limit, after) {
      const rows = await sql`
        SELECT p.id, p.tenant_id, p.retention_class, to_char(p.from_day, 'YYYY-MM-DD') AS from_day
        FROM unnest(${classes.map((one) => one.tenantId)}::text[], ${classes.map((one) => one.retentionClass)}::text[],
                    ${classes.map((one) => one.deleteAfterDays)}::integer[]) AS k (tenant_id, retention_class, days)
          JOIN archive_period p USING (tenant_id, retention_class)
        WHERE p.expired_at IS NULL AND p.recorded_at IS NOT NULL AND p.anchored_at IS NOT NULL
          AND (p.below_day + k.days)::timestamp AT TIME ZONE 'UTC' <= now()
          -- What is in the database yet has not ended.
          AND EXISTS (SELECT FROM archive_day d WHERE d.day = p.from_day AND d.dropped_at IS NOT NULL)
          AND (${after}::text IS NULL OR to_char(p.from_day, 'YYYY-MM-DD') || p.id::text > ${after})
        ORDER BY to_char(p.from_day, 'YYYY-MM-DD') || p.id::text LIMIT ${limit}`
      return rows.map((row) => ({
        id: String(row.id),
        tenantId: String(row.tenant_id),
        retentionClass: String(row.retention_class),
        fromDay: String(row.from_day),
      }))
    },

    async classes() {
      const rows = await sql`SELECT DISTINCT tenant_id, retention_class FROM archive_period WHERE expired_at IS NULL`
      return rows.map((row) => ({ tenantId: String(row.tenant_id), retentionClass: String(row.retention_class) }))
    },

    async withHeld() {
      const rows = await sql`
        SELECT DISTINCT p.id, p.from_day FROM archive_period p JOIN archive_object o ON o.period_id = p.id
        WHERE p.expired_at IS NOT NULL AND o.part = 'held' AND o.state <> 'removed' ORDER BY p.from_day, p.id`
      return rows.map(({ id }) => String(id))
    },

    holdsOn: (periodId) => holdsOn(sql, periodId),

    async noteEnded(periodId, entry) {
      await asArchivist(sql, async (transaction) => {
        await transaction`
          UPDATE archive_period SET expired_by = ${entry} WHERE id = ${periodId} AND expired_at IS NULL`
        await transaction`
          UPDATE archive_object SET state = 'superseded'
          WHERE period_id = ${periodId} AND part NOT IN ('manifest', 'held') AND state IN ('stored', 'writing')`
      })
    },

    async expired(periodId) {
      await asArchivist(
        sql,
        (transaction) => transaction`
          UPDATE archive_period SET expired_at = now()
          WHERE id = ${periodId} AND expired_at IS NULL AND expired_by IS NOT NULL`,
      )
    },

    async holdChanges(limit, after) {
      const rows = await sql`
        SELECT o.name, c.covered FROM archive_object o JOIN archive_period p ON p.id = o.period_id
        CROSS JOIN LATERAL (SELECT EXISTS (
          SELECT FROM legal_hold h WHERE h.tenant_id = p.tenant_id AND h.released_at IS NULL AND CASE
            WHEN h.subject_pseudonym IS NOT NULL THEN
              EXISTS (SELECT FROM archive_person a WHERE a.pseudonym = h.subject_pseudonym AND a.period_id = p.id)
            WHEN h.from_at IS NULL THEN true
            ELSE h.from_at < p.below_day::timestamp AT TIME ZONE 'UTC' AND h.to_at > p.from_day::timestamp AT TIME ZONE 'UTC'
          END) AS covered) c
        WHERE o.state = 'stored' AND o.part <> 'manifest' AND o.on_hold <> c.covered
          AND o.name COLLATE "C" > ${after} ORDER BY o.name COLLATE "C" LIMIT ${limit}`
      return rows.map((row) => ({ name: String(row.name), on: row.covered === true }))
    },

    async noteHold(name, on) {
      await asArchivist(
        sql,
        (transaction) => transaction`UPDATE archive_object SET on_hold = ${on} WHERE name = ${name}`,
      )
    },
  }
}

async function holdsOn(sql: Query, periodId: string): Promise<{ whole: string[]; people: string[] }> {
  const whole = await sql`
    SELECT h.id FROM archive_period p JOIN legal_hold h ON h.tenant_id = p.tenant_id
    WHERE p.id = ${periodId} AND h.released_at IS NULL AND h.subject_pseudonym IS NULL
      AND (h.from_at IS NULL OR (h.from_at < p.below_day::timestamp AT TIME ZONE 'UTC'
                                 AND h.to_at > p.from_day::timestamp AT TIME ZONE 'UTC'))
    ORDER BY h.id`
  const people = await sql`
    SELECT DISTINCT a.pseudonym FROM archive_person a JOIN legal_hold h ON h.subject_pseudonym = a.pseudonym
    WHERE a.period_id = ${periodId} AND h.released_at IS NULL ORDER BY 1`
  return { whole: whole.map(({ id }) => String(id)), people: people.map(({ pseudonym }) => String(pseudonym)) }
}
