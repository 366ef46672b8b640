import { open } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { PalimpsestError } from '../../../errors.ts'
import { copyOut } from '../copy-out.ts'
import type { AnchoredPeriod } from './periods.ts'

const DAY_MS = 86_400_000

/** A day of a tenant that stands in `packed_day`. */
export interface PackedDay {
  /** `YYYY-MM-DD`. */
  day: string
  entries: number
}

/**
 * Days from `from` to `below` that are packed in this form and still in the database. Where the archive has something of a day, its rows
 * are told apart entry by entry: such a day is read from the table.
 */
export async function packedDaysOf(
  client: pg.Client,
  tenantId: string,
  { from, below, form }: { from: string; below: string; form: string },
  periods: readonly AnchoredPeriod[],
): Promise<PackedDay[]> {
  const { rows } = await client.query<PackedDay>(
    `SELECT p.day::text AS day, p.entries FROM packed_day p JOIN archive_day a USING (day)
     WHERE p.tenant_id = $1 AND p.day >= $2::date AND p.day < $3::date AND p.form = $4 AND a.dropped_at IS NULL
     ORDER BY p.day`,
    [tenantId, from, below, form],
  )
  return rows.filter(({ day }) => !periods.some(({ fromDay, belowDay }) => fromDay <= day && day < belowDay))
}

/** Entries of packed days, as a condition on `ledger_entry e`. */
export function withinPacked(days: readonly PackedDay[]): string {
  const stretches: [from: number, below: number][] = []
  for (const { day } of days) {
    const from = Date.parse(`${day}T00:00:00Z`)
    const last = stretches.at(-1)
    if (last?.[1] === from) last[1] = from + DAY_MS
    else stretches.push([from, from + DAY_MS])
  }
  const bound = (at: number) => `ledger_day_bound(${pg.escapeLiteral(new Date(at).toISOString().slice(0, 10))})`
  const within = stretches.map(([from, below]) => `(e.id >= ${bound(from)} AND e.id < ${bound(below)})`)
  return within.length === 0 ? 'false' : `(${within.join(' OR ')})`
}

/** Writes the facts of packed days as Parquet, a file each. Gives their paths. */
export async function writePacked(
  client: pg.Client,
  tenantId: string,
  days: readonly PackedDay[],
  folder: string,
): Promise<string[]> {
  const text = pg.escapeLiteral
  const paths: string[] = []
  for (const { day } of days.filter(({ entries }) => entries > 0)) {
    const path = join(folder, `packed-${day}.parquet`)
    const query = `SELECT facts FROM packed_day WHERE tenant_id = ${text(tenantId)} AND day = ${text(day)}`
    await valueToFile(client, query, path)
    paths.push(path)
  }
  return paths
}

/** Of PostgreSQL's binary copy of one row with one column: signature, flags and extension, count of columns, length; the end. */
const BEFORE_BYTES = 11 + 4 + 4 + 2 + 4
const AFTER_BYTES = 2

/** One binary value as it is: as the result of a query it would come as text of twice the length. */
async function valueToFile(client: pg.Client, query: string, path: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    let skipped = 0
    const { rows, bytes } = await copyOut(client, `COPY (${query}) TO STDOUT (FORMAT binary)`, async (block) => {
      const rest = block.subarray(Math.min(BEFORE_BYTES - skipped, block.length))
      skipped += block.length - rest.length
      await file.appendFile(rest)
    })
    if (rows !== 1) throw new Error('a packed day is not there any more')
    await file.truncate(bytes - BEFORE_BYTES - AFTER_BYTES)
  } finally {
    await file.close()
  }
}

/** @throws PalimpsestError where the database has another number of entries of these days. */
export function requireAll(days: readonly PackedDay[], inDatabase: number): void {
  if (days.reduce((sum, { entries }) => sum + entries, 0) === inDatabase) return
  throw new PalimpsestError({
    code: 'packed_days_differ',
    status: 500,
    message:
      'Sealed days have another number of entries than their packed facts: delete from packed_day, it is made again; then palimpsest verify.',
  })
}
