import type { Answers } from './answers.ts'
import type { Question } from './question.ts'
import type { ControlEvidence, ReportChart, ReportKind } from './types.ts'

/** What a kind of report asks, shows and is evidence for. */
export interface ReportPlan {
  kind: ReportKind
  title: string
  /** In order: a question may read the answers of those before it. */
  questions: readonly Question[]
  /** Entries that a sample is drawn from, as a condition with `{period}` or `{calls}`. */
  population: string
  charts(answers: Answers): readonly ReportChart[]
  summary(answers: Answers): readonly (readonly [name: string, value: string])[]
  controls: readonly ControlEvidence[]
  /** What this kind does not show; limits of every report come with it. */
  limits: readonly string[]
}
