import type { ReportFilters, ReportTable } from './types.ts'

/** What a report asks of the entries. */
export interface Question {
  /** Names its files and, for the questions behind it, its rows: small letters, digits and dashes (`_` in a query). */
  name: string
  title: string
  columns: ReportTable['columns']
  /**
   * In PostgreSQL's grammar, over the views of docs/reports.md and the answers of questions before it. `{period}` stands for
   * tenant, period and person, `{calls}` for the same and the other filters, of calls only, `{audit}` for that in the columns of
   * the audit table. One of them at most stands in a question.
   */
  sql: string
  /**
   * A query for a time before which no entry can be in its answer, over the answers of questions before it: entries are read from there
   * on. NULL: from the first on. It spares reading, and changes no answer.
   */
  since?: string
  /** True: asked only where one person is named, because of many it would have as many rows as there are calls. */
  ofOnePerson?: true
}

export interface Scope {
  tenantId: string
  /** Milliseconds since the Unix epoch; `to` is not in it. */
  from: number
  to: number
  filters: ReportFilters
}

export type Parameter = ReportTable['parameters'][number]

/** A question as it is put: its text with `$1` …, and what they stand for. */
export interface Query {
  text: string
  parameters: readonly Parameter[]
}

/** Kinds of entries that are a call of a model, or the refusal of one. */
export const CALL_KINDS = "kind IN ('interaction', 'refusal')"

/** What the model of a call is: the one that answered, or that was asked for. */
export const MODEL = 'coalesce(model_answered, model_asked)'

/** Those that are asked where a report is narrowed like this. */
export function questionsFor(questions: readonly Question[], { subject }: ReportFilters): Question[] {
  return questions.filter(({ ofOnePerson }) => ofOnePerson !== true || subject !== null)
}

/** Puts period and filters into a question's text. A filter that is not set is not in it. */
export function queryOf(sql: string, scope: Scope): Query {
  const found = /\{(period|calls|audit)\}/.exec(sql)?.[1]
  if (found === undefined) return { text: sql, parameters: [] }
  const { filters } = scope
  const parameters: Parameter[] = []
  const given = (name: string, value: string | boolean) => {
    parameters.push({ name, value })
    return `$${parameters.length}`
  }
  const names = found === 'audit' ? AUDIT_NAMES : ENTRY_NAMES
  const parts = [
    `tenant_id = ${given('tenant', scope.tenantId)}`,
    `${names.at} >= CAST(${given('from', timeOf(scope.from))} AS timestamp)`,
    `${names.at} < CAST(${given('below', timeOf(scope.to))} AS timestamp)`,
  ]
  if (filters.subject !== null) parts.push(`${names.subject} = ${given('subject', filters.subject)}`)
  if (found === 'calls') parts.push(CALL_KINDS)
  if (found !== 'period') {
    if (filters.tool !== null) parts.push(`${names.tool} = ${given('tool', filters.tool)}`)
    if (filters.model !== null) parts.push(`${names.model} = ${given('model', filters.model)}`)
    if (filters.pii !== null) parts.push(`${names.pii} = CAST(${given('pii', filters.pii)} AS boolean)`)
  }
  return { text: sql.replaceAll(`{${found}}`, parts.join(' AND ')), parameters }
}

const ENTRY_NAMES = { at: 'occurred_at', subject: 'subject_pseudonym', tool: 'tool', model: MODEL, pii: 'has_pii' }
const AUDIT_NAMES = {
  at: 'event_timestamp',
  subject: 'gdpr_pseudonymized_user_key',
  tool: 'tool_name',
  model: 'model',
  pii: 'has_pii_detected',
}

/** A time in UTC, as the queries compare it. */
export function timeOf(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '')
}

/** The name by which later questions read a question's answer. */
export function relationOf(name: string): string {
  return name.replaceAll('-', '_')
}

type Column = ReportTable['columns'][number]

export function column(name: string, type: Column['type'], meaning: string): Column {
  return { name, type, meaning }
}
