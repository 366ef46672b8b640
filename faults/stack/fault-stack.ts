import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { searchAttributeNames } from '../../src/adapters/temporal/search-attribute-names.ts'
import { type DatabaseUrls, prepareOwnDatabases } from '../../src/compose/databases.ts'
import { type Home, homeLayout, prepareHome, writePrivateFile } from '../../src/config/home.ts'
import { type EmbeddedPostgres, startPostgres } from '../../src/embedded/postgres/start.ts'
import { type EmbeddedTemporal, startTemporal } from '../../src/embedded/temporal/start.ts'
import { CONFIG } from './config.ts'
import { type DoubleProcess, startDoubleProcess } from './double-process.ts'
import { GatewayProcess } from './gateway-process.ts'
import { steadyPorts } from './ports.ts'
import { Server } from './server.ts'

export interface FaultStackOptions {
  /** A folder of its own; everything is below it. */
  home: string
  gateways: 1 | 2
}

export interface FaultStack {
  postgres: Server<EmbeddedPostgres>
  temporal: Server<EmbeddedTemporal>
  double: DoubleProcess
  gateways: GatewayProcess[]
  urls: DatabaseUrls
  /** Superuser on the ledger's database. */
  adminUrl: string
  temporalAddress: string
  home: string
  stop(): Promise<void>
}

/**
 * A whole stack of processes, each of which can be killed alone: PostgreSQL and Temporal run by this process, gateways
 * over them, and the provider's double, which outlives everything.
 */
export async function startFaultStack(options: FaultStackOptions): Promise<FaultStack> {
  const home = homeLayout({ PALIMPSEST_HOME: options.home }, process.cwd())
  prepareHome(home)
  const [postgresPort, temporalPort, uiPort, ...gatewayPorts] = await steadyPorts(3 + options.gateways)
  const ports = { postgres: postgresPort, temporal: temporalPort, temporalUi: uiPort }
  writePrivateFile(home.portsFile, JSON.stringify(ports))
  const postgres = new Server('PostgreSQL', () => startPostgres({ home, log: silent }))
  const temporal = new Server('Temporal', () => startTemporalIn(home))
  const double = await startDoubleProcess(join(home.root, 'double.log'))
  await Promise.all([postgres.start(), temporal.start()])
  const { adminUrl } = postgres.started
  const urls = await prepareOwnDatabases(
    adminUrl,
    { ledger: 'palimpsest', keystore: 'palimpsest_keystore' },
    join(home.root, 'database-logins.json'),
  )
  const temporalAddress = temporal.started.address
  const env = environment(home, urls, temporalAddress, double)
  const gateways = gatewayPorts.map((port, index) => gatewayIn(home, `gateway-${index + 1}`, port, env))
  // One after another: the first one makes what both then find.
  for (const gateway of gateways) await gateway.start()
  return {
    postgres,
    temporal,
    double,
    gateways,
    urls,
    adminUrl: adminUrl('palimpsest'),
    temporalAddress,
    home: home.root,
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.stop()))
      await Promise.all([postgres.stop(), temporal.stop(), double.stop()])
    },
  }
}

const silent = () => undefined

function startTemporalIn(home: Home): Promise<EmbeddedTemporal> {
  const names = Object.values(searchAttributeNames)
  const searchAttributes = Object.fromEntries(names.map((name) => [name, 'Keyword'] as const))
  return startTemporal({ home, namespace: 'default', searchAttributes, log: silent })
}

function environment(home: Home, urls: DatabaseUrls, temporalAddress: string, double: DoubleProcess) {
  const configFile = join(home.root, 'palimpsest.yaml')
  writeFileSync(configFile, CONFIG)
  return {
    PALIMPSEST_CONFIG: configFile,
    DATABASE_URL: urls.app,
    KEYSTORE_DATABASE_URL: urls.keystore,
    TEMPORAL_ADDRESS: temporalAddress,
    OPENAI_API_KEY: double.apiKey,
    OPENAI_BASE_URL: double.baseUrl,
  }
}

/** Each gateway has a home of its own, but all have one KMS, as equal gateways do. */
function gatewayIn(home: Home, name: string, port: number, env: Record<string, string>): GatewayProcess {
  const own = join(home.root, name)
  mkdirSync(own, { recursive: true })
  mkdirSync(join(home.root, 'keys'), { recursive: true, mode: 0o700 })
  symlinkSync(join(home.root, 'keys'), join(own, 'keys'))
  return new GatewayProcess({ name, port, home: own, logPath: join(home.logsDirectory, `${name}.log`), env })
}
