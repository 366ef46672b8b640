import { column, MODEL, type Question } from '../reports/question.ts'
import type { EndingRow, FindingRow, SpeedRow, UsageRow } from './types.ts'

// What hints are found in, in PostgreSQL's grammar: the database answers it, and DuckDB over the archive too.

const DAY = column('day', 'text', 'Day in UTC')
const TOOL = column('tool', 'text', 'X-Tool-Name as the app sent it; default: it sent none')
const CALLS = column('calls', 'integer', 'Entries of kind interaction or refusal')

const usage: Question = {
  name: 'usage',
  title: 'Calls, personal data and cost by day and what budgets are for',
  columns: [
    DAY,
    column('team', 'text', 'Team of the key that called; none: it has none'),
    column('app', 'text', 'App of the key that called'),
    TOOL,
    column('feature', 'text', 'X-Feature-Name as the app sent it'),
    column('model', 'text', 'Model that answered, or that was asked for where none did'),
    CALLS,
    column('with_pii', 'integer', 'Of these, with personal data found'),
    column('cost_usd', 'decimal', 'US dollars'),
  ],
  sql: `SELECT CAST(occurred_at AS date) AS day, coalesce(team, 'none') AS team, coalesce(app, 'none') AS app,
  coalesce(tool, 'default') AS tool, coalesce(feature, 'none') AS feature, coalesce(${MODEL}, 'none') AS model,
  count(*) AS calls, count(*) FILTER (WHERE has_pii) AS with_pii,
  CAST(coalesce(sum(cost_usd), 0) AS decimal(38,10)) AS cost_usd
FROM entries
WHERE {calls}
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6`,
}

const endings: Question = {
  name: 'endings',
  title: 'How calls ended, by hour',
  columns: [
    column('hour', 'time', 'Start of the hour in UTC'),
    TOOL,
    column('provider', 'text', 'Provider that was tried first; none: nothing was sent'),
    column('ending', 'text', 'fine, troubled (failed, broken off, or answered after another try), refused'),
    column('code', 'text', 'Why it was not answered; none: it was'),
    CALLS,
  ],
  // That there were several attempts is asked first: what they were is long, and most calls have one.
  sql: `SELECT date_trunc('hour', occurred_at) AS hour, coalesce(tool, 'default') AS tool, coalesce(provider, 'none') AS provider,
  CASE WHEN status = 'refused' THEN 'refused' WHEN status <> 'answered' OR attempt_count > 1 THEN 'troubled' ELSE 'fine' END AS ending,
  coalesce(error_code, 'none') AS code, count(*) AS calls
FROM (
  SELECT occurred_at, tool, provider, status, attempt_count, error_code
  FROM entries
  WHERE {calls} AND attempt_count <= 1
  UNION ALL
  SELECT occurred_at, tool, coalesce(CAST(tries AS json) -> 0 ->> 'provider', provider), status, attempt_count, error_code
  FROM entries
  WHERE {calls} AND attempt_count > 1
) tried
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5`,
}

const speeds: Question = {
  name: 'speeds',
  title: 'Latency of calls that were answered at the first try, by day',
  columns: [
    DAY,
    TOOL,
    column('model', 'text', 'Model that answered'),
    column('provider', 'text', 'Provider that was asked'),
    CALLS,
    column('log_sum', 'decimal', 'Sum of ln(latency in milliseconds + 1)'),
    column('log_squares', 'decimal', 'Sum of its squares'),
  ],
  sql: `SELECT CAST(occurred_at AS date) AS day, coalesce(tool, 'default') AS tool, coalesce(model_answered, 'none') AS model,
  coalesce(provider, 'none') AS provider, count(*) AS calls,
  CAST(sum(ln(CAST(latency_ms + 1 AS double precision))) AS decimal(38,10)) AS log_sum,
  CAST(sum(ln(CAST(latency_ms + 1 AS double precision)) * ln(CAST(latency_ms + 1 AS double precision))) AS decimal(38,10)) AS log_squares
FROM entries
WHERE {calls} AND status = 'answered' AND attempt_count = 1 AND latency_ms >= 0
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4`,
}

const findings: Question = {
  name: 'findings-by-day',
  title: 'Types of personal data found, by day and tool',
  columns: [DAY, TOOL, column('entity_type', 'text', 'Type that the engine found'), CALLS],
  sql: `SELECT CAST(occurred_at AS date) AS day, coalesce(tool, 'default') AS tool, entity_type, count(*) AS calls
FROM personal_data
WHERE {calls}
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3`,
}

export const HINT_QUESTIONS = [usage, endings, speeds, findings] as const

/** Columns of an entry that the questions name, beside its time and `tries`, the attempts where there were several. */
export const HINT_COLUMNS = [
  ...[
    'id',
    'kind',
    'tenant_id',
    'subject_pseudonym',
    'team',
    'app',
    'tool',
    'feature',
    'provider',
    'model_asked',
    'model_answered',
  ],
  ...['has_pii', 'entity_counts', 'cost_usd', 'status', 'error_code', 'attempt_count', 'latency_ms'],
]

type Cells = Readonly<Record<string, unknown>>

/** Answers to the questions, in their order, as rows. Cells come as text, numbers or times, as the two databases give them. */
export function hintRows(answers: readonly (readonly Cells[])[]): {
  usage: UsageRow[]
  endings: EndingRow[]
  speeds: SpeedRow[]
  findings: FindingRow[]
} {
  const [used = [], ended = [], timed = [], found = []] = answers
  return {
    usage: used.map((row) => ({
      day: timeOf(row.day),
      ...{ team: String(row.team), app: String(row.app), tool: String(row.tool) },
      ...{ feature: String(row.feature), model: String(row.model) },
      calls: Number(row.calls),
      withPii: Number(row.with_pii),
      costUsd: Number(row.cost_usd),
    })),
    endings: ended.map((row) => ({
      hour: timeOf(row.hour),
      ...{ tool: String(row.tool), provider: String(row.provider), code: String(row.code) },
      ending: row.ending as EndingRow['ending'],
      calls: Number(row.calls),
    })),
    speeds: timed.map((row) => ({
      day: timeOf(row.day),
      ...{ tool: String(row.tool), model: String(row.model), provider: String(row.provider) },
      calls: Number(row.calls),
      logSum: Number(row.log_sum),
      logSquares: Number(row.log_squares),
    })),
    findings: found.map((row) => ({
      day: timeOf(row.day),
      ...{ tool: String(row.tool), entityType: String(row.entity_type) },
      calls: Number(row.calls),
    })),
  }
}

/** A day or a time without an offset is in UTC. */
function timeOf(cell: unknown): number {
  if (cell instanceof Date) return cell.getTime()
  const text = String(cell).replace(' ', 'T')
  return Date.parse(text.length === 10 ? `${text}T00:00:00Z` : /Z$/.test(text) ? text : `${text}Z`)
}
