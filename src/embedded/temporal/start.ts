import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, prepareHome, writePrivateFile } from '../../config/home.ts'
import { PalimpsestError } from '../../errors.ts'
import { type Child, type ChildExit, startChild } from '../process/child.ts'
import { type Log, openLogFile, tailOf } from '../process/log-file.ts'
import { choosePort } from '../process/ports.ts'
import { compareVersions, findTemporal, type TemporalBinary } from './binary.ts'
import { ensureNamespace, type SearchAttributeType } from './namespace.ts'
import { clearTemporalOrphan, STOP_STEPS, storeMark } from './orphan.ts'

const HOST = '127.0.0.1'
const READY_TIME_LIMIT_MS = 60_000
const PORT_TRIES = 4
const DEFAULT_RETENTION_DAYS = 30

/**
 * What a single small server needs: one partition for each task queue (more only cost polls), and limits that a
 * gateway under load does not meet. A development server reads cluster and namespace anew for every search attribute it
 * sees, half of all its reads; ours are registered before anything starts, so its caches may be believed.
 */
const DYNAMIC_CONFIG: Readonly<Record<string, unknown>> = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'system.enableEagerWorkflowStart': true,
  'system.forceSearchAttributesCacheRefreshOnRead': false,
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'frontend.namespaceCount': 20_000,
  'frontend.persistenceMaxQPS': 100_000,
  'history.rps': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.rps': 100_000,
  'matching.persistenceMaxQPS': 100_000,
}

/**
 * The server's own default is a rollback journal: a file made, synced and removed for each commit, beside the sync of the
 * store itself. A write-ahead log takes one sync, and what is committed survives a crash of the machine all the same.
 */
const SQLITE_PRAGMAS: Readonly<Record<string, string>> = { journal_mode: 'wal', synchronous: '2' }

export interface EmbeddedTemporalOptions {
  home: Home
  namespace: string
  searchAttributes: Readonly<Record<string, SearchAttributeType>>
  log: Log
  /** How long closed workflows are kept; 30 by default. */
  retentionDays?: number
  /** Over the defaults, for measurements. */
  dynamicConfig?: Readonly<Record<string, unknown>>
  /** SQLite pragmas of the store over the defaults, for measurements. */
  sqlitePragmas?: Readonly<Record<string, string>>
}

export interface EmbeddedTemporal {
  /** `host:port` of the gRPC frontend. */
  address: string
  uiUrl: string
  namespace: string
  /** The server's own process. */
  pid: number
  binary: TemporalBinary
  /** SIGTERM, then SIGKILL after 15 s. Takes about 1.3 s. Safe to call twice. */
  stop(): Promise<void>
  /** Settles when the server has ended, asked for or not. */
  exited: Promise<ChildExit>
  /** Starts it again on the same store and, if still free, the same ports; stops it first if it still runs. */
  restart(): Promise<EmbeddedTemporal>
}

/**
 * Finds a Temporal dev server (fetching it when needed) and starts it on the home's store, with the namespace, its
 * retention and its search attributes as wanted. The caller holds the home's lock. Ready in about 0.6 s.
 *
 * @throws PalimpsestError whose code starts with `temporal_`
 */
export async function startTemporal(options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  const { home, log } = options
  prepareHome(home)
  const storeFile = join(realpathSync(home.temporalDirectory), basename(home.temporalDatabaseFile))
  const binary = await findTemporal({ log })
  await clearTemporalOrphan(storeFile, log)
  noteVersion(home, binary, log)
  const { child, port, uiPort } = await startServer(options, binary, storeFile)
  const stop = async () => {
    await child.stop(STOP_STEPS)
  }
  const address = `${HOST}:${port}`
  const uiUrl = `http://${HOST}:${uiPort}`
  log(
    `Temporal ${binary.serverVersion ?? binary.version} serves on ${address}, its UI on ${uiUrl} (process ${child.pid})`,
  )
  return {
    address,
    uiUrl,
    namespace: options.namespace,
    pid: child.pid,
    binary,
    stop,
    exited: child.exited,
    restart: async () => {
      await stop()
      return startTemporal(options)
    },
  }
}

async function startServer(
  options: EmbeddedTemporalOptions,
  binary: TemporalBinary,
  storeFile: string,
): Promise<{ child: Child; port: number; uiPort: number }> {
  const { home, log } = options
  const taken = new Set<number>()
  for (;;) {
    const port = await choosePort(home, 'temporal', taken)
    const uiPort = await choosePort(home, 'temporalUi', taken)
    const logFile = openLogFile(join(home.logsDirectory, 'temporal.log'), log)
    const logStart = statSync(logFile.path).size
    const child = await startChild({
      command: binary.path,
      args: serverArguments(options, binary, storeFile, port, uiPort),
      // The store is named relative to here: the server does not take every character in its path.
      cwd: home.temporalDirectory,
      // Nothing of ours: a proxy, or the CLI's own profile, would lead it elsewhere.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home.temporalDirectory, TZ: 'UTC' },
      log: logFile,
    })
    if (await becomesReady(options, child, port, logFile.path, logStart)) return { child, port, uiPort }
    await child.stop(STOP_STEPS)
    if (/address already in use/.test(readFrom(logFile.path, logStart)) && taken.size < 2 * PORT_TRIES) {
      for (const number of [port, uiPort]) taken.add(number)
      continue
    }
    throw new PalimpsestError({
      code: 'temporal_start_failed',
      status: 503,
      message: `The Temporal server did not start; ${logFile.path} ends with:\n${tailOf(logFile.path)}`,
    })
  }
}

/** The banner comes only once the server has its ports, so no other server on them can be taken for it. */
async function becomesReady(
  options: EmbeddedTemporalOptions,
  child: Child,
  port: number,
  logPath: string,
  logStart: number,
): Promise<boolean> {
  const { namespace, searchAttributes, retentionDays = DEFAULT_RETENTION_DAYS } = options
  const wish = { namespace, searchAttributes, retentionDays }
  const isRunning = () => child.isRunning()
  const banner = new RegExp(`Server: +[^\\s:]+:${port}\\b`)
  const deadline = Date.now() + READY_TIME_LIMIT_MS
  while (!banner.test(readFrom(logPath, logStart))) {
    if (!isRunning() || Date.now() > deadline) return false
    await sleep(20)
  }
  try {
    return await ensureNamespace(`${HOST}:${port}`, wish, { isRunning, timeLimitMs: deadline - Date.now() })
  } catch (error) {
    if (!isRunning()) return false
    await child.stop(STOP_STEPS)
    throw error
  }
}

function serverArguments(
  options: EmbeddedTemporalOptions,
  binary: TemporalBinary,
  storeFile: string,
  port: number,
  uiPort: number,
): string[] {
  const pairs = (flag: string, values: Readonly<Record<string, unknown>>, encode: (value: unknown) => string) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${encode(value)}`])
  const values = { ...DYNAMIC_CONFIG, ...options.dynamicConfig }
  return [
    'server',
    'start-dev',
    ...['--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)],
    ...(knowsNewsFlag(binary) ? ['--ui-disable-news-fetch'] : []),
    ...['--db-filename', basename(storeFile)],
    ...['--dynamic-config-value', storeMark(storeFile)],
    ...['--namespace', options.namespace],
    ...['--log-level', 'warn', '--log-format', 'json'],
    ...pairs('--search-attribute', options.searchAttributes, String),
    ...pairs('--dynamic-config-value', values, (value) => JSON.stringify(value)),
    ...pairs('--sqlite-pragma', { ...SQLITE_PRAGMAS, ...options.sqlitePragmas }, String),
  ]
}

/** Without it the UI asks the internet for news. Known to be there from this server on, and not in 1.29. */
function knowsNewsFlag(binary: TemporalBinary): boolean {
  return binary.serverVersion !== null && compareVersions(binary.serverVersion, '1.32.0') >= 0
}

/** A store that a newer server wrote may not suit an older one: said, not forbidden. */
function noteVersion(home: Home, binary: TemporalBinary, log: Log): void {
  if (binary.serverVersion === null) return
  const file = join(home.temporalDirectory, 'server-version')
  const last = existsSync(file) ? readFileSync(file, 'utf8').trim() : null
  if (last !== null && compareVersions(last, binary.serverVersion) > 0) {
    log(`Temporal: the store was last used by server ${last}, and this one is older (${binary.serverVersion})`)
    return
  }
  if (last !== binary.serverVersion) writePrivateFile(file, `${binary.serverVersion}\n`)
}

function readFrom(path: string, start: number): string {
  return readFileSync(path).subarray(start).toString('utf8')
}
