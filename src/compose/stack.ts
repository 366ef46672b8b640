import { join } from 'node:path'
import { searchAttributeNames } from '../adapters/temporal/search-attribute-names.ts'
import type { Log } from '../api/deps.ts'
import type { Environment } from '../config/env.ts'
import type { Home } from '../config/home.ts'
import { startPostgres } from '../embedded/postgres/start.ts'
import { startTemporal } from '../embedded/temporal/start.ts'
import { PalimpsestError } from '../errors.ts'
import { type DatabaseUrls, prepareGivenDatabases, prepareOwnDatabases } from './databases.ts'

/** What the gateway stands on: the embedded parts that the environment does not replace, started, and their addresses. */
export interface Stack {
  databases: DatabaseUrls
  /** Superuser of the embedded database; null where the database is not ours. */
  adminDatabaseUrl: string | null
  temporalAddress: string
  temporalUiUrl: string | null
  /** Resolves with a name when an embedded part ended by itself. */
  broken: Promise<string>
  stop(): Promise<void>
}

/** Starts what the environment leaves to us, both servers side by side. The caller holds the home's lock. */
export async function startStack(env: Environment, home: Home, say: (line: string) => void, log: Log): Promise<Stack> {
  const [database, temporal] = await settleBoth(openDatabase(env, home, say), openTemporal(env, home, say))
  return {
    databases: database.urls,
    adminDatabaseUrl: database.adminUrl,
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
    broken: Promise.race([database.exited, temporal.exited]),
    async stop() {
      await temporal.stop()
      await database.stop()
      log.info({}, 'embedded parts stopped')
    },
  }
}

interface Part {
  exited: Promise<string>
  stop(): Promise<void>
}

const NEVER = new Promise<string>(() => undefined)
const NOTHING_TO_STOP = async () => undefined

async function openDatabase(
  env: Environment,
  home: Home,
  say: (line: string) => void,
): Promise<Part & { urls: DatabaseUrls; adminUrl: string | null }> {
  if (env.databaseUrl !== null) {
    const urls = await prepareGivenDatabases({ ...env, databaseUrl: env.databaseUrl }, say)
    return { urls, adminUrl: null, exited: NEVER, stop: NOTHING_TO_STOP }
  }
  const server = await startPostgres({ home, log: say })
  const urls = await prepareOwnDatabases(
    (name) => server.adminUrl(name),
    { ledger: 'palimpsest', keystore: 'palimpsest_keystore' },
    join(home.root, 'database-logins.json'),
  )
  return {
    urls: env.keystoreDatabaseUrl === null ? urls : { ...urls, keystore: env.keystoreDatabaseUrl },
    adminUrl: server.adminUrl('palimpsest'),
    exited: server.exited.then(() => 'PostgreSQL'),
    stop: () => server.stop(),
  }
}

async function openTemporal(
  env: Environment,
  home: Home,
  say: (line: string) => void,
): Promise<Part & { address: string; uiUrl: string | null }> {
  if (env.temporal.address !== null) {
    say(`Temporal: the server that TEMPORAL_ADDRESS names, ${env.temporal.address}`)
    return { address: env.temporal.address, uiUrl: null, exited: NEVER, stop: NOTHING_TO_STOP }
  }
  const server = await startTemporal({
    home,
    namespace: env.temporal.namespace,
    searchAttributes: Object.fromEntries(Object.values(searchAttributeNames).map((name) => [name, 'Keyword'] as const)),
    log: say,
  })
  return {
    address: server.address,
    uiUrl: server.uiUrl,
    exited: server.exited.then(() => 'Temporal'),
    stop: () => server.stop(),
  }
}

/** Both, or neither: what started is stopped when the other one did not. */
async function settleBoth<A extends Part, B extends Part>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  if (first.status === 'fulfilled') await first.value.stop()
  if (second.status === 'fulfilled') await second.value.stop()
  const failed = first.status === 'rejected' ? first : second
  throw failed.status === 'rejected' ? failed.reason : new PalimpsestError(UNREACHABLE)
}

const UNREACHABLE = { code: 'internal_error', status: 500, message: 'A start failed without a reason.' }
