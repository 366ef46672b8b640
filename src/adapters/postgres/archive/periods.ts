import { canBeWritten } from '../../../domain/ids/noted-id.ts'
import { PROOF_CLASS } from '../../../domain/retention/retention-class.ts'
import type { ArchivePeriods, DayPeriod } from '../../../ports/archive-periods.ts'
import { connectService } from '../connect.ts'
import type { Sql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'
import { exclusively } from './exclusively.ts'
import { createArchiveObjects, type Patiently } from './objects.ts'
import { COLUMNS, COLUMNS_OR_NONE, periodOf } from './period-row.ts'

/** Milliseconds that a look through a whole day may take. */
const WHOLE_DAY_MS = 600_000
/** Subjects that are noted in one transaction. */
const PEOPLE_AT_ONCE = 5_000

/** The catalogue of periods over the ledger's database. */
export function createArchivePeriods({ sql, databaseUrl }: { sql: Sql; databaseUrl: string }): ArchivePeriods {
  const patiently: Patiently = async (work) => {
    const slow = connectService(databaseUrl, { max: 1, name: 'palimpsest-archive', statementTimeoutMs: WHOLE_DAY_MS })
    try {
      return await work(slow)
    } finally {
      await slow.end({ timeout: 5 })
    }
  }
  const periods: Omit<ArchivePeriods, keyof ReturnType<typeof createArchiveObjects>> = {
    async sealedDays(after) {
      const rows = await sql`
        SELECT to_char(day, 'YYYY-MM-DD') AS day FROM archive_day
        WHERE dropped_at IS NULL AND day > coalesce(${after}::date, '-infinity'::date) ORDER BY 1`
      const [clock] = await sql`SELECT (extract(epoch FROM now()) * 1000)::float8 AS now`
      return { days: rows.map(({ day }) => String(day)), nowMs: Number(clock?.now) }
    },

    ofDay: (day) => patiently((slow) => periodsOfDay(slow, day)),

    async find(id) {
      const [row] = await sql`SELECT ${sql.unsafe(COLUMNS)} FROM archive_period p WHERE id = ${id}`
      return row && periodOf(row)
    },

    async open(key, newId) {
      const { tenantId, retentionClass, fromDay, belowDay } = key
      return asArchivist(sql, async (transaction) => {
        await transaction`
          INSERT INTO archive_period (id, tenant_id, retention_class, from_day, below_day)
          VALUES (${newId}, ${tenantId}, ${retentionClass}, ${fromDay}::date, ${belowDay}::date)
          ON CONFLICT (tenant_id, retention_class, from_day) DO NOTHING`
        const [row] = await transaction`
          SELECT ${sql.unsafe(COLUMNS)}, (extract(epoch FROM now()) * 1000)::float8 AS now,
            EXISTS (SELECT FROM ledger_entry e WHERE e.id = p.id) AS written
          FROM archive_period p
          WHERE tenant_id = ${tenantId} AND retention_class = ${retentionClass} AND from_day = ${fromDay}::date FOR UPDATE`
        if (row === undefined) throw new Error('a period that was just opened is not there')
        const period = periodOf(row)
        if (period.isRecorded || row.written === true || canBeWritten(period.id, Number(row.now))) return period
        await transaction`UPDATE archive_object SET period_id = ${newId} WHERE period_id = ${period.id}`
        await transaction`UPDATE archive_period SET id = ${newId} WHERE id = ${period.id}`
        return { ...period, id: newId }
      })
    },

    async notePeople(id) {
      // Read first, then written in stretches: no write transaction lasts long.
      const people = await patiently(
        (slow) => slow`
        SELECT e.subject_pseudonym AS pseudonym, count(*)::integer AS entries
        FROM archive_period p JOIN ledger_entry e ON e.id >= ledger_day_bound(p.from_day)
          AND e.id < ledger_day_bound(p.below_day) AND e.tenant_id = p.tenant_id AND e.retention_class = p.retention_class
        WHERE p.id = ${id} AND e.subject_pseudonym IS NOT NULL GROUP BY 1 ORDER BY 1`,
      )
      for (let at = 0; at < people.length; at += PEOPLE_AT_ONCE) {
        const some = people.slice(at, at + PEOPLE_AT_ONCE)
        await asArchivist(
          sql,
          (transaction) => transaction`
            INSERT INTO archive_person (pseudonym, period_id, entries)
            SELECT pseudonym, ${id}::uuid, entries
            FROM unnest(${some.map((one) => one.pseudonym)}::text[], ${some.map((one) => one.entries)}::integer[])
              AS t (pseudonym, entries)
            ON CONFLICT (pseudonym, period_id) DO NOTHING`,
        )
      }
    },

    async recorded(id) {
      await asArchivist(
        sql,
        (transaction) => transaction`
          UPDATE archive_period SET recorded_at = now(), manifest_entry = ${id} WHERE id = ${id} AND recorded_at IS NULL`,
      )
    },

    async anchored(ids) {
      await asArchivist(
        sql,
        (transaction) => transaction`
          UPDATE archive_period SET anchored_at = now()
          WHERE id = ANY(${ids}::uuid[]) AND recorded_at IS NOT NULL AND anchored_at IS NULL`,
      )
    },

    async leaves(entries) {
      const rows = await sql`
        SELECT l.entry_id, g.origin, l.leaf_index FROM ledger_leaf l JOIN ledger_log g USING (log_id)
        WHERE l.entry_id = ANY(${entries}::uuid[])`
      return rows.map((row) => ({
        entry: String(row.entry_id),
        origin: String(row.origin),
        leafIndex: Number(row.leaf_index),
      }))
    },

    exclusively: (id, work) => exclusively(databaseUrl, id, work),
  }
  return { ...periods, ...createArchiveObjects(sql, patiently) }
}

async function periodsOfDay(sql: Sql, day: string): Promise<DayPeriod[]> {
  const rows = await sql`
    SELECT t.tenant_id, t.retention_class, ${sql.unsafe(COLUMNS_OR_NONE)}
    FROM (SELECT DISTINCT tenant_id, retention_class FROM ledger_entry
          WHERE id >= ledger_day_bound(${day}::date) AND id < ledger_day_bound(${day}::date + 1)
            AND retention_class <> ${PROOF_CLASS}) t
    LEFT JOIN archive_period p ON p.tenant_id = t.tenant_id AND p.retention_class = t.retention_class
      AND p.from_day <= ${day}::date AND p.below_day > ${day}::date
    ORDER BY t.tenant_id COLLATE "C", t.retention_class COLLATE "C"`
  return rows.map((row) => ({
    tenantId: String(row.tenant_id),
    retentionClass: String(row.retention_class),
    period: row.id === null ? null : periodOf(row),
  }))
}
