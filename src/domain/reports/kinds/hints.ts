import { findHints } from '../../hints/find-hints.ts'
import { HINT_QUESTIONS, hintRows } from '../../hints/questions.ts'
import { HINT_KINDS, type Hint } from '../../hints/types.ts'
import { jcs } from '../../ledger/json.ts'
import { grouped } from '../answers.ts'
import { HINTS } from '../controls.ts'
import type { DerivedTable, ReportPlan } from '../plan.ts'
import { column } from '../question.ts'

const COLUMNS = [
  column('kind', 'text', 'personal_data, latency, errors, refusals, spend or models'),
  column('about', 'text', 'JSON: tool, model, provider, types of personal data or budget'),
  column('since', 'time', 'From when on, in UTC'),
  column('until', 'time', 'Until when; empty: it went on at the end of the period'),
  column('figures', 'text', 'JSON: what it rests on'),
  column('rule', 'text', 'How it was decided, with its thresholds'),
  column('advice', 'text', 'What to do'),
]

const hints: DerivedTable = {
  name: 'hints',
  title: 'Hints, by the rules of docs/hints.md from the tables usage, endings, speeds and findings-by-day',
  columns: COLUMNS,
  query: `SELECT ${COLUMNS.map(({ name }) => name).join(', ')} FROM hints`,
  fingerprint: '1ceb1b54cb301ea9',
  rows: (answers, { from, to, budgets, benchmarks }) =>
    findHints({ ...hintRows(answers), from, to, budgets, benchmarks }).map(cellsOf),
}

function cellsOf({ kind, about, since, until, figures, rule, advice }: Hint): (string | null)[] {
  const time = (at: number) => `${new Date(at).toISOString().slice(0, 23)}000Z`
  return [kind, jcs(about), time(since), until === null ? null : time(until), jcs(figures), rule, advice]
}

/** What the log shows that a person may want to act on. */
export const hintsPlan: ReportPlan = {
  kind: 'hints',
  title: 'Hints from the log',
  population: '{calls}',
  questions: HINT_QUESTIONS,
  derived: hints,
  summary: (answers) => {
    const kinds = answers.texts('hints', 'kind')
    return [
      ['Calls', grouped(answers.total('usage', 'calls'))],
      ['Hints', grouped(String(answers.rows('hints')))],
      ...HINT_KINDS.map((kind) => [SHOWN[kind], String(kinds.filter((one) => one === kind).length)] as const),
    ]
  },
  charts: (answers) => {
    const kinds = answers.texts('hints', 'kind')
    if (kinds.length === 0) return []
    const values = HINT_KINDS.map((kind) => kinds.filter((one) => one === kind).length)
    const categories = HINT_KINDS.map((kind) => SHOWN[kind])
    return [{ title: 'Hints by kind', kind: 'bar', unit: 'hints', categories, series: [{ name: 'hints', values }] }]
  },
  controls: HINTS,
  limits: [
    'Each moment is judged by what came before it in the period: in its first four weeks nothing can leave a baseline.',
    'The table hints is computed from the other tables, budgets in force and recorded benchmarks; its query only names its columns.',
    'Filters narrow the calls in which hints are found; budgets are then compared with these calls alone.',
    'A hint is a reason to look, not a finding. What it rests on stands beside it; nothing was read of any text.',
  ],
}

const SHOWN = {
  personal_data: 'Personal data that is pasted',
  latency: 'Latency',
  errors: 'Errors of providers',
  refusals: 'Refusals',
  spend: 'Spend and budgets',
  models: 'Dearer models',
} as const
