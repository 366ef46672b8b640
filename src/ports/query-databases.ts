/** A view as who writes statements is told of it. */
export interface DescribedView {
  schema: string
  name: string
  comment: string | null
  columns: readonly { name: string; type: string; comment: string | null }[]
}

export interface DatabaseDescription {
  views: readonly DescribedView[]
  /** Names of pg_catalog that `row.name` calls and that it may not: of functions that are not immutable, and of types. */
  attributeCalls: readonly string[]
}

/** A value of a row: text as PostgreSQL writes it, where JSON has nothing better. */
export type QueryValue = string | number | boolean | null | object

export interface QueryRows {
  columns: readonly { name: string; type: string }[]
  rows: readonly (readonly QueryValue[])[]
  /** Bytes of the rows as they came. */
  bytes: number
  /** There were more rows, or more bytes, than may be given. */
  truncated: boolean
}

export interface QueryPlan {
  cost: number
  /** The largest number of rows that any of its steps expects. */
  rows: number
}

export type QueryOutcome =
  | { kind: 'answered'; rows: QueryRows; plan: QueryPlan | null }
  /** What its author can mend. `position` is in the statement that was run, in code points from 1. */
  | { kind: 'refused'; code: string; message: string; position: number | null; plan: QueryPlan | null }
  /** The database is away, or the caller. */
  | { kind: 'failed'; code: 'database_unavailable' | 'sql_cancelled'; plan: QueryPlan | null }

export interface QueryOptions {
  tenantId: string
  /** Aborted: the caller is gone, and the statement is cancelled in the database. */
  signal: AbortSignal
  /** False: no EXPLAIN before it; for tests of the layers behind it. */
  explain?: boolean
  /** Of what it gathers, that it makes where nothing stops it: the more, the less it may gather. None: 0. */
  copies?: number
}

/**
 * A database that statements are run on which others wrote. Duties: each runs alone, in a read-only transaction that is rolled back,
 * under time-outs and ceilings, as one tenant; nothing of it stays in the connection. Reading stops where the rows or their bytes
 * exceed what may be given. No error holds an address, a login or a value. Safe for concurrent use.
 */
export interface QueryDatabase {
  readonly name: string
  /** From the catalogue, kept for a minute. @throws PalimpsestError `database_unavailable`, 503, or `database_role_too_strong`, 503 */
  describe(): Promise<DatabaseDescription>
  /** What the login may do beyond reading the listed views; empty: nothing. */
  excessRights(): Promise<readonly string[]>
  run(sql: string, options: QueryOptions): Promise<QueryOutcome>
  close(): Promise<void>
}
