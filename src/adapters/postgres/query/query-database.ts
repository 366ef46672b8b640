import pg from 'pg'
import { type DatabaseSettings, memoryFor } from '../../../domain/sql-guard/settings.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { DatabaseDescription, QueryDatabase, QueryOptions, QueryOutcome } from '../../../ports/query-databases.ts'
import { cancelBackend, queryClientConfig } from './connection.ts'
import { describeDatabase } from './describe.ts'
import { excessRightsOf } from './excess-rights.ts'
import { type Running, runOn } from './run-query.ts'
import { createMemoryWatch, type MemoryWatch } from './watch-memory.ts'

/** Milliseconds for which the catalogue is believed. */
const DESCRIBED_FOR_MS = 60_000

export interface QueryDatabaseOptions {
  now(): number
  /** False: what the login may do is not asked; for tests of the layers before it. */
  checkRole?: boolean
}

/** One database behind a pool of its own. */
export function createQueryDatabase(settings: DatabaseSettings, options: QueryDatabaseOptions): QueryDatabase {
  const pool = new pg.Pool({
    ...queryClientConfig(settings),
    max: settings.limits.connections,
    idleTimeoutMillis: 60_000,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const memory = createMemoryWatch(settings)
  let described: { at: number; description: Promise<DatabaseDescription> } | null = null

  const read = async (): Promise<DatabaseDescription> => {
    const client = await pool.connect().catch(unavailable)
    try {
      const excess = options.checkRole === false ? [] : await excessRightsOf(client, settings)
      if (excess.length > 0) throw tooStrong(settings.name)
      return await describeDatabase(client, settings)
    } catch (error) {
      if (error instanceof PalimpsestError) throw error
      return unavailable(error)
    } finally {
      client.release()
    }
  }

  return {
    name: settings.name,
    describe() {
      if (described === null || options.now() - described.at > DESCRIBED_FOR_MS) {
        const description = read()
        described = { at: options.now(), description }
        description.catch(() => {
          described = null
        })
      }
      return described.description
    },
    async excessRights() {
      const client = await pool.connect().catch(unavailable)
      try {
        return await excessRightsOf(client, settings)
      } finally {
        client.release()
      }
    },
    run: (sql, query) => run({ pool, memory }, settings, sql, query),
    async close() {
      await memory.close()
      await pool.end()
    },
  }
}

async function run(
  { pool, memory }: { pool: pg.Pool; memory: MemoryWatch },
  settings: DatabaseSettings,
  sql: string,
  query: QueryOptions,
): Promise<QueryOutcome> {
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch {
    return { kind: 'failed', code: 'database_unavailable', plan: null }
  }
  const { processID: pid } = client as unknown as { processID: number }
  const state: Running = { stoppedBy: null, isBroken: false }
  const stop = (by: NonNullable<Running['stoppedBy']>) => {
    state.stoppedBy ??= by
    // What it was at stays refused below, also where this comes too late.
    void cancelBackend(settings, pid).catch(() => undefined)
  }
  const leave = () => stop('caller')
  // The server's own time-out is that of each step: EXPLAIN, and every page of rows.
  const timer = setTimeout(stop, settings.limits.statementTimeoutMs, 'time')
  const unwatch = memory.watch(pid, memoryFor(settings.limits, query.copies ?? 0), () => stop('memory'))
  query.signal.addEventListener('abort', leave, { once: true })
  try {
    if (query.signal.aborted) return { kind: 'failed', code: 'sql_cancelled', plan: null }
    return await runOn(client, settings, sql, query, state)
  } finally {
    clearTimeout(timer)
    unwatch()
    query.signal.removeEventListener('abort', leave)
    // A cancellation that comes late must not meet the next one's statement.
    if (state.isBroken || state.stoppedBy !== null) client.release(true)
    // Nobody waits for it but who needs this connection next.
    else void reset(client)
  }
}

/** Nothing of a statement stays: its transaction, session locks, settings. A connection that cannot say so is closed. */
async function reset(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK')
    await client.query('DISCARD ALL')
    client.release()
  } catch (error) {
    client.release(error instanceof Error ? error : true)
  }
}

function unavailable(cause: unknown): never {
  throw new PalimpsestError({
    code: 'database_unavailable',
    status: 503,
    message: 'The database does not answer: try again shortly.',
    retryAfterSeconds: 5,
    cause,
  })
}

function tooStrong(name: string): PalimpsestError {
  return new PalimpsestError({
    code: 'database_role_too_strong',
    status: 503,
    message: `The login of this database may do more than read the listed views, so nothing is run: palimpsest sql check ${name} says what, palimpsest sql setup ${name} gives the statements that mend it.`,
  })
}
