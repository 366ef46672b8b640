import { policyChanges } from '../acts.ts'
import { grouped } from '../answers.ts'
import { daily, interactions, rollUp, unanswered } from '../common.ts'
import { RESIDENCY } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'
import { againstRegister, processors, transfers } from '../transfers.ts'

/** What went where, against the registered processors and the residency rules. */
export const residency: ReportPlan = {
  kind: 'residency',
  title: 'Where data went',
  population: '{calls}',
  questions: [
    daily(['region', 'provider', 'model', 'tool', 'route_reason', 'status', 'error_code', 'has_pii', 'pii_redacted']),
    rollUp(['month', 'region', 'provider'], ['with_pii', 'sent_unredacted']),
    rollUp(['region', 'provider'], ['with_pii', 'sent_unredacted']),
    rollUp(['region', 'route_reason']),
    unanswered,
    transfers,
    againstRegister,
    processors,
    policyChanges,
    interactions('provider IS NOT NULL AND region IS NOT NULL', "provider <> 'none' AND region <> 'none'"),
  ],
  summary: (answers) => [
    ['Attempts that may have reached a provider', grouped(answers.total('sent', 'attempts'))],
    ['Of calls with personal data', grouped(answers.total('sent', 'with_pii'))],
    ['Of these redacted first', grouped(answers.total('sent', 'redacted'))],
    ['To providers that are not registered', grouped(sumWhere(answers, 'registered'))],
    ['Against the residency rules in force', grouped(sumWhere(answers, 'permitted'))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Attempts by provider',
      kind: 'bar',
      unit: 'attempts',
      table: 'against-register',
      along: 'provider',
      series: { attempts: 'attempts' },
    }),
  ],
  controls: RESIDENCY,
  limits: [
    'It is compared with the register and the rules in force when the report was made; earlier ones stand in entries of kind policy.',
    'Where a provider computes is what the organisation registered: the gateway sees an address, not a data centre.',
    'Contracts, transfer assessments and adequacy decisions (GDPR Art. 45 to 47) are not seen here.',
  ],
}

/** Attempts of rows for which a column is not true; there are as many rows as regions times providers. */
function sumWhere(answers: Parameters<ReportPlan['summary']>[0], name: string): string {
  const attempts = answers.numbers('against-register', 'attempts')
  return String(
    answers
      .column('against-register', name)
      .reduce<number>((sum, cell, at) => sum + (cell === true ? 0 : (attempts[at] ?? 0)), 0),
  )
}
