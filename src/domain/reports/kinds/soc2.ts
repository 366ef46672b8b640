import { acts, archivedPeriods, disclosuresByKey, integrity, policyChanges, retention } from '../acts.ts'
import { dollars, grouped } from '../answers.ts'
import { auditorSample, auditorSummary } from '../auditor.ts'
import { daily, findings, interactions, keysUsed, latency, rollUp, unanswered } from '../common.ts'
import { SOC2 } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'

/** Who did what and when, whether personal data was kept back, and whether the record is whole. */
export const soc2: ReportPlan = {
  kind: 'soc2',
  title: 'SOC 2: evidence on calls of language models',
  population: '{calls}',
  questions: [
    daily(['tool', 'model', 'provider', 'region', 'status', 'error_code', 'has_pii', 'pii_redacted']),
    rollUp(['month'], ['refused', 'failed', 'with_pii', 'sent_unredacted']),
    rollUp(['tool'], ['refused', 'failed', 'with_pii', 'sent_unredacted'], 'calls'),
    rollUp(['model'], ['refused', 'failed'], 'calls'),
    unanswered,
    findings,
    keysUsed,
    latency,
    acts,
    disclosuresByKey,
    policyChanges,
    integrity,
    retention,
    archivedPeriods,
    auditorSummary,
    auditorSample,
    interactions(),
  ],
  summary: (answers) => [
    ['Calls', grouped(answers.total('by-month', 'calls'))],
    ['Refused', grouped(answers.total('by-month', 'refused'))],
    ['Failed or broken off', grouped(answers.total('by-month', 'failed'))],
    ['With personal data found', grouped(answers.total('by-month', 'with_pii'))],
    ['Of these sent without redaction', grouped(answers.total('by-month', 'sent_unredacted'))],
    ['Cost', dollars(answers.total('by-month', 'cost_usd'))],
    ['API keys that called', grouped(String(answers.rows('keys-used')))],
    ['Disclosures of stored text', grouped(answers.total('disclosures-by-key', 'disclosures'))],
    ['Changes of policy', grouped(String(answers.rows('policy-changes')))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Calls with personal data, refused and failed, by month',
      kind: 'bar',
      unit: 'calls',
      table: 'by-month',
      along: 'month',
      series: { 'with personal data': 'with_pii', refused: 'refused', failed: 'failed' },
    }),
    ...answers.chart({
      title: 'All calls by month',
      kind: 'line',
      unit: 'calls',
      table: 'by-month',
      along: 'month',
      series: { calls: 'calls' },
    }),
    ...answers.chart({
      title: 'Calls by tool',
      kind: 'bar',
      unit: 'calls',
      table: 'by-tool',
      along: 'tool',
      series: { calls: 'calls', 'with personal data': 'with_pii' },
    }),
  ],
  controls: SOC2,
  limits: [
    'It covers calls that went through the gateway. Whether an app called a model past it is not seen here.',
    'It shows that controls worked in the period on what was recorded; whether they are designed well is the auditor’s judgement.',
  ],
}
