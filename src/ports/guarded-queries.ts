import type { Officer } from '../domain/requests/act-entry.ts'
import type { DatabaseDescription, QueryRows } from './query-databases.ts'
import type { Subject } from './subject-directory.ts'

export interface GuardedQuery {
  /** Of the entry: the same id twice makes one entry. */
  entryId: string
  /** Milliseconds since the Unix epoch. */
  at: number
  caller: Officer
  subject: Pick<Subject, 'pseudonym' | 'dataKey'>
  tool: string
  database: string
  sql: string
  /** What is sealed in the entry in place of `sql`: the statement with placeholders. */
  recorded?: string
  /** The request that the statement comes from. */
  parentRequest: string | null
  signal: AbortSignal
}

export type GuardedOutcome =
  | { kind: 'answered'; rows: QueryRows }
  /** `position` is in `sql`, in code points from 1. */
  | { kind: 'refused'; code: string; message: string; position: number | null }
  | { kind: 'failed'; code: string }

/**
 * Runs statements that others wrote on configured databases, behind the guard. Duties: whatever is refused by the guard never reaches
 * the database; each statement, refused ones too, is in the ledger when the promise resolves; where it cannot be, no row is given.
 */
export interface GuardedQueries {
  /** Databases that a tenant may ask, by name. */
  names(tenantId: string): readonly string[]
  /** @throws PalimpsestError `database_not_found`, 404, also for one that is another tenant's; as `QueryDatabase.describe` */
  describe(tenantId: string, database: string): Promise<DatabaseDescription>
  /** @throws PalimpsestError `database_not_found`, 404; `database_role_too_strong`, 503; `ledger_unavailable`, 503 */
  run(query: GuardedQuery): Promise<GuardedOutcome>
}
