import pg from 'pg'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'

/** Milliseconds until the database has to stand, and past a statement's own time until it counts as away. */
const CONNECT_MS = 5_000
const SILENCE_MS = 2_000

/** What every session starts with, so that the server resolves names and reads literals as the guard did. */
function sessionOptions({ limits }: DatabaseSettings): string {
  const settings = {
    search_path: 'pg_catalog,pg_temp',
    default_transaction_read_only: 'on',
    row_security: 'on',
    standard_conforming_strings: 'on',
    statement_timeout: String(limits.statementTimeoutMs),
    lock_timeout: String(limits.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(limits.statementTimeoutMs),
    work_mem: '16MB',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    cursor_tuple_fraction: '1',
    datestyle: 'ISO',
    intervalstyle: 'iso_8601',
    timezone: 'UTC',
    bytea_output: 'hex',
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}

export function queryClientConfig(settings: DatabaseSettings): pg.ClientConfig {
  return {
    connectionString: settings.url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: settings.limits.statementTimeoutMs + SILENCE_MS,
    keepAlive: true,
    application_name: 'palimpsest-query',
    options: sessionOptions(settings),
    types: TYPES,
  }
}

const NUMBERS = new Set([21, 23, 26, 700, 701])
const JSONS = new Set([114, 3802])
const [BOOL, INT8] = [16, 20]

/** Text as PostgreSQL writes it, but for what JSON has itself. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => (text: string) => {
    if (oid === BOOL) return text === 't'
    if (NUMBERS.has(oid)) return Number.isFinite(Number(text)) ? Number(text) : text
    if (oid === INT8) return Number.isSafeInteger(Number(text)) ? Number(text) : text
    return JSONS.has(oid) && !isDeep(text) ? JSON.parse(text) : text
  }) as unknown as pg.CustomTypesConfig['getTypeParser'],
}

/** Levels of JSON that can be written again. */
const MAX_LEVELS = 1_000

/** Whether lists and objects stand in one another more often than JSON.stringify bears: such a value stays text. */
function isDeep(text: string): boolean {
  if (text.length < 2 * MAX_LEVELS) return false
  let level = 0
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/g)) {
    if (sign === '[' || sign === '{') level++
    else if (sign === ']' || sign === '}') level--
    if (level > MAX_LEVELS) return true
  }
  return false
}

/** By the extended protocol: one statement, whatever stands in the text. */
export function extended(text: string): pg.QueryArrayConfig & { queryMode: 'extended' } {
  return { text, rowMode: 'array', queryMode: 'extended' }
}

/** Cancels what a backend is at, by a connection of its own. */
export async function cancelBackend(settings: DatabaseSettings, pid: number): Promise<void> {
  const client = new pg.Client(queryClientConfig(settings))
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid])
  } finally {
    await client.end().catch(() => undefined)
  }
}
