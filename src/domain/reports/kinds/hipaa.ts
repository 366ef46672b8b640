import { acts, archivedPeriods, disclosures, disclosuresByKey, integrity, policyChanges, retention } from '../acts.ts'
import { grouped } from '../answers.ts'
import { daily, findings, interactions, keysUsed, rollUp, unanswered } from '../common.ts'
import { HIPAA } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'
import { hipaaProviders, processors } from '../transfers.ts'

/** Calls of tools that are marked for HIPAA: who was asked, who read what, and whether the record is whole. */
export const hipaa: ReportPlan = {
  kind: 'hipaa',
  title: 'HIPAA: calls on routes for protected health information',
  population: '{calls} AND hipaa_route',
  questions: [
    daily(['tool', 'model', 'provider', 'status', 'error_code', 'has_pii', 'pii_redacted', 'hipaa_route']),
    rollUp(['month'], ['on_hipaa_route', 'with_pii', 'sent_unredacted']),
    rollUp(['tool', 'hipaa_route'], ['with_pii', 'sent_unredacted']),
    unanswered,
    hipaaProviders,
    processors,
    findings,
    keysUsed,
    disclosuresByKey,
    disclosures,
    acts,
    policyChanges,
    integrity,
    retention,
    archivedPeriods,
    interactions('hipaa_route'),
  ],
  summary: (answers) => [
    ['Calls', grouped(answers.total('by-month', 'calls'))],
    ['On HIPAA routes', grouped(answers.total('by-month', 'on_hipaa_route'))],
    ['Attempts on them', grouped(answers.total('hipaa-providers', 'attempts'))],
    ['Of these to providers not covered', grouped(uncovered(answers))],
    ['Disclosures of stored text', grouped(String(answers.rows('disclosures')))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Calls on HIPAA routes by month',
      kind: 'line',
      unit: 'calls',
      table: 'by-month',
      along: 'month',
      series: { 'on HIPAA routes': 'on_hipaa_route', all: 'calls' },
    }),
  ],
  controls: HIPAA,
  limits: [
    'Whether a call carries protected health information is what its tool is marked as, not what its text says.',
    'Cover of a provider is what the organisation registered: the agreement itself is not seen here.',
    'Documentation that has to be kept for six years (45 CFR 164.316(b)(2)) needs a retention policy of 2190 days or more.',
  ],
}

function uncovered(answers: Parameters<ReportPlan['summary']>[0]): string {
  const attempts = answers.numbers('hipaa-providers', 'attempts')
  return String(
    answers
      .column('hipaa-providers', 'covered_for_hipaa')
      .reduce<number>((sum, cell, at) => sum + (cell === true ? 0 : (attempts[at] ?? 0)), 0),
  )
}
