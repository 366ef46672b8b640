import type pg from 'pg'
import type { Completeness } from '../../../domain/reports/types.ts'
import { type PackedDay, requireAll, withinPacked } from './packed-days.ts'
import { type AnchoredPeriod, withinPeriod } from './periods.ts'

/** Gaps of numbers that a report names; how many there are is counted all the same. */
const GAPS = 1_000

/**
 * Where all the leaves of the tenant's logs are: leaves are never removed, so that what they count has to be in the database, in
 * the archive, or removed at the end of its life. @throws PalimpsestError `packed_days_differ`
 */
export async function completenessOf(
  client: pg.Client,
  tenantId: string,
  periods: readonly AnchoredPeriod[],
  packed: readonly PackedDay[],
): Promise<Omit<Completeness, 'restorePending'>> {
  const count = async (query: string) =>
    Number((await client.query<{ count: string | null }>(query, [tenantId])).rows[0]?.count ?? 0)
  const logs = 'SELECT log_id FROM ledger_log WHERE tenant_id = $1'
  const written = await count(
    `SELECT sum(n.leaves)::text AS count FROM ledger_log g CROSS JOIN LATERAL (
       SELECT leaf_index + 1 AS leaves FROM ledger_leaf l WHERE l.log_id = g.log_id ORDER BY leaf_index DESC LIMIT 1) n
     WHERE g.tenant_id = $1`,
  )
  const stored = await storedOf(client, tenantId, packed)
  const waiting = await count(`SELECT count(*)::text AS count FROM ledger_pending WHERE log_id IN (${logs})`)
  const twice = periods.filter(({ standsInDatabase }) => standsInDatabase)
  let inBoth = 0
  for (const period of twice) {
    inBoth += await count(
      `SELECT count(*)::text AS count FROM ledger_entry e WHERE e.tenant_id = $1 AND ${withinPeriod(period)}`,
    )
  }
  const inDatabase = stored - waiting - inBoth
  const sum = (expired: boolean) =>
    periods.filter((period) => period.expired === expired).reduce((total, { entries }) => total + entries, 0)
  const [archived, expired] = [sum(false), sum(true)]
  return {
    written,
    inDatabase,
    archived,
    expired,
    missing: written - inDatabase - archived - expired,
    sequenceGaps: await gapsOf(client, tenantId),
  }
}

/** Entries in the database. */
async function storedOf(client: pg.Client, tenantId: string, packed: readonly PackedDay[]): Promise<number> {
  const { rows } = await client.query<{ stored: string; packed: string }>(
    `SELECT count(*)::text AS stored, (count(*) FILTER (WHERE ${withinPacked(packed)}))::text AS packed
     FROM ledger_entry e WHERE e.tenant_id = $1`,
    [tenantId],
  )
  requireAll(packed, Number(rows[0]?.packed ?? 0))
  return Number(rows[0]?.stored ?? 0)
}

/** Signed batches follow each other without a gap: a number between two of them is an entry that nobody signed for. */
async function gapsOf(client: pg.Client, tenantId: string): Promise<Completeness['sequenceGaps']> {
  const { rows } = await client.query<{ writerEpoch: string; from: number; to: number }>(
    `SELECT writer_epoch AS "writerEpoch", expected::float8 AS "from", (first_seq - 1)::float8 AS "to" FROM (
       SELECT writer_epoch, first_seq, coalesce(lag(first_seq + entry_count) OVER w, 0) AS expected
       FROM ledger_batch WHERE log_id IN (SELECT log_id FROM ledger_log WHERE tenant_id = $1)
       WINDOW w AS (PARTITION BY writer_epoch ORDER BY first_seq)) s
     WHERE first_seq <> expected ORDER BY writer_epoch, first_seq LIMIT ${GAPS}`,
    [tenantId],
  )
  return rows
}
