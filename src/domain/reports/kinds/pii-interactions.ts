import { disclosuresByKey, policyChanges } from '../acts.ts'
import { grouped } from '../answers.ts'
import { daily, findings, interactions, rollUp } from '../common.ts'
import { PII } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'
import { column, type Question } from '../question.ts'

const byType: Question = {
  name: 'findings-by-tool',
  title: 'Types of personal data found, by tool',
  columns: [
    column('tool', 'text', 'X-Tool-Name as the app sent it; default: it sent none'),
    column('entity_type', 'text', 'Type that the engine found'),
    column('calls', 'integer', 'Calls in which it was found'),
    column('found', 'integer', 'How often it was found'),
  ],
  sql: `SELECT coalesce(tool, 'default') AS tool, entity_type, count(*) AS calls, CAST(sum(found) AS decimal(38,0)) AS found
FROM personal_data
WHERE {calls}
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2`,
}

const engines: Question = {
  name: 'engines',
  title: 'Which engine looked, under which policy',
  columns: [
    column('engine_version', 'text', 'Engine and version; none: the request ended before it was looked at'),
    column('policy_version', 'text', 'Digest of the policy; its text is in an entry of kind policy'),
    column('calls', 'integer', 'Calls'),
    column('with_pii', 'integer', 'Of these, with personal data found'),
  ],
  sql: `SELECT coalesce(engine_version, 'none') AS engine_version, coalesce(policy_version, 'none') AS policy_version,
  count(*) AS calls, count(*) FILTER (WHERE has_pii) AS with_pii
FROM entries
WHERE {calls}
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2`,
}

/** Calls in which personal data was found: who, by which tool, of which type, and what became of it. */
export const piiInteractions: ReportPlan = {
  kind: 'pii-interactions',
  title: 'Calls in which personal data was found',
  population: '{calls} AND has_pii',
  questions: [
    daily(['tool', 'model', 'provider', 'region', 'status', 'has_pii', 'pii_redacted']),
    rollUp(['month'], ['with_pii', 'sent_unredacted', 'refused']),
    rollUp(['tool'], ['with_pii', 'sent_unredacted'], 'calls'),
    rollUp(['provider'], ['with_pii', 'sent_unredacted'], 'calls'),
    findings,
    byType,
    engines,
    disclosuresByKey,
    policyChanges,
    interactions('has_pii'),
  ],
  summary: (answers) => [
    ['Calls', grouped(answers.total('by-month', 'calls'))],
    ['With personal data found', grouped(answers.total('by-month', 'with_pii'))],
    ['Of these sent without redaction', grouped(answers.total('by-month', 'sent_unredacted'))],
    ['Types found', grouped(String(answers.rows('findings')))],
    ['Disclosures of stored text', grouped(answers.total('disclosures-by-key', 'disclosures'))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Calls with personal data by month',
      kind: 'bar',
      unit: 'calls',
      table: 'by-month',
      along: 'month',
      series: { 'with personal data': 'with_pii', 'sent without redaction': 'sent_unredacted' },
    }),
    ...answers.chart({
      title: 'Types of personal data',
      kind: 'bar',
      unit: 'calls',
      table: 'findings',
      along: 'entity_type',
      series: { calls: 'calls' },
    }),
  ],
  controls: PII,
  limits: [
    'What the engine did not recognise is not in it. Its recall is measured in docs/pii.md, and is below 100 %.',
    'Text is not in it: GET /v1/requests/{id}/disclosures shows it to the role privacy, as a disclosure.',
  ],
}
