import type { HintFacts } from '../hints/types.ts'
import type { Answers } from './answers.ts'
import type { Question } from './question.ts'
import type { ControlEvidence, ReportChart, ReportKind, ReportTable } from './types.ts'

/** A table that rules of the domain make of the answers to the plan's questions. */
export interface DerivedTable extends Pick<ReportTable, 'name' | 'title' | 'columns' | 'query' | 'fingerprint'> {
  /** @param answers of each question its rows, in the questions' order. Columns are texts, and times as `strftime` gives them. */
  rows(
    answers: readonly (readonly Readonly<Record<string, unknown>>[])[],
    context: Pick<HintFacts, 'from' | 'to' | 'budgets' | 'benchmarks'>,
  ): (string | null)[][]
}

/** What a kind of report asks, shows and is evidence for. */
export interface ReportPlan {
  kind: ReportKind
  title: string
  /** In order: a question may read the answers of those before it. */
  questions: readonly Question[]
  derived?: DerivedTable
  /** Entries that a sample is drawn from, as a condition with `{period}` or `{calls}`. */
  population: string
  charts(answers: Answers): readonly ReportChart[]
  summary(answers: Answers): readonly (readonly [name: string, value: string])[]
  controls: readonly ControlEvidence[]
  /** What this kind does not show; limits of every report come with it. */
  limits: readonly string[]
}
