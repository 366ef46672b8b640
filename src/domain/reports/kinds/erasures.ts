import { archivedPeriods, cases, casesByMonth, erasureEntries, holds, retention } from '../acts.ts'
import { grouped } from '../answers.ts'
import { ERASURES } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'

/** Requests for erasure, whether they were met in time, and what held others back. */
export const erasures: ReportPlan = {
  kind: 'erasures',
  title: 'Erasures, holds and ends of life',
  population: "{period} AND kind IN ('erasure', 'hold')",
  questions: [casesByMonth, cases, erasureEntries, holds, retention, archivedPeriods],
  summary: (answers) => [
    ['Requests for erasure', grouped(answers.total('cases-by-month', 'cases'))],
    ['Completed', grouped(answers.total('cases-by-month', 'completed'))],
    ['Ended within a month', grouped(answers.total('cases-by-month', 'in_time'))],
    ['Ended later', grouped(answers.total('cases-by-month', 'late'))],
    ['Not ended', grouped(answers.total('cases-by-month', 'open'))],
    ['Archived periods past the end of their life', grouped(answers.total('archived-periods', 'overdue'))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Requests for erasure by month',
      kind: 'stacked-bar',
      unit: 'requests',
      table: 'cases-by-month',
      along: 'month',
      series: { 'in time': 'in_time', late: 'late', open: 'open' },
    }),
  ],
  controls: ERASURES,
  limits: [
    'That a person is gone is shown by the certificate of each case and by its receipts, not by this count.',
    'Requests that reached the organisation by other ways than the gateway are not in it.',
  ],
}
