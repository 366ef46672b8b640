import { join } from 'node:path'
import pg from 'pg'
import type { Scope } from '../../../domain/reports/question.ts'
import type { Completeness } from '../../../domain/reports/types.ts'
import type { ArchiveColumn } from '../../../domain/retention/facts-columns.ts'
import { PalimpsestError } from '../../../errors.ts'
import { copyToFile, readOut } from '../read-out.ts'
import { completenessOf } from './completeness.ts'
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
  /** Rows of `entries.csv`, and bytes of the longest at most. */
  rows: number
  longest: number
  /** Objects with the facts of archived days, those alone that may hold something of the period. */
  archived: readonly ArchivedFacts[]
  completeness: Omit<Completeness, 'restorePending'>
}

/**
 * Writes what a report needs of the database into CSV files: entries that are not in the archive, and the small tables beside
 * them. All of it is of one moment: the catalogue says in the same snapshot which days are the archive's.
 */
export async function takeReportSnapshot(
  databaseUrl: string,
  scope: Scope,
  columns: readonly ArchiveColumn[],
  folder: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const options = { name: 'palimpsest-report', statementTimeoutMs: STATEMENT_MS, tenantId: scope.tenantId }
  return readOut(databaseUrl, options, signal, (client) => readWithin(client, scope, columns, folder))
}

async function readWithin(
  client: pg.Client,
  scope: Scope,
  columns: readonly ArchiveColumn[],
  folder: string,
): Promise<Snapshot> {
  const { rows: clock } = await client.query<{ now: number }>(
    'SELECT (extract(epoch FROM now()) * 1000)::float8 AS now',
  )
  const periods = await periodsOf(client, scope.tenantId)
  const days = daysOf(scope)
  const archived = await archivedFacts(client, scope.tenantId, days)
  const completeness = await completenessOf(client, scope.tenantId, periods)
  const narrower = notArchived(periods, days)
  const hot = hotSql(scope, days, narrower)
  const write = (name: string, query: string) => copyToFile(client, query, join(folder, name))
  for (const { name, sql } of REFERENCES) await write(`${name}.csv`, sql(scope))
  const { rows } = await write('entries.csv', `SELECT ${columns.map(({ postgres }) => postgres).join(', ')} ${hot}`)
  const wide = columns
    .filter(({ name }) => WIDE.has(name))
    .map(({ postgres }) => `coalesce(octet_length(${postgres}), 0)`)
  const { rows: widest } = await client.query<{ longest: number | null }>(
    wide.length === 0 ? 'SELECT 0 AS longest' : `SELECT max(${wide.join(' + ')}) AS longest ${hot}`,
  )
  return {
    watermark: Math.floor(clock[0]?.now ?? 0),
    rows,
    longest: (widest[0]?.longest ?? 0) * 2 + 65_536,
    archived,
    completeness,
  }
}

/** Texts without a bound of their own. */
const WIDE = new Set(['act_detail', 'attempts', 'entity_counts', 'price_usd'])

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
