/** A node of PostgreSQL's parse tree as JSON: one field, named like its type; or, within a typed field, its fields alone. */
export type Tree = { readonly [field: string]: unknown }

/** A view that may be read, by its exact names. */
export interface ListedView {
  schema: string
  name: string
  columns: readonly string[]
}

/** What statements may do on one database. */
export interface GuardPolicy {
  views: readonly ListedView[]
  /** Functions beside those of the guard's own list: `schema.name`. */
  functions: ReadonlySet<string>
  /**
   * What `row.name` calls where `row` has no such column, and may not: functions of pg_catalog that take one argument and are neither
   * immutable nor listed, and its types that are not listed, to which it casts.
   */
  attributeCalls: ReadonlySet<string>
}

/** Why a statement is refused, in words that its author can act on. */
export interface GuardRefusal {
  code: GuardCode
  message: string
  /** Where in the statement, in code points counted from 1; null: no one place. */
  position: number | null
}

export type GuardCode =
  | 'sql_syntax'
  | 'sql_too_long'
  | 'sql_too_complex'
  | 'sql_not_one_statement'
  | 'sql_not_reading'
  | 'sql_locks'
  | 'sql_relation_not_listed'
  | 'sql_function_not_listed'
  | 'sql_operator_not_listed'
  | 'sql_type_not_listed'
  | 'sql_collation_not_listed'
  | 'sql_column_not_allowed'
  | 'sql_construct_not_allowed'
  | 'sql_too_large'

/** Thrown by the checks; caught where the verdict is made. */
export class Refused extends Error {
  readonly code: GuardCode
  /** A byte of the text, counted from 0; null: none. */
  readonly at: number | null

  constructor(code: GuardCode, message: string, at: number | null = null) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.at = at
  }
}

/** Text that is put in at a byte of the statement. */
export interface Insertion {
  at: number
  text: string
}

/** What was found in a statement that passed. */
export interface Passed {
  insertions: readonly Insertion[]
  /** `schema.name` of the views it reads, sorted. */
  relations: readonly string[]
  /** Names of the functions it calls, sorted. */
  functions: readonly string[]
  joins: number
  /** Of what it gathers from rows, made in one expression, where the server does not look whether it was stopped. */
  copies: number
}
