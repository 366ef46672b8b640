import pg from 'pg'
import { COST_COLUMNS, type CostDimension, costLine, costQuestion } from '../../../domain/cost/cost-lines.ts'
import { queryOf } from '../../../domain/reports/question.ts'
import type { CostAnswer, CostScope } from '../../../ports/cost-ledger.ts'
import { readOut } from '../read-out.ts'

/** Milliseconds that one statement may take. */
const STATEMENT_MS = 120_000
/** Days by which an entry's id may be older, or its time later, than the other one. */
const APART_DAYS = 3
const DAY_MS = 86_400_000

export interface HotCosts {
  /** Undefined: some of the period is in the archive, or was. */
  answer: CostAnswer | undefined
  expired: boolean
}

/** Asks the database alone, where all of the period is in it: nothing has to be written out for that. */
export async function hotCosts(
  databaseUrl: string,
  scope: CostScope,
  dimensions: readonly CostDimension[],
  most: number,
  signal: AbortSignal,
): Promise<HotCosts> {
  const options = { name: 'palimpsest-costs', statementTimeoutMs: STATEMENT_MS, tenantId: scope.tenantId }
  return readOut(databaseUrl, options, signal, async (client) => {
    const days = daysOf(scope)
    const { rows: archived } = await client.query<{ expired: boolean }>(
      `SELECT expired_at IS NOT NULL AS expired FROM archive_period
       WHERE tenant_id = $1 AND anchored_at IS NOT NULL AND entries > 0 AND from_day < $3::date AND below_day > $2::date`,
      [scope.tenantId, days.from, days.below],
    )
    const expired = archived.some((period) => period.expired)
    if (archived.length > 0) return { answer: undefined, expired }
    const filters = { subject: null, tool: null, model: null, pii: null }
    const { text, parameters } = queryOf(costQuestion(dimensions, most).sql, { ...scope, filters })
    const { rows } = await client.query(
      `WITH entries AS (${entriesSql(scope, days)}) ${text}`,
      parameters.map(({ value }) => value),
    )
    const { rows: clock } = await client.query<{ now: number }>(
      'SELECT (extract(epoch FROM now()) * 1000)::float8 AS now',
    )
    const lines = rows.slice(0, most).map((row) => costLine(row, dimensions))
    const watermark = Math.floor(clock[0]?.now ?? 0)
    return { answer: { lines, more: rows.length > most, watermark, archivedObjects: 0, expired }, expired }
  })
}

function daysOf({ from, to }: CostScope): { from: string; below: string } {
  const day = (at: number) => new Date(Math.max(0, at)).toISOString().slice(0, 10)
  return { from: day(from - APART_DAYS * DAY_MS), below: day(to + (APART_DAYS + 1) * DAY_MS) }
}

/** Bounded by id, so that only the partitions of the period are read. */
function entriesSql({ tenantId, from, to }: CostScope, days: { from: string; below: string }): string {
  const text = pg.escapeLiteral
  return `SELECT ${COST_COLUMNS.map((name) => `e.${name}`).join(', ')}, e.occurred_at AT TIME ZONE 'UTC' AS occurred_at
    FROM ledger_entry e WHERE e.tenant_id = ${text(tenantId)}
    AND e.id >= ledger_day_bound(${text(days.from)}) AND e.id < ledger_day_bound(${text(days.below)})
    AND e.occurred_at >= ${text(new Date(from).toISOString())} AND e.occurred_at < ${text(new Date(to).toISOString())}`
}
