import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withLogin, withRole } from '../adapters/postgres/connect.ts'
import { prepareGivenDatabases } from '../compose/databases.ts'
import { writeDemoData } from '../compose/demo-data.ts'
import type { GatewaySettings } from '../compose/settings.ts'
import { developmentConfig } from '../config/development.ts'
import { type Environment, readEnvironment } from '../config/env.ts'
import { loadConfigFile } from '../config/file.ts'
import { type Home, homeLayout, loadDevelopmentKeys, prepareHome, readRunFile } from '../config/home.ts'
import type { Config } from '../config/types.ts'
import type { DemoOptions } from '../demo/data/write-year.ts'
import { PalimpsestError } from '../errors.ts'
import { createLog } from '../log.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest demo-data [--entries <n>] [--days <n>] [--seed <text>] [--tenants <id,id>] [--until <YYYY-MM-DD>] [--json]`

const DAY_MS = 86_400_000
const MOST_ENTRIES = 50_000_000
const MOST_DAYS = 1100
const EVERY_ENTRIES = 50_000
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

type Asked = Omit<DemoOptions, 'tenants' | 'onProgress'> & { tenants: string[] | null; json: boolean }

/**
 * `palimpsest demo-data`: a made-up year in the ledger of the gateway that runs here, or of DATABASE_URL. 0: written; 1: days of
 * that time are sealed, or this seed's entries are there; 2: not done.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const asked = parse(args)
  if (asked === null) {
    io.warn(USAGE)
    return 2
  }
  if (io.env.NODE_ENV === 'production') {
    io.warn('Made-up entries do not go into a ledger in production: they cannot be taken out again.')
    return 2
  }
  const env = readEnvironment(io.env)
  const home = homeLayout(io.env, process.cwd())
  const settings = await settingsOf(env, home, io)
  if (settings === null) {
    io.warn('Start the gateway whose embedded database this is about, or set DATABASE_URL.')
    return 2
  }
  const { json, tenants, ...options } = asked
  let told = 0
  const startedAt = performance.now()
  try {
    const result = await writeDemoData(settings, {
      ...options,
      tenants: policiesOf(settings.config, tenants),
      onProgress(entries) {
        if (json || entries < told + EVERY_ENTRIES) return
        told = entries
        io.warn(`${entries} entries`)
      },
    })
    const seconds = (performance.now() - startedAt) / 1000
    if (json) io.write(JSON.stringify({ ...result, seconds }, null, 2))
    else io.write(describe(result, seconds))
    return 0
  } catch (error) {
    if (!(error instanceof PalimpsestError) || !error.code.startsWith('demo_data_')) throw error
    io.warn(error.message)
    return 1
  }
}

function parse(args: string[]): Asked | null {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args,
      options: { entries: text, days: text, seed: text, tenants: text, until: text, json: { type: 'boolean' } },
    })
    const entries = Number(values.entries ?? 100_000)
    const days = Number(values.days ?? 365)
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const untilMs = values.until === undefined ? today : Date.parse(`${values.until}T00:00:00Z`)
    const tenants = values.tenants?.split(',') ?? null
    const isFit =
      isCount(entries, MOST_ENTRIES) &&
      isCount(days, MOST_DAYS) &&
      untilMs <= today &&
      untilMs % DAY_MS === 0 &&
      (tenants === null || tenants.every((tenant) => TENANT.test(tenant)))
    return isFit
      ? { entries, days, seed: values.seed ?? 'palimpsest', untilMs, tenants, json: values.json ?? false }
      : null
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function isCount(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most
}

async function settingsOf(env: Environment, home: Home, io: Io): Promise<GatewaySettings | null> {
  const urls = await urlsOf(env, readRunFile(home)?.adminDatabaseUrl ?? null, io)
  if (urls === null) return null
  prepareHome(home)
  const config =
    env.configFile === null ? developmentConfig(loadDevelopmentKeys(home)) : loadConfigFile(env.configFile, io.env)
  return {
    env,
    config,
    databaseUrl: urls.app,
    keystoreUrl: urls.keystore,
    temporalAddress: '',
    kmsFolder: join(home.root, 'keys'),
    cacheFolder: join(home.root, 'cache'),
    taskQueue: 'palimpsest',
    log: createLog('warn'),
    version: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  }
}

/** As the gateway itself connects; null: there is no database. */
async function urlsOf(
  env: Environment,
  admin: string | null,
  io: Io,
): Promise<{ app: string; keystore: string } | null> {
  if (env.databaseUrl !== null) return prepareGivenDatabases({ ...env, databaseUrl: env.databaseUrl }, io.warn)
  if (admin === null) return null
  const keystore =
    env.keystoreDatabaseUrl ?? withRole(withLogin(admin, { database: 'palimpsest_keystore' }), 'palimpsest_keys')
  return { app: withRole(admin, 'palimpsest_app'), keystore }
}

/** Those of the configuration, or the named ones; who is not in the configuration gets the policy of its first tenant. */
function policiesOf(config: Config, names: readonly string[] | null): DemoOptions['tenants'] {
  const [first] = config.tenants.values()
  if (first === undefined) return []
  return (names ?? [...config.tenants.keys()]).map((id) => {
    const { region, policyVersion, retentionClass } = config.tenants.get(id) ?? first
    return { id, region, policyVersion, retentionClass }
  })
}

function describe(
  { written, from, to }: { written: Record<string, number>; from: string; to: string },
  seconds: number,
) {
  const all = Object.values(written).reduce((sum, count) => sum + count, 0)
  const kinds = Object.entries(written)
    .sort()
    .map(([kind, count]) => `${count} ${kind}`)
  const rate = Math.round(all / seconds)
  return `${all} entries from ${from} to ${to} in ${seconds.toFixed(1)} s (${rate}/s): ${kinds.join(', ')}`
}
