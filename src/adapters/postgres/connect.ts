import type pg from 'pg'
import { createSql, type Sql } from './sql.ts'

export type { Sql, TransactionSql } from './sql.ts'
export { isConnectionFailure, mayHaveRun } from './sql.ts'

export interface ConnectOptions {
  /** Connections at most. */
  max: number
  /** `application_name`, seen in pg_stat_activity. */
  name: string
  /** Milliseconds after which the server gives a statement up. */
  statementTimeoutMs?: number
}

/** Milliseconds past a statement's time after which a server that says nothing counts as away. */
const SILENCE_MS = 2_000

/**
 * A pool on one database. Statements are prepared; a statement runs at most `statementTimeoutMs` (default 10 s; a server
 * that is silent for 2 s more is away), an open transaction idles at most 5 s, so that no write transaction holds the sequencer's horizon back for long.
 */
export function connectPostgres(url: string, options: ConnectOptions): Sql {
  return createSql({ ...clientConfig(url, options), max: options.max, idleTimeoutMillis: 0 })
}

/** The role of work for all tenants; the gateway's login is a member of it and has nothing of it until it takes it. */
const SERVICE_ROLE = 'palimpsest_service'

/**
 * A pool whose connections see the rows of all tenants, and one of the same size, opened at need, whose connections see one tenant's.
 * @param url of the gateway's login.
 */
export function connectService(url: string, options: ConnectOptions): Sql {
  const pool = { max: options.max, idleTimeoutMillis: 0 }
  return createSql(
    { ...clientConfig(serviceUrl(url), options), ...pool },
    { ...clientConfig(url, { ...options, name: `${options.name}-tenant` }), ...pool },
  )
}

/** The connection string of the gateway's login for work of all tenants. */
export function serviceUrl(url: string): string {
  return withRole(url, SERVICE_ROLE)
}

/** What one connection of such a pool is made of. */
export function clientConfig(url: string, options: Omit<ConnectOptions, 'max'>): pg.ClientConfig {
  const parsed = new URL(url)
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000
  const role = parsed.searchParams.get('role')
  parsed.searchParams.delete('role')
  return {
    connectionString: parsed.toString(),
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: options.name,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    idle_in_transaction_session_timeout: 5_000,
    lock_timeout: 5_000,
    ...(role !== null && { options: `-c role=${role}` }),
  }
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
