import type { ArchivePart } from '../../../domain/retention/object-name.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { ArchivePeriods, CatalogueObject, ObjectState } from '../../../ports/archive-periods.ts'
import type { Row, Sql } from '../sql.ts'
import { asArchivist } from './as-archivist.ts'
import { COLUMNS, periodOf } from './period-row.ts'

type Objects = Pick<
  ArchivePeriods,
  'objects' | 'freeGeneration' | 'announce' | 'mark' | 'contentMark' | 'finish' | 'page'
>

/** Runs statements that look through a whole day, on a connection that gives them the time. */
export type Patiently = <T>(work: (slow: Sql) => Promise<T>) => Promise<T>

/** The objects of periods over the ledger's database. */
export function createArchiveObjects(sql: Sql, patiently: Patiently): Objects {
  return {
    async objects(id) {
      const rows = await sql`SELECT * FROM archive_object WHERE period_id = ${id} ORDER BY generation, part`
      return rows.map(objectOf)
    },

    async freeGeneration({ tenantId, retentionClass, fromDay }) {
      const [row] = await sql`
        SELECT coalesce(max(o.generation), 0)::integer + 1 AS free FROM archive_object o JOIN archive_period p ON p.id = o.period_id
        WHERE p.tenant_id = ${tenantId} AND p.retention_class = ${retentionClass} AND p.from_day = ${fromDay}::date`
      return Number(row?.free ?? 1)
    },

    async announce(id, objects) {
      await asArchivist(sql, async (transaction) => {
        for (const { name, part, generation, bytes, sha256, entries } of objects) {
          await transaction`
            INSERT INTO archive_object (name, period_id, part, generation, state, bytes, sha256, entries, created_at)
            VALUES (${name}, ${id}, ${part}, ${generation}, 'writing', ${bytes}, ${sha256}, ${entries}, now())`
        }
      })
    },

    async mark(names, state) {
      await asArchivist(
        sql,
        (transaction) => transaction`
          UPDATE archive_object SET state = ${state} WHERE name = ANY(${names}) AND state <> 'removed'`,
      )
    },

    async contentMark({ tenantId, retentionClass, fromDay, belowDay }) {
      const [row] = await patiently(
        (slow) => slow`
        SELECT count(*)::text || ':' || coalesce(bit_xor(hashtextextended(c.entry_id::text || c.xmin::text, 0)), 0)::text AS mark
        FROM content c JOIN ledger_entry e ON e.id = c.entry_id
        WHERE c.entry_id >= ledger_day_bound(${fromDay}::date) AND c.entry_id < ledger_day_bound(${belowDay}::date)
          AND e.id >= ledger_day_bound(${fromDay}::date) AND e.id < ledger_day_bound(${belowDay}::date)
          AND e.tenant_id = ${tenantId} AND e.retention_class = ${retentionClass}`,
      )
      return String(row?.mark)
    },

    async finish(id, generation, entries) {
      await asArchivist(sql, async (transaction) => {
        const done = await transaction`
          UPDATE archive_object SET state = 'stored'
          WHERE period_id = ${id} AND generation = ${generation} AND state = 'writing'`
        const [others] = await transaction`
          SELECT count(*)::integer AS n FROM archive_object
          WHERE period_id = ${id} AND generation = ${generation} AND state <> 'stored'`
        if (done.count === 0 || Number(others?.n) > 0) throw interfered()
        await transaction`UPDATE archive_period SET generation = ${generation}, entries = ${entries} WHERE id = ${id}`
      })
    },

    async page(tenantId, below, limit) {
      const own = sql.asTenant(tenantId)
      const periods = await own`
        SELECT ${sql.unsafe(COLUMNS)} FROM archive_period p
        WHERE p.tenant_id = ${tenantId} AND p.from_day < coalesce(${below}::date, 'infinity'::date)
        ORDER BY p.from_day DESC FETCH FIRST (${limit}::bigint) ROWS WITH TIES`
      const objects = await own`
        SELECT * FROM archive_object WHERE period_id = ANY(${periods.map(({ id }) => id)}::uuid[]) ORDER BY generation, part`
      return periods.map((row) => ({
        ...periodOf(row),
        objects: objects.filter((one) => one.period_id === row.id).map(objectOf),
      }))
    },
  }
}

function objectOf(row: Row): CatalogueObject {
  return {
    name: String(row.name),
    part: row.part as ArchivePart,
    generation: Number(row.generation),
    state: row.state as ObjectState,
    bytes: Number(row.bytes),
    sha256: row.sha256 as Uint8Array,
    entries: Number(row.entries),
  }
}

function interfered(): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_interfered',
    status: 409,
    message: 'Another run took this period over while its objects were written: they are made again.',
  })
}
