import { Answers } from './answers.ts'
import { LIST_ROWS } from './common.ts'
import type { ReportPlan } from './plan.ts'
import type { Completeness, ControlEvidence, ReportData, ReportSample, ReportSource, ReportTable } from './types.ts'

export interface ReportRequest
  extends Pick<ReportData, 'id' | 'tenantId' | 'from' | 'to' | 'filters' | 'requestedBy' | 'requestedAt'> {}

/** What was read, as `FactsQuery` answers. */
export interface ReportAnswer {
  watermark: number
  tables: readonly ReportTable[]
  sources: readonly ReportSource[]
  completeness: Completeness
  sample: ReportSample
}

export interface ReportMaking {
  /** Milliseconds since the Unix epoch. */
  madeAt: number
  gatewayVersion: string
}

/** The report, from its plan and what was read. */
export function assembleReport(
  plan: ReportPlan,
  request: ReportRequest,
  answer: ReportAnswer,
  made: ReportMaking,
): ReportData {
  const answers = new Answers(answer.tables)
  return {
    ...request,
    ...answer,
    ...made,
    kind: plan.kind,
    title: plan.title,
    summary: plan.summary(answers),
    charts: plan.charts(answers),
    controls: shownBy(plan.controls, answer.tables),
    limits: [...plan.limits, ...limitsOf(request, answer)],
  }
}

/** Of each control the tables that are in this report. */
function shownBy(controls: readonly ControlEvidence[], tables: readonly ReportTable[]): ControlEvidence[] {
  const names = new Set(tables.map(({ name }) => name))
  return controls.map((control) => ({ ...control, tables: control.tables.filter((name) => names.has(name)) }))
}

/** What no report shows, and what this one in particular does not. */
function limitsOf({ to, filters }: ReportRequest, { watermark, tables, completeness }: ReportAnswer): string[] {
  const cut = tables.filter(({ rows }) => rows === LIST_ROWS).map(({ name }) => name)
  const narrowed = [filters.tool, filters.model, filters.pii].some((filter) => filter !== null)
  const limits = [
    'It shows what was recorded. A digest or a count is not the text: the sealed text of a sampled call is opened through the API, as a disclosure.',
    'Persons are pseudonyms; a person who was erased and came back is two.',
    `The database was read at ${iso(watermark)}: what was written later is not in it.`,
  ]
  if (to > watermark) limits.push('The period was not over when the database was read.')
  if (narrowed)
    limits.push('Filters by tool, model and personal data narrow calls; acts that are no calls are shown as they are.')
  if (filters.subject !== null)
    limits.push('One person was asked for: every table but those of the archive shows entries of that person alone.')
  if (cut.length > 0) {
    limits.push(
      `The lists ${cut.join(', ')} end after ${LIST_ROWS} rows, the newest first; counts and sums in other tables are over all. A shorter period or a filter shows the rest.`,
    )
  }
  if (completeness.expired > 0) {
    limits.push(
      `${completeness.expired} entries of the tenant were removed at the end of their life and are in no table.`,
    )
  }
  if (completeness.missing !== 0) {
    limits.push(`${Math.abs(completeness.missing)} entries of the tenant are not accounted for: see completeness.`)
  }
  return limits
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
