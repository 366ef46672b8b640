import postgres from 'postgres'

export type Sql = postgres.Sql
export type TransactionSql = postgres.TransactionSql

export interface ConnectOptions {
  /** Connections at most. */
  max: number
  /** `application_name`, seen in pg_stat_activity. */
  name: string
  /** Milliseconds after which the server gives a statement up. */
  statementTimeoutMs?: number
}

/**
 * A pool on one database. Statements are prepared; a statement runs at most `statementTimeoutMs` (default 10 s), an open
 * transaction idles at most 5 s, so that no write transaction holds the sequencer's horizon back for long.
 */
export function connectPostgres(url: string, options: ConnectOptions): Sql {
  return postgres(url, {
    max: options.max,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => undefined,
    connection: {
      application_name: options.name,
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: 5_000,
      lock_timeout: 5_000,
    },
    types: {
      bigint: postgres.BigInt,
    },
  })
}

const BYTEA = 17

/** An array of byte strings as a parameter; the driver would take it for one byte string. */
export function byteaArray(
  sql: Sql | TransactionSql,
  values: readonly Uint8Array[],
): postgres.ArrayParameter<Uint8Array[]> {
  return sql.array([...values], BYTEA)
}

/** A connection string with another password or database; used by set-up code only. */
export function withLogin(url: string, login: { user?: string; password?: string; database?: string }): string {
  const parsed = new URL(url)
  if (login.user !== undefined) parsed.username = encodeURIComponent(login.user)
  if (login.password !== undefined) parsed.password = encodeURIComponent(login.password)
  if (login.database !== undefined) parsed.pathname = `/${login.database}`
  return parsed.toString()
}

/** A connection string whose sessions take a role at their start; its login must be a member or a superuser. */
export function withRole(url: string, role: string): string {
  const parsed = new URL(url)
  parsed.searchParams.set('role', role)
  return parsed.toString()
}

/** Whether an error means that the database is away, so that the same statement may succeed later. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return false
  if (CONNECTION_CODES.has(code)) return true
  return error.name === 'PostgresError' && (code.startsWith('08') || code.startsWith('57P') || code === '53300')
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ENOENT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
])
