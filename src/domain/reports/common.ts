import { column, MODEL, type Question } from './question.ts'

// Questions that several kinds of report ask.

/** Rows of a list at most: whoever needs more asks for a shorter period, or with a filter. */
export const LIST_ROWS = 100_000

const DIMENSIONS = {
  team: ["coalesce(team, 'none')", 'text', 'Team of the key that called; none: it has none'],
  app: ["coalesce(app, 'none')", 'text', 'App of the key that called'],
  tool: ["coalesce(tool, 'default')", 'text', 'X-Tool-Name as the app sent it; default: it sent none'],
  feature: ["coalesce(feature, 'none')", 'text', 'X-Feature-Name as the app sent it'],
  model: [`coalesce(${MODEL}, 'none')`, 'text', 'Model that answered, or that was asked for where none did'],
  provider: ["coalesce(provider, 'none')", 'text', 'Provider that was asked last; none: nothing was sent'],
  region: ["coalesce(region, 'none')", 'text', 'Region whose rules the route was decided by'],
  route_reason: ["coalesce(route_reason, 'none')", 'text', 'Why this target was chosen'],
  status: ['status', 'text', 'How it ended: answered, refused, failed or interrupted'],
  error_code: ["coalesce(error_code, 'none')", 'text', 'Why it was not answered'],
  has_pii: ['has_pii', 'boolean', 'Personal data was found in the request'],
  pii_redacted: ['pii_redacted', 'boolean', 'The request was redacted before anything was sent'],
  hipaa_route: ['hipaa_route', 'boolean', 'Only providers that are covered for HIPAA could be used'],
} as const

export type Dimension = keyof typeof DIMENSIONS

const SUMS = [
  column('calls', 'integer', 'Entries of kind interaction or refusal'),
  column('prompt_tokens', 'integer', 'Tokens of requests, as the provider counted them or as estimated'),
  column('response_tokens', 'integer', 'Tokens of answers'),
  column('cost_usd', 'decimal', 'US dollars, exact sums of what each entry states'),
]

const number = (sum: string) => `CAST(coalesce(${sum}, 0) AS decimal(38,0))`
const money = (sum: string) => `CAST(coalesce(${sum}, 0) AS decimal(38,10))`

/** Calls by day and what a kind of report tells apart: other tables add it up, and so can a reader. */
export function daily(dimensions: readonly Dimension[], narrower = ''): Question {
  const places = Array.from({ length: dimensions.length + 1 }, (_, index) => index + 1).join(', ')
  return {
    name: 'daily',
    title: `Calls by day and ${dimensions.map((name) => name.replaceAll('_', ' ')).join(', ')}`,
    columns: [
      column('day', 'text', 'Day in UTC'),
      ...dimensions.map((name) => column(name, DIMENSIONS[name][1], DIMENSIONS[name][2])),
      ...SUMS,
    ],
    sql: `SELECT CAST(occurred_at AS date) AS day,
  ${dimensions.map((name) => `${DIMENSIONS[name][0]} AS ${name}`).join(',\n  ')},
  count(*) AS calls,
  ${number('sum(prompt_tokens)')} AS prompt_tokens,
  ${number('sum(response_tokens)')} AS response_tokens,
  ${money('sum(cost_usd)')} AS cost_usd
FROM entries
WHERE {calls}${narrower && ` AND ${narrower}`}
GROUP BY ${places}
ORDER BY ${places}`,
  }
}

/** Counts that a roll-up may add to its sums, by column of `daily`. */
const COUNTS = {
  refused: ["status = 'refused'", 'Refused before anything was sent, or by rule'],
  failed: ["status IN ('failed', 'interrupted')", 'Failed or broke off'],
  with_pii: ['has_pii', 'Personal data was found in the request'],
  sent_unredacted: ["has_pii AND NOT pii_redacted AND provider <> 'none'", 'Sent without redaction: a tenant’s choice'],
  on_hipaa_route: ['hipaa_route', 'Only covered providers could be used'],
} as const

/** Calls by one or more columns of `daily`; `month` is the first seven letters of the day. */
export function rollUp(
  by: readonly (Dimension | 'month')[],
  counts: readonly (keyof typeof COUNTS)[] = [],
  order: 'by' | 'cost_usd' | 'calls' = 'by',
): Question {
  const places = by.map((_, index) => index + 1).join(', ')
  const expressions = by.map((name) => (name === 'month' ? 'substr(CAST(day AS text), 1, 7) AS month' : name))
  return {
    name: `by-${by.join('-').replaceAll('_', '-')}`,
    title: `Calls by ${by.join(' and ').replaceAll('_', ' ')}`,
    columns: [
      ...by.map((name) =>
        name === 'month'
          ? column('month', 'text', 'Month in UTC')
          : column(name, DIMENSIONS[name][1], DIMENSIONS[name][2]),
      ),
      ...counts.map((name) => column(name, 'integer', COUNTS[name][1])),
      ...SUMS,
    ],
    sql: `SELECT ${expressions.join(', ')},
  ${counts.map((name) => `${number(`sum(calls) FILTER (WHERE ${COUNTS[name][0]})`)} AS ${name},\n  `).join('')}${number('sum(calls)')} AS calls,
  ${number('sum(prompt_tokens)')} AS prompt_tokens,
  ${number('sum(response_tokens)')} AS response_tokens,
  ${money('sum(cost_usd)')} AS cost_usd
FROM daily
GROUP BY ${places}
ORDER BY ${order === 'by' ? places : `${order} DESC, ${places}`}`,
  }
}

/** Why calls were not answered. */
export const unanswered: Question = {
  name: 'unanswered',
  title: 'Calls that were not answered, by code',
  columns: [
    column('status', 'text', 'How it ended'),
    column('error_code', 'text', 'Code that the app was told'),
    column('calls', 'integer', 'How many'),
  ],
  sql: `SELECT status, error_code, ${number('sum(calls)')} AS calls
FROM daily
WHERE status <> 'answered'
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2`,
}

export const findings: Question = {
  name: 'findings',
  title: 'Personal data found in requests, by type',
  columns: [
    column('entity_type', 'text', 'Type that the engine found'),
    column('calls', 'integer', 'Calls in which it was found'),
    column('found', 'integer', 'How often it was found'),
    column('redacted_calls', 'integer', 'Of these calls, those that were redacted before anything was sent'),
    column('sent_unredacted', 'integer', 'Of these calls, those that were sent without redaction'),
  ],
  sql: `SELECT entity_type, count(*) AS calls, ${number('sum(found)')} AS found,
  count(*) FILTER (WHERE pii_redacted) AS redacted_calls,
  count(*) FILTER (WHERE NOT pii_redacted AND attempt_count > 0) AS sent_unredacted
FROM personal_data
WHERE {calls}
GROUP BY 1
ORDER BY 2 DESC, 1`,
}

export const latency: Question = {
  name: 'latency',
  title: 'Latency by tool',
  columns: [
    column('tool', 'text', DIMENSIONS.tool[2]),
    column('answered', 'integer', 'Calls that were answered'),
    column('p50_ms', 'integer', 'Milliseconds from acceptance to the end of the answer: median'),
    column('p95_ms', 'integer', '95th percentile'),
    column('p99_ms', 'integer', '99th percentile'),
  ],
  sql: `SELECT tool, answered, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  SELECT coalesce(tool, 'default') AS tool, count(*) AS answered,
    percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY latency_ms) AS percentiles
  FROM entries
  WHERE {calls} AND status = 'answered'
  GROUP BY 1
) t
ORDER BY 1`,
}

export const keysUsed: Question = {
  name: 'keys-used',
  title: 'API keys that called',
  columns: [
    column('api_key_id', 'text', 'Id of the key; never the key'),
    column('app', 'text', DIMENSIONS.app[2]),
    column('team', 'text', DIMENSIONS.team[2]),
    column('calls', 'integer', 'How many'),
    column('first_at', 'time', 'First call in the period'),
    column('last_at', 'time', 'Last call in the period'),
  ],
  sql: `SELECT coalesce(api_key_id, 'none') AS api_key_id, coalesce(app, 'none') AS app, coalesce(team, 'none') AS team,
  count(*) AS calls, min(occurred_at) AS first_at, max(occurred_at) AS last_at
FROM entries
WHERE {calls}
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3`,
}

/**
 * The day, of those in `daily`, on which a list of the newest calls has no more room.
 * @param counted which calls it lists, in columns of `daily`; none: all of them
 */
export function fullDay(rows: number, counted: string): string {
  return `SELECT min(day) FROM (
    SELECT day, sum(sum(calls)) OVER (ORDER BY day DESC) - sum(calls) AS newer
    FROM daily${counted && ` WHERE ${counted}`} GROUP BY day
  ) days WHERE newer < ${rows}`
}

/**
 * Calls one by one, newest first.
 * @param narrower in columns of `entries`, `counted` the same in those of `daily`, which stands before it
 */
export function interactions(narrower = '', counted = narrower): Question {
  return {
    name: 'interactions',
    title: 'The calls themselves, newest first',
    columns: [
      column('id', 'text', 'Id of request and ledger entry'),
      column('occurred_at', 'time', 'When it was accepted, UTC'),
      column('subject', 'text', 'Pseudonym of the person, or of a tenant’s app and day'),
      column('app', 'text', DIMENSIONS.app[2]),
      column('api_key_id', 'text', 'Id of the key that called'),
      column('tool', 'text', DIMENSIONS.tool[2]),
      column('feature', 'text', DIMENSIONS.feature[2]),
      column('provider', 'text', DIMENSIONS.provider[2]),
      column('model', 'text', DIMENSIONS.model[2]),
      column('region', 'text', DIMENSIONS.region[2]),
      column('status', 'text', DIMENSIONS.status[2]),
      column('error_code', 'text', 'Code that the app was told'),
      column('has_pii', 'boolean', DIMENSIONS.has_pii[2]),
      column('pii_redacted', 'boolean', DIMENSIONS.pii_redacted[2]),
      column('entity_counts', 'text', 'How often each type was found, as JSON'),
      column('prompt_tokens', 'integer', SUMS[1]?.meaning ?? ''),
      column('response_tokens', 'integer', SUMS[2]?.meaning ?? ''),
      column('cost_usd', 'decimal', 'US dollars'),
      column('latency_ms', 'integer', 'Milliseconds from acceptance to the end of the answer'),
    ],
    sql: `SELECT id, occurred_at, subject_pseudonym AS subject, app, api_key_id, tool, feature, provider, ${MODEL} AS model,
  region, status, error_code, has_pii, pii_redacted, entity_counts, prompt_tokens, response_tokens, cost_usd, latency_ms
FROM entries
WHERE {calls}${narrower && ` AND ${narrower}`} AND occurred_at >= (
  -- The day on which the list has no more room: to sort all times would cost more than the list.
  ${fullDay(LIST_ROWS, counted)}
)
ORDER BY occurred_at DESC, id DESC
LIMIT ${LIST_ROWS}`,
    since: fullDay(LIST_ROWS, counted),
  }
}
