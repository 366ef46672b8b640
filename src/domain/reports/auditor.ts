import { fullDay, LIST_ROWS } from './common.ts'
import { column, type Question } from './question.ts'

// The two queries of the common audit script, over the columns of its table.

export const auditorSummary: Question = {
  ofOnePerson: true,
  name: 'audit-daily-use',
  title: 'Daily use by tool, person and model of calls without personal data, in the columns of the audit table',
  columns: [
    column('day', 'text', 'Day in UTC'),
    column('tool_name', 'text', 'Tool'),
    column('user_id', 'text', 'Pseudonym of the person; empty once erased'),
    column('model', 'text', 'Model'),
    column('total_tokens', 'integer', 'Tokens of requests and answers'),
    column('daily_cost', 'decimal', 'US dollars, each call rounded to six places as in that table'),
    column('interaction_count', 'integer', 'Calls'),
  ],
  sql: `SELECT
  DATE(event_timestamp) as day,
  tool_name,
  user_id,
  model,
  SUM(prompt_tokens + response_tokens) as total_tokens,
  SUM(total_cost) as daily_cost,
  COUNT(*) as interaction_count
FROM llm_interaction_audit
WHERE {audit}
AND has_pii_detected = FALSE -- Demonstrate PII controls are working
GROUP BY DATE(event_timestamp), tool_name, user_id, model
ORDER BY day DESC
LIMIT ${LIST_ROWS}`,
}

const SAMPLE_ROWS = 100

/** `daily` stands before it, and tells personal data apart. */
export const auditorSample: Question = {
  name: 'audit-pii-sample',
  title: 'The newest calls in which personal data was found, in the columns of the audit table',
  columns: [
    column('event_timestamp', 'time', 'When it was accepted, UTC'),
    column('user_id', 'text', 'Pseudonym of the person; empty once erased'),
    column('tool_name', 'text', 'Tool'),
    column('prompt_preview', 'text', '[SEALED], or that it was erased: text is read as a disclosure'),
  ],
  sql: `SELECT event_timestamp, user_id, tool_name, prompt_preview
FROM llm_interaction_audit
WHERE {audit}
AND has_pii_detected = TRUE
ORDER BY event_timestamp DESC
LIMIT ${SAMPLE_ROWS}`,
  // Filters of that table also take calls without a tool or a model, which `daily` has elsewhere: fewer than it lists are no bound.
  since: `SELECT CASE WHEN sum(calls) >= ${SAMPLE_ROWS} THEN (${fullDay(SAMPLE_ROWS, 'has_pii')}) END FROM daily WHERE has_pii`,
}
