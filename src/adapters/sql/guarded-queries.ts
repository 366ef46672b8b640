import { sealNote } from '../../domain/requests/act-entry.ts'
import { guardSql, placeInGiven } from '../../domain/sql-guard/guard.ts'
import type { SqlParser } from '../../domain/sql-guard/parser.ts'
import { type QueryDetail, queryEntry } from '../../domain/sql-guard/query-entry.ts'
import type { DatabaseSettings } from '../../domain/sql-guard/settings.ts'
import { shapeOf } from '../../domain/sql-guard/shape.ts'
import type { GuardPolicy, Passed } from '../../domain/sql-guard/types.ts'
import { PalimpsestError } from '../../errors.ts'
import type { GuardedOutcome, GuardedQueries, GuardedQuery } from '../../ports/guarded-queries.ts'
import type { LedgerReader } from '../../ports/ledger-reader.ts'
import type { LedgerWriter } from '../../ports/ledger-writer.ts'
import type { DatabaseDescription, QueryDatabase, QueryPlan } from '../../ports/query-databases.ts'

export interface GuardedQueriesDeps {
  databases: readonly { settings: DatabaseSettings; database: QueryDatabase }[]
  parser: SqlParser
  ledger: Pick<LedgerWriter, 'append'>
  entries: Pick<LedgerReader, 'entry'>
  retentionClass(tenantId: string, tool: string): string
  now(): number
  randomBytes(length: number): Uint8Array
}

/** The guard, the database and the ledger, in this order. */
export function createGuardedQueries(deps: GuardedQueriesDeps): GuardedQueries {
  const mayAsk = (tenantId: string) =>
    deps.databases.filter(({ settings }) => settings.tenants?.includes(tenantId) ?? true)
  const find = (tenantId: string, name: string) => {
    const found = mayAsk(tenantId).find(({ settings }) => settings.name === name)
    if (!found) throw notFound()
    return found
  }
  return {
    names: (tenantId) => mayAsk(tenantId).map(({ settings }) => settings.name),
    describe: (tenantId, name) => find(tenantId, name).database.describe(),
    async run(query) {
      const { settings, database } = find(query.caller.tenantId, query.database)
      const description = await database.describe()
      const verdict = guardSql(query.sql, policyOf(settings, description), deps.parser)
      if (verdict.kind === 'refused') {
        const outcome: GuardedOutcome = { kind: 'refused', ...verdict.refusal }
        await record(deps, query, description, { outcome, facts: null, plan: null })
        return outcome
      }
      const { tenantId } = query.caller
      const { facts } = verdict
      const options = { tenantId, signal: query.signal, copies: facts.copies }
      const { plan, ...ended } = await database.run(verdict.sql, options)
      const outcome: GuardedOutcome =
        ended.kind === 'refused' && ended.position !== null
          ? { ...ended, position: placeInGiven(query.sql, facts.insertions, ended.position) }
          : ended
      await record(deps, query, description, { outcome, facts, plan })
      return outcome
    },
  }
}

export function policyOf(settings: DatabaseSettings, description: DatabaseDescription): GuardPolicy {
  return {
    views: description.views.map(({ schema, name, columns }) => ({
      schema,
      name,
      columns: columns.map((column) => column.name),
    })),
    functions: new Set(settings.functions),
    attributeCalls: new Set(description.attributeCalls),
  }
}

interface Ended {
  outcome: GuardedOutcome
  /** Null: the guard refused it. */
  facts: Passed | null
  plan: QueryPlan | null
}

async function record(
  deps: GuardedQueriesDeps,
  query: GuardedQuery,
  description: DatabaseDescription,
  ended: Ended,
): Promise<void> {
  const { outcome } = ended
  const { caller, subject, entryId: id, at, tool, parentRequest } = query
  const act = { id, officer: caller, subjectPseudonym: subject.pseudonym }
  const text = JSON.stringify({ database: query.database, sql: query.recorded ?? query.sql })
  const draft = queryEntry({
    ...{ id, at, caller, tool, parentRequest },
    latencyMs: deps.now() - at,
    subjectPseudonym: subject.pseudonym,
    retentionClass: deps.retentionClass(caller.tenantId, tool),
    status: outcome.kind,
    statusCode: STATUS[outcome.kind],
    errorCode: outcome.kind === 'answered' ? null : outcome.code,
    statement: sealNote(act, subject.dataKey, text, deps.randomBytes),
    detail: detailOf(deps, query, description, ended),
  })
  try {
    await deps.ledger.append(draft)
  } catch (cause) {
    // The same step may have been done before, by a process that was killed behind it.
    if (await deps.entries.entry(caller.tenantId, id).catch(() => undefined)) return
    if (cause instanceof PalimpsestError) throw cause
    throw ledgerUnavailable(cause)
  }
}

const STATUS = { answered: 200, refused: 422, failed: 503 }

function detailOf(
  { parser }: GuardedQueriesDeps,
  { database, sql }: GuardedQuery,
  description: DatabaseDescription,
  { outcome, facts, plan }: Ended,
): QueryDetail {
  const rows = outcome.kind === 'answered' ? outcome.rows : null
  const isSql = outcome.kind !== 'refused' || !UNREAD.has(outcome.code)
  return {
    database,
    shape: isSql ? unlessUnread(() => shapeOf(parser.tokens(sql), namesOf(description))) : null,
    fingerprint: isSql ? unlessUnread(() => parser.fingerprint(sql)) : null,
    relations: facts?.relations ?? [],
    functions: facts?.functions ?? [],
    rows: rows?.rows.length ?? null,
    bytes: rows?.bytes ?? null,
    truncated: rows?.truncated ?? false,
    plan: plan && { cost: Math.round(plan.cost), rows: Math.round(plan.rows) },
    position: outcome.kind === 'refused' ? outcome.position : null,
  }
}

/** Refusals of texts that the parser does not read, or should not. */
const UNREAD = new Set(['sql_syntax', 'sql_too_long', 'sql_too_complex'])

function unlessUnread(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}

function namesOf({ views }: DatabaseDescription): ReadonlySet<string> {
  return new Set(views.flatMap(({ schema, name, columns }) => [schema, name, ...columns.map((column) => column.name)]))
}

function notFound(): PalimpsestError {
  return new PalimpsestError({
    code: 'database_not_found',
    status: 404,
    message: 'There is no database of this name that you may ask: GET /v1/sql/databases lists them.',
    param: 'database',
  })
}

function ledgerUnavailable(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'ledger_unavailable',
    status: 503,
    message: 'The statement could not be put on record, so no row is given; try again shortly.',
    retryAfterSeconds: 2,
    cause,
  })
}
