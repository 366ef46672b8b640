import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isConnectionFailure, withLogin, withRole } from '../adapters/postgres/connect.ts'
import { prepareGivenDatabases } from '../compose/databases.ts'
import { writeDemoData } from '../compose/demo-data.ts'
import type { GatewaySettings } from '../compose/settings.ts'
import { developmentConfig } from '../config/development.ts'
import { type Environment, readEnvironment } from '../config/env.ts'
import { loadConfigFile } from '../config/file.ts'
import { type Home, homeLayout, loadDevelopmentKeys, prepareHome, readRunFile } from '../config/home.ts'
import type { Config } from '../config/types.ts'
import type { DemoOptions, DemoResult } from '../demo/data/options.ts'
import { PalimpsestError } from '../errors.ts'
import { createLog } from '../log.ts'
import type { Io } from './io.ts'
import { parseOrNull } from './run-verb.ts'

const USAGE = `palimpsest demo-data [--entries <n>] [--days <n>] [--seed <text>] [--tenants <id,id>] [--until <YYYY-MM-DD>] [--json]
  --entries  requests, over all tenants and days, 1 to 50000000 (100000)
  --days     on how many days they lie, 1 to 1100 (365)
  --seed     the same one gives the same requests, another one others (palimpsest)
  --tenants  whose they are (those of the configuration)
  --until    the first day without any, not after today (today)
  --json     the outcome as JSON, and nothing on the way
They go into the ledger of the gateway that runs here, or of DATABASE_URL, and cannot be taken out again.`

const DAY_MS = 86_400_000
const MOST_ENTRIES = 50_000_000
const MOST_DAYS = 1100
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
/** Milliseconds between two words about how far it is. */
const TELL_EVERY_MS = 3_000

type Asked = Omit<DemoOptions, 'tenants' | 'onProgress'> & { tenants: string[] | null; json: boolean }

/**
 * `palimpsest demo-data`: a made-up year in the ledger of the gateway that runs here, or of DATABASE_URL. 0: written; 1: days of
 * that time are sealed, or this seed's entries are there; 2: not done.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const asked = parse(args)
  if (typeof asked === 'string') {
    io.warn(asked)
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
  const startedAt = performance.now()
  try {
    const result = await writeDemoData(settings, {
      ...options,
      tenants: policiesOf(settings.config, tenants),
      onProgress: json ? () => undefined : teller(options.entries, io),
    })
    const seconds = (performance.now() - startedAt) / 1000
    if (json) io.write(JSON.stringify({ ...result, seconds }, null, 2))
    else for (const line of describe(result, seconds)) io.write(line)
    return 0
  } catch (error) {
    if (isConnectionFailure(error)) {
      io.warn(
        'The database does not answer. Start the gateway whose embedded database this is about, or correct DATABASE_URL.',
      )
      return 2
    }
    if (!(error instanceof PalimpsestError) || !error.code.startsWith('demo_data_')) throw error
    io.warn(error.message)
    return 1
  }
}

/** What is asked for, or what is wrong with it. */
function parse(args: string[]): Asked | string {
  const text = { type: 'string' } as const
  const options = {
    entries: text,
    days: text,
    seed: text,
    tenants: text,
    until: text,
    json: { type: 'boolean' },
  } as const
  const parsed = parseOrNull({ args, options })
  if (parsed === null) return USAGE
  const { values } = parsed
  const entries = Number(values.entries ?? 100_000)
  const days = Number(values.days ?? 365)
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const untilMs = values.until === undefined ? today : midnightOf(values.until)
  const tenants = values.tenants?.split(',') ?? null
  if (!isCount(entries, MOST_ENTRIES)) return `--entries takes a whole number from 1 to ${MOST_ENTRIES}.`
  if (!isCount(days, MOST_DAYS)) return `--days takes a whole number from 1 to ${MOST_DAYS}.`
  if (untilMs === null || untilMs > today) {
    return '--until takes a day, such as 2026-01-31, that is not after today.'
  }
  if (tenants !== null && !tenants.every((tenant) => TENANT.test(tenant))) {
    return '--tenants takes ids of tenants with commas between them.'
  }
  return { entries, days, seed: values.seed ?? 'palimpsest', untilMs, tenants, json: values.json ?? false }
}

/** Milliseconds since the Unix epoch, UTC; null: there is no such day. */
function midnightOf(day: string): number | null {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(`${day}T`) ? ms : null
}

function isCount(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most
}

/** Says now and then how far it is. */
function teller(all: number, io: Io): (written: number) => void {
  const startedAt = performance.now()
  let toldAt = startedAt
  return (written) => {
    const now = performance.now()
    if (now < toldAt + TELL_EVERY_MS) return
    toldAt = now
    const perSecond = (written / (now - startedAt)) * 1000
    const left = Math.max(0, all - written) / perSecond
    const rest = left >= 90 ? `${Math.round(left / 60)} min` : `${Math.ceil(left)} s`
    io.warn(`${written} of ${all} entries, ${Math.round(perSecond)}/s, ${rest} left`)
  }
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

function describe({ written, from, to }: DemoResult, seconds: number): string[] {
  const all = Object.values(written).reduce((sum, count) => sum + count, 0)
  const kinds = Object.entries(written)
    .sort()
    .map(([kind, count]) => `${count} ${kind}`)
  const rate = Math.round(all / seconds)
  return [
    `${all} entries from ${from} to ${to} in ${seconds.toFixed(1)} s (${rate}/s): ${kinds.join(', ')}`,
    `Look at them with: palimpsest report soc2 --from ${from} --to ${to} --out soc2.zip`,
  ]
}
