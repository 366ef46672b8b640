import { unixMsOf } from '../../../domain/ids/uuidv7.ts'
import type { PersonRange } from '../../../ports/archive-reader.ts'
import type { Query, Row, Sql } from '../sql.ts'

export interface ObjectRef {
  name: string
  sha256: Uint8Array
}

/** A period that was recorded, and those of its objects that stand. */
export interface FoundPeriod {
  id: string
  fromDay: string
  /** The entry that ended it; null: it stands. */
  expiredBy: string | null
  facts: ObjectRef | null
  content: ObjectRef | null
  /** What a hold has kept of it. */
  held: ObjectRef | null
}

/** Where entries are that the database has no longer, with the hashes of their leaves. */
export async function findOfEntries(
  sql: Sql,
  tenantId: string,
  entryIds: readonly string[],
): Promise<{ leaves: Map<string, Uint8Array>; periods: FoundPeriod[] }> {
  const own = sql.asTenant(tenantId)
  const leaves = await own`
    SELECT l.entry_id, l.leaf_hash FROM ledger_leaf l JOIN ledger_log g ON g.log_id = l.log_id
    WHERE l.entry_id = ANY(${[...entryIds]}::uuid[]) AND g.tenant_id = ${tenantId}
      AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = l.entry_id)`
  const days = [...new Set(leaves.map((row) => dayOfId(String(row.entry_id))))]
  const periods =
    days.length === 0
      ? []
      : await own`
        SELECT p.id FROM archive_period p
        WHERE p.tenant_id = ${tenantId} AND p.recorded_at IS NOT NULL
          AND EXISTS (SELECT FROM unnest(${days}::date[]) AS d (day) WHERE d.day >= p.from_day AND d.day < p.below_day)`
  return {
    leaves: new Map(leaves.map((row) => [String(row.entry_id), row.leaf_hash as Uint8Array])),
    periods: await objectsOf(
      own,
      periods.map(({ id }) => String(id)),
    ),
  }
}

/** Periods of dropped days with entries of a person, oldest first, and how many each has. */
export async function findOfPerson(
  sql: Sql,
  { tenantId, pseudonym, after, from, to }: PersonRange,
): Promise<(FoundPeriod & { entries: number })[]> {
  const time = (at: number | null) => (at === null ? null : new Date(at))
  const own = sql.asTenant(tenantId)
  const rows = await own`
    SELECT p.id, a.entries FROM archive_person a JOIN archive_period p ON p.id = a.period_id
    WHERE a.pseudonym = ${pseudonym} AND p.tenant_id = ${tenantId} AND p.recorded_at IS NOT NULL
      AND EXISTS (SELECT FROM archive_day d WHERE d.day = p.from_day AND d.dropped_at IS NOT NULL)
      AND (${after === null ? null : dayOfId(after)}::date IS NULL OR p.below_day > ${after === null ? null : dayOfId(after)}::date)
      -- An entry's time is at most a day from its id's.
      AND (${time(from)}::timestamptz IS NULL OR p.below_day >= (${time(from)}::timestamptz AT TIME ZONE 'UTC')::date - 1)
      AND (${time(to)}::timestamptz IS NULL OR p.from_day <= (${time(to)}::timestamptz AT TIME ZONE 'UTC')::date + 1)`
  const entries = new Map(rows.map((row) => [String(row.id), Number(row.entries)]))
  const periods = await objectsOf(own, [...entries.keys()])
  return periods.map((period) => ({ ...period, entries: entries.get(period.id) ?? 0 }))
}

async function objectsOf(sql: Query, ids: readonly string[]): Promise<FoundPeriod[]> {
  const rows = await sql`
    SELECT p.id, to_char(p.from_day, 'YYYY-MM-DD') AS from_day, p.expired_by, o.part, o.name, o.sha256
    FROM archive_period p LEFT JOIN archive_object o ON o.period_id = p.id AND o.state = 'stored'
    WHERE p.id = ANY(${[...ids]}::uuid[]) ORDER BY p.from_day, p.id`
  return [...Map.groupBy(rows, (row) => String(row.id)).values()].map(periodOf)
}

function periodOf(rows: readonly Row[]): FoundPeriod {
  const [first] = rows as [Row]
  const ref = (part: string): ObjectRef | null => {
    const row = rows.find((one) => one.part === part)
    return row ? { name: String(row.name), sha256: row.sha256 as Uint8Array } : null
  }
  return {
    id: String(first.id),
    fromDay: String(first.from_day),
    expiredBy: first.expired_by === null ? null : String(first.expired_by),
    facts: ref('facts'),
    content: ref('content'),
    held: ref('held'),
  }
}

/** `YYYY-MM-DD`, UTC, of a UUIDv7. */
export function dayOfId(id: string): string {
  return new Date(unixMsOf(id)).toISOString().slice(0, 10)
}
