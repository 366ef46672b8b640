import { dollars, grouped } from '../answers.ts'
import { daily, interactions, rollUp } from '../common.ts'
import { COST } from '../controls.ts'
import type { ReportPlan } from '../plan.ts'
import { column, type Question } from '../question.ts'

const basis: Question = {
  name: 'price-basis',
  title: 'What the costs rest on',
  columns: [
    column(
      'price_version',
      'text',
      'Price list and edition, contract, or both; free: nobody charges; none: nothing was priced',
    ),
    column('price_unknown', 'boolean', 'The list lacks the model: its cost counts as 0'),
    column('usage_estimated', 'boolean', 'The provider told no tokens: they were counted here'),
    column('calls', 'integer', 'Calls'),
    column('cached_tokens', 'integer', 'Prompt tokens that the provider had cached'),
    column('reasoning_tokens', 'integer', 'Tokens of answers that were reasoning'),
    column('cost_usd', 'decimal', 'US dollars'),
  ],
  sql: `SELECT coalesce(price_version, 'none') AS price_version, 'price_unknown' = ANY (flags) AS price_unknown,
  coalesce(usage_estimated, false) AS usage_estimated, count(*) AS calls,
  CAST(coalesce(sum(cached_tokens), 0) AS decimal(38,0)) AS cached_tokens,
  CAST(coalesce(sum(reasoning_tokens), 0) AS decimal(38,0)) AS reasoning_tokens,
  CAST(coalesce(sum(cost_usd), 0) AS decimal(38,10)) AS cost_usd
FROM entries
WHERE {calls}
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3`,
}

const dearest: Question = {
  name: 'dearest-persons',
  title: 'The hundred persons whose calls cost most',
  columns: [
    column('subject', 'text', 'Pseudonym of the person, or of an app and day where no user was named'),
    column('calls', 'integer', 'Calls'),
    column('cost_usd', 'decimal', 'US dollars'),
  ],
  sql: `SELECT coalesce(subject_pseudonym, 'none') AS subject, count(*) AS calls,
  CAST(coalesce(sum(cost_usd), 0) AS decimal(38,10)) AS cost_usd
FROM entries
WHERE {calls}
GROUP BY 1
ORDER BY 3 DESC, 1
LIMIT 100`,
}

/** What was spent, by whom, on what. */
export const cost: ReportPlan = {
  kind: 'cost',
  title: 'Cost of calls',
  population: '{calls}',
  questions: [
    daily(['team', 'app', 'tool', 'feature', 'model', 'provider', 'status']),
    rollUp(['month'], ['refused', 'failed']),
    rollUp(['team'], [], 'cost_usd'),
    rollUp(['app'], [], 'cost_usd'),
    rollUp(['tool'], [], 'cost_usd'),
    rollUp(['feature'], [], 'cost_usd'),
    rollUp(['model'], [], 'cost_usd'),
    rollUp(['month', 'tool'], []),
    rollUp(['month', 'model'], []),
    basis,
    dearest,
    interactions(),
  ],
  summary: (answers) => [
    ['Cost', dollars(answers.total('by-month', 'cost_usd'))],
    ['Calls', grouped(answers.total('by-month', 'calls'))],
    ['Tokens of requests', grouped(answers.total('by-month', 'prompt_tokens'))],
    ['Tokens of answers', grouped(answers.total('by-month', 'response_tokens'))],
    ['Tools', grouped(String(answers.rows('by-tool')))],
    ['Models', grouped(String(answers.rows('by-model')))],
  ],
  charts: (answers) => [
    ...answers.chart({
      title: 'Cost by month',
      kind: 'bar',
      unit: 'USD',
      table: 'by-month',
      along: 'month',
      series: { cost: 'cost_usd' },
    }),
    ...answers.chart({
      title: 'Cost by tool',
      kind: 'bar',
      unit: 'USD',
      table: 'by-tool',
      along: 'tool',
      series: { cost: 'cost_usd' },
    }),
    ...answers.chart({
      title: 'Cost by model',
      kind: 'bar',
      unit: 'USD',
      table: 'by-model',
      along: 'model',
      series: { cost: 'cost_usd' },
    }),
  ],
  controls: COST,
  limits: [
    'Costs are tokens times prices in force at the time of each call, published or configured, not a provider’s invoice: taxes and what was agreed elsewhere are not in it.',
    'A model that the price list lacks counts as 0: table price-basis says how many calls that are.',
  ],
}
