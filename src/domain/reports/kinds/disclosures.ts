import { acts, disclosures as disclosureList, disclosuresByKey } from '../acts.ts'
import { grouped } from '../answers.ts'
import { DISCLOSURES } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'

/** Who was shown stored text, of whom, when. */
export const disclosures: ReportPlan = {
  kind: 'disclosures',
  title: 'Disclosures of stored text',
  population: "{period} AND kind = 'disclosure'",
  questions: [disclosuresByKey, disclosureList, acts],
  summary: (answers) => [
    ['Disclosures', grouped(String(answers.rows('disclosures')))],
    ['With a stated purpose', grouped(answers.total('disclosures-by-key', 'with_purpose'))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Disclosures by month and key',
      kind: 'bar',
      unit: 'disclosures',
      table: 'disclosures-by-key',
      along: 'month',
      series: { disclosures: 'disclosures' },
    }),
  ],
  controls: DISCLOSURES,
  limits: [
    'Purposes are sealed under the person’s key and only counted: GET /v1/disclosures shows them to the role privacy.',
    'It covers text that was read through the gateway. What a provider did with what it received is not seen here.',
  ],
}
