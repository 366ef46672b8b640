import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type Home, prepareHome } from '../../config/home.ts'
import { PalimpsestError } from '../../errors.ts'
import { cacheDirectory } from '../process/cache.ts'
import { type Child, type ChildExit, startChild } from '../process/child.ts'
import { type Log, openLogFile, tailOf } from '../process/log-file.ts'
import { choosePort } from '../process/ports.ts'
import { findPostgres, type PostgresBinaries } from './binaries.ts'
import { ensureDataDirectory, handOver, POSTGRES_ENVIRONMENT } from './create.ts'
import { clearPostgresOrphan, STOP_STEPS } from './orphan.ts'
import { choosePlace, type PostgresPlace } from './place.ts'

const HOST = '127.0.0.1'
const SUPERUSER = 'postgres'
/** The longest path of a Unix socket that every system takes. */
const SOCKET_PATH_MAX_BYTES = 103
/** After a crash PostgreSQL replays its log before it serves. */
const READY_TIME_LIMIT_MS = 180_000
const LOCK_TIME_LIMIT_MS = 20_000
const PORT_TRIES = 4

export const DATABASES = ['palimpsest', 'palimpsest_keystore'] as const

export interface EmbeddedPostgres {
  host: string
  port: number
  /** The folder of the Unix socket; null where its path would be too long. */
  socketDirectory: string | null
  superuserPassword: string
  /** The server's own process. */
  pid: number
  /** Connection string of the superuser, over TCP on the loopback address. */
  adminUrl(database: string): string
  /** Fast shutdown: open transactions are rolled back, nothing committed is lost. Safe to call twice. */
  stop(): Promise<void>
  /** Settles when the server has ended, asked for or not. */
  exited: Promise<ChildExit>
  /** Starts it again on the same data and, if still free, the same port; stops it first if it still runs. */
  restart(): Promise<EmbeddedPostgres>
}

const CONNECTIONS = 100

/**
 * Starts the PostgreSQL that npm brought, on the data in the home, which are made on first use together with the
 * databases `palimpsest` and `palimpsest_keystore`. Logins need a password (SCRAM) and come over the loopback address
 * or the Unix socket only. The caller holds the home's lock. Ready in about 0.3 s, the first time in about 2 s.
 *
 * @param options.connections how many it takes at once; by default what one gateway and its operators need
 * @throws PalimpsestError whose code starts with `postgres_`
 */
export async function startPostgres(options: {
  home: Home
  log: Log
  connections?: number
}): Promise<EmbeddedPostgres> {
  const { home, log, connections = CONNECTIONS } = options
  prepareHome(home)
  const place = choosePlace(home, log)
  const copyTo = place.identity === undefined ? cacheDirectory(process.env) : place.base
  const binaries = findPostgres({ copyTo, mustReach: place.mustReach, log })
  const socketDirectory = prepareSocketDirectory(place)
  await clearPostgresOrphan(place.dataDirectory, socketDirectory, log)
  const password = await ensureDataDirectory(home, place, binaries, log)
  const given = (port: number) => settings(port, socketDirectory, connections)
  const { child, port } = await startServer(home, place, binaries, given, log)

  const adminUrl = (database: string) =>
    `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@${HOST}:${port}/${encodeURIComponent(database)}`
  const stop = async () => {
    await child.stop(STOP_STEPS)
  }
  try {
    await createDatabases(adminUrl('postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  log(`PostgreSQL ${binaries.version.split('-')[0]} serves on ${HOST}:${port} (process ${child.pid})`)
  return {
    host: HOST,
    port,
    socketDirectory,
    superuserPassword: password,
    pid: child.pid,
    adminUrl,
    stop,
    exited: child.exited,
    restart: async () => {
      await stop()
      return startPostgres(options)
    },
  }
}

async function startServer(
  home: Home,
  place: PostgresPlace,
  binaries: PostgresBinaries,
  given: (port: number) => string[],
  log: Log,
): Promise<{ child: Child; port: number }> {
  const taken = new Set<number>()
  const lockDeadline = Date.now() + LOCK_TIME_LIMIT_MS
  for (;;) {
    const port = await choosePort(home, 'postgres', taken)
    const logFile = openLogFile(join(home.logsDirectory, 'postgres.log'), log)
    const logStart = statSync(logFile.path).size
    const child = await startChild({
      command: binaries.postgres,
      args: ['-D', place.dataDirectory, ...given(port)],
      cwd: place.base,
      env: POSTGRES_ENVIRONMENT,
      log: logFile,
      identity: place.identity,
    })
    if (await becomesReady(child, place.dataDirectory)) return { child, port }
    await child.stop(STOP_STEPS)
    const words = readFileSync(logFile.path, 'utf8').slice(logStart)
    if (/could not bind|could not create any TCP\/IP sockets/.test(words) && taken.size < PORT_TRIES) {
      taken.add(port)
      continue
    }
    // The children of a server that was killed are still letting go of its memory.
    if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(words)) {
      if (Date.now() < lockDeadline) {
        await sleep(250)
        continue
      }
    }
    throw new PalimpsestError({
      code: 'postgres_start_failed',
      status: 503,
      message: `PostgreSQL did not start; ${logFile.path} ends with:\n${tailOf(logFile.path)}`,
    })
  }
}

/** For a small machine that others share; nothing that makes a commit less durable. */
function settings(port: number, socketDirectory: string | null, connections: number): string[] {
  const values: Record<string, string> = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: socketDirectory ?? '',
    max_connections: String(connections),
    shared_buffers: '128MB',
    // A statement over every day locks each day's tables and indexes.
    max_locks_per_transaction: '512',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_compression: 'on',
    max_wal_size: '512MB',
    jit: 'off',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    cluster_name: 'palimpsest',
    // The log names no data: no statement, no parameter, no value of a violated key.
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The server writes `ready` into its own lock file, so no other server on that port can be taken for it. */
async function becomesReady(child: Child, dataDirectory: string): Promise<boolean> {
  const file = join(dataDirectory, 'postmaster.pid')
  const deadline = Date.now() + READY_TIME_LIMIT_MS
  while (child.isRunning() && Date.now() < deadline) {
    if (existsSync(file)) {
      const lines = readFileSync(file, 'utf8').split('\n')
      if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    }
    await sleep(20)
  }
  return false
}

function prepareSocketDirectory(place: PostgresPlace): string | null {
  const directory = join(realpathSync(place.base), 's')
  if (Buffer.byteLength(join(directory, '.s.PGSQL.65535')) > SOCKET_PATH_MAX_BYTES) return null
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  handOver(directory, place)
  return directory
}

async function createDatabases(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database')
    for (const name of DATABASES) {
      if (!rows.some((row) => row.datname === name)) await client.query(`CREATE DATABASE ${name}`)
    }
  } finally {
    await client.end()
  }
}
