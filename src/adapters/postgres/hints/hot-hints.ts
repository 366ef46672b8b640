import pg from 'pg'
import { HINT_COLUMNS, HINT_QUESTIONS, hintRows } from '../../../domain/hints/questions.ts'
import { queryOf } from '../../../domain/reports/question.ts'
import type { HintAnswer, HintScope } from '../../../ports/hint-ledger.ts'
import { readOut } from '../read-out.ts'

/** Milliseconds that one statement may take. */
const STATEMENT_MS = 120_000
/** Days by which an entry's id may be older, or its time later, than the other one. */
const APART_DAYS = 3
const DAY_MS = 86_400_000
const NO_FILTERS = { subject: null, tool: null, model: null, pii: null }

/** Asks the database alone. Undefined: some of the period is in the archive. */
export async function hotHints(
  databaseUrl: string,
  scope: HintScope,
  signal: AbortSignal,
): Promise<HintAnswer | undefined> {
  const { tenantId, from, to } = scope
  const options = { name: 'palimpsest-hints', statementTimeoutMs: STATEMENT_MS, tenantId }
  return readOut(databaseUrl, options, signal, async (client) => {
    const days = [dayOf(from - APART_DAYS * DAY_MS), dayOf(to + (APART_DAYS + 1) * DAY_MS)] as const
    const { rows: archived } = await client.query(
      `SELECT FROM archive_period WHERE tenant_id = $1 AND anchored_at IS NOT NULL AND expired_at IS NULL AND entries > 0
         AND from_day < $3::date AND below_day > $2::date LIMIT 1`,
      [tenantId, ...days],
    )
    if (archived.length > 0) return undefined
    const answers: Record<string, unknown>[][] = []
    for (const { sql } of HINT_QUESTIONS) {
      const { text, parameters } = queryOf(sql, { ...scope, filters: NO_FILTERS })
      const { rows } = await client.query({
        text: `WITH entries AS NOT MATERIALIZED (${entriesSql(scope, days)}), ${PERSONAL_DATA} ${text}`,
        values: parameters.map(({ value }) => value),
        types: AS_TEXT,
      })
      answers.push(rows)
    }
    return { ...hintRows(answers), archivedObjects: 0 }
  })
}

/** Days and times as the database writes them, in UTC: a driver's own dates are of this machine's time zone. */
const AS_TEXT = { getTypeParser: () => String } as unknown as pg.CustomTypesConfig

/** As DuckDB's view of that name. */
const PERSONAL_DATA = `personal_data AS (
  SELECT e.*, found.key AS entity_type FROM entries e CROSS JOIN LATERAL json_each_text(CAST(e.entity_counts AS json)) found
  WHERE e.has_pii AND e.entity_counts IS NOT NULL)`

function dayOf(at: number): string {
  return new Date(Math.max(0, at)).toISOString().slice(0, 10)
}

/** Bounded by id, so that only the partitions of the period are read. */
function entriesSql({ tenantId, from, to }: HintScope, [first, below]: readonly [string, string]): string {
  const text = pg.escapeLiteral
  return `SELECT ${HINT_COLUMNS.map((name) => `e.${name}`).join(', ')}, e.occurred_at AT TIME ZONE 'UTC' AS occurred_at,
      CASE WHEN e.attempt_count > 1 THEN e.attempts END AS tries
    FROM ledger_entry e WHERE e.tenant_id = ${text(tenantId)}
    AND e.id >= ledger_day_bound(${text(first)}) AND e.id < ledger_day_bound(${text(below)})
    AND e.occurred_at >= ${text(new Date(from).toISOString())} AND e.occurred_at < ${text(new Date(to).toISOString())}`
}
