import { join } from 'node:path'
import pg from 'pg'
import type { Scope } from '../../../domain/reports/question.ts'
import type { Completeness } from '../../../domain/reports/types.ts'
import type { ArchiveColumn } from '../../../domain/retention/facts-columns.ts'
import { PalimpsestError } from '../../../errors.ts'
import { copyToFile, readOutTogether } from '../read-out.ts'
import { completenessOf } from './completeness.ts'
import { type PackedDay, packedDaysOf, withinPacked, writePacked } from './packed-days.ts'
import { type AnchoredPeriod, withinPeriod } from './periods.ts'
import { REFERENCES } from './references.ts'

/** Milliseconds that one statement of a report may take. */
const STATEMENT_MS = 600_000

/** Days by which an entry's id may be older, or its time later, than the other one. */
const APART_DAYS = 3

export interface ArchivedFacts {
  name: string
  sha256: Buffer
}

export interface Snapshot {
  /** Milliseconds since the Unix epoch, by the database's clock. */
  watermark: number
  /** Files with the entries that are not in the archive, and bytes of the longest row at most. */
  entries: readonly string[]
  longest: number
  /** Parquet files with those of packed days. */
  packed: readonly string[]
  /** Objects with the facts of archived days, those alone that may hold something of the period. */
  archived: readonly ArchivedFacts[]
  completeness: Omit<Completeness, 'restorePending'>
}

export interface SnapshotNeeds {
  scope: Scope
  columns: readonly ArchiveColumn[]
  /** The form of packed days that has these columns; null: none has. */
  form: string | null
}

/**
 * Writes what a report needs of the database into files: entries that are not in the archive, and the small tables beside
 * them. All of it is of one moment: the catalogue says in the same snapshot which days are the archive's.
 */
export async function takeReportSnapshot(
  databaseUrl: string,
  needs: SnapshotNeeds,
  folder: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { scope, columns } = needs
  const options = { name: 'palimpsest-report', statementTimeoutMs: STATEMENT_MS, tenantId: scope.tenantId }
  const files = ['entries-1.csv', 'entries-2.csv'].map((name) => join(folder, name))
  const listed = columns.map(({ postgres }) => postgres).join(', ')
  const found = Promise.withResolvers<Hot>()
  found.promise.catch(() => undefined)
  const copy = (client: pg.Client, { from, halves }: Hot, half: 0 | 1) =>
    copyToFile(client, `SELECT ${listed} ${from} AND ${halves[half]}`, files[half] ?? '')
  const [first, second] = await readOutTogether(databaseUrl, options, signal, [
    async (client) => {
      try {
        const { hot, ...known } = await readCatalogue(client, needs, folder)
        found.resolve(hot)
        const { longest } = await copy(client, hot, 0)
        const completeness = await completenessOf(client, scope.tenantId, known.periods, hot.packed)
        return { ...known, longest, completeness }
      } catch (error) {
        found.reject(error)
        throw error
      }
    },
    async (client) => {
      const hot = await found.promise
      const packed = await writePacked(client, scope.tenantId, hot.packed, folder)
      return { packed, ...(await copy(client, hot, 1)) }
    },
  ])
  const { watermark, archived, completeness } = first
  const longest = Math.max(first.longest, second.longest, 65_536)
  return { watermark, archived, completeness, entries: files, longest, packed: second.packed }
}

/** Days that are packed; which other entries are the database's, as what follows a SELECT, and what halves them. */
interface Hot {
  packed: readonly PackedDay[]
  from: string
  halves: readonly [string, string]
}

async function readCatalogue(client: pg.Client, { scope, form }: SnapshotNeeds, folder: string) {
  const { rows: clock } = await client.query<{ now: number }>(
    'SELECT (extract(epoch FROM now()) * 1000)::float8 AS now',
  )
  const periods = await periodsOf(client, scope.tenantId)
  const days = daysOf(scope)
  const archived = await archivedFacts(client, scope.tenantId, days)
  for (const { name, sql } of REFERENCES) await copyToFile(client, sql(scope), join(folder, `${name}.csv`))
  // Of one person the table has an index.
  const isPacked = form !== null && scope.filters.subject === null
  const packed = isPacked ? await packedDaysOf(client, scope.tenantId, { ...days, form }, periods) : []
  const narrower = packed.length > 0 ? ` AND NOT ${withinPacked(packed)}` : ''
  const from = hotSql(scope, days, notArchived(periods, days) + narrower)
  const hot: Hot = { packed, from, halves: await halvesOf(client, scope.tenantId, days) }
  return { watermark: Math.floor(clock[0]?.now ?? 0), periods, archived, hot }
}

/** Halves the time from the tenant's first entry to its last one, by the time in their ids (RFC 9562 section 5.7). */
async function halvesOf(client: pg.Client, tenantId: string, days: Days): Promise<Hot['halves']> {
  const end = (order: 'ASC' | 'DESC') =>
    `(SELECT id FROM ledger_entry WHERE tenant_id = $1 AND id >= ledger_day_bound($2) AND id < ledger_day_bound($3)
      ORDER BY id ${order} LIMIT 1)`
  const { rows } = await client.query<{ first: string | null; last: string | null }>(
    `SELECT ${end('ASC')} AS first, ${end('DESC')} AS last`,
    [tenantId, days.from, days.below],
  )
  const timeOf = (id: string | null | undefined) => Number.parseInt((id ?? '').replace('-', '').slice(0, 12) || '0', 16)
  const middle = Math.floor((timeOf(rows[0]?.first) + timeOf(rows[0]?.last)) / 2)
  const hex = middle.toString(16).padStart(12, '0')
  const bound = `'${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000'::uuid`
  return [`e.id < ${bound}`, `e.id >= ${bound}`]
}

async function periodsOf(client: pg.Client, tenantId: string): Promise<AnchoredPeriod[]> {
  const { rows } = await client.query<AnchoredPeriod>(
    `SELECT p.retention_class AS "retentionClass", p.from_day::text AS "fromDay", p.below_day::text AS "belowDay",
       p.entries::float8 AS entries, p.expired_at IS NOT NULL AS expired,
       EXISTS (SELECT FROM generate_series(p.from_day, p.below_day - 1, interval '1 day') d
         LEFT JOIN archive_day a ON a.day = d::date WHERE a.dropped_at IS NULL) AS "standsInDatabase"
     FROM archive_period p WHERE p.tenant_id = $1 AND p.anchored_at IS NOT NULL
     ORDER BY p.retention_class, p.from_day`,
    [tenantId],
  )
  return rows
}

interface Days {
  from: string
  below: string
}

function daysOf({ from, to }: Scope): Days {
  const day = (at: number, days: number) => new Date(Math.max(0, at + days * 86_400_000)).toISOString().slice(0, 10)
  return { from: day(from, -APART_DAYS), below: day(to, APART_DAYS + 1) }
}

async function archivedFacts(client: pg.Client, tenantId: string, days: Days): Promise<ArchivedFacts[]> {
  const { rows } = await client.query<{ name: string | null; sha256: Buffer; id: string }>(
    `SELECT p.id, o.name, o.sha256 FROM archive_period p
     LEFT JOIN archive_object o ON o.period_id = p.id AND o.part = 'facts' AND o.state = 'stored'
     WHERE p.tenant_id = $1 AND p.anchored_at IS NOT NULL AND p.expired_at IS NULL AND p.entries > 0
       AND p.from_day < $3::date AND p.below_day > $2::date
     ORDER BY o.name`,
    [tenantId, days.from, days.below],
  )
  return rows.map(({ id, name, sha256 }) => {
    if (name === null) {
      throw new PalimpsestError({
        code: 'archive_catalogue_broken',
        status: 500,
        message: `The catalogue names no facts of the archived period ${id}: see palimpsest archive status.`,
      })
    }
    return { name, sha256 }
  })
}

/** What keeps rows out that are counted in the archive, or that are past the end of their life there. */
function notArchived(periods: readonly AnchoredPeriod[], days: Days): string {
  const merged: AnchoredPeriod[] = []
  for (const period of periods) {
    if (!period.standsInDatabase || period.fromDay >= days.below || period.belowDay <= days.from) continue
    const last = merged.at(-1)
    if (last && last.retentionClass === period.retentionClass && last.belowDay === period.fromDay) {
      last.belowDay = period.belowDay
    } else merged.push({ ...period })
  }
  return merged.map((period) => ` AND NOT ${withinPeriod(period)}`).join('')
}

function hotSql({ tenantId, from, to, filters }: Scope, days: Days, narrower: string): string {
  const text = pg.escapeLiteral
  const subject = filters.subject === null ? '' : ` AND e.subject_pseudonym = ${text(filters.subject)}`
  return `FROM ledger_entry e WHERE e.tenant_id = ${text(tenantId)}
    AND e.id >= ledger_day_bound(${text(days.from)}) AND e.id < ledger_day_bound(${text(days.below)})
    AND e.occurred_at >= ${text(new Date(from).toISOString())} AND e.occurred_at < ${text(new Date(to).toISOString())}
    ${subject}${narrower}`
}
