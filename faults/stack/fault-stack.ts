import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { searchAttributeNames } from '../../src/adapters/temporal/search-attribute-names.ts'
import { type DatabaseUrls, prepareOwnDatabases } from '../../src/compose/databases.ts'
import { type Home, homeLayout, prepareHome, writePrivateFile } from '../../src/config/home.ts'
import { type EmbeddedPostgres, startPostgres } from '../../src/embedded/postgres/start.ts'
import { type EmbeddedTemporal, startTemporal } from '../../src/embedded/temporal/start.ts'
import { CONFIG } from './config.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
import { type DoubleProcess, startDoubleProcess } from './double-process.ts'
import { GatewayProcess } from './gateway-process.ts'
import { overPort, steadyPorts } from './ports.ts'
import { reapWhatIsLeft } from './processes.ts'
import { Server } from './server.ts'

export interface FaultStackOptions {
  /** A folder of its own; everything is below it. */
  home: string
  gateways: 1 | 2
  /** Where gateways reach PostgreSQL and Temporal through proxies that lose answers, the draw from 0 to 1 that decides. */
  draw?: () => number
}

export interface FaultStack {
  postgres: Server<EmbeddedPostgres>
  temporal: Server<EmbeddedTemporal>
  double: DoubleProcess
  gateways: GatewayProcess[]
  /** To PostgreSQL and to Temporal; none without a `draw`. */
  proxies: CuttingProxy[]
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
  const [postgresPort, temporalPort, uiPort, ...freePorts] = await steadyPorts(5 + options.gateways)
  const gatewayPorts = freePorts.slice(0, options.gateways)
  const ports = { postgres: postgresPort, temporal: temporalPort, temporalUi: uiPort }
  writePrivateFile(home.portsFile, JSON.stringify(ports))
  const postgres = new Server('PostgreSQL', () => startPostgres({ home, log: silent }))
  const temporal = new Server('Temporal', () => startTemporalIn(home))
  const letGo = reapWhatIsLeft(home.root)
  const double = await startDoubleProcess(join(home.root, 'double.log'))
  await Promise.all([postgres.start(), temporal.start()])
  const { adminUrl } = postgres.started
  const urls = await prepareOwnDatabases(
    adminUrl,
    { ledger: 'palimpsest', keystore: 'palimpsest_keystore' },
    join(home.root, 'database-logins.json'),
  )
  const temporalAddress = temporal.started.address
  const { proxies, reached } = await proxiesFor(options, freePorts.slice(-2), { urls, temporalAddress })
  const env = environment(home, reached.urls, reached.temporalAddress, double)
  const gateways = gatewayPorts.map((port, index) => gatewayIn(home, `gateway-${index + 1}`, port, env))
  // One after another: the first one makes what both then find.
  for (const gateway of gateways) await gateway.start()
  return {
    postgres,
    temporal,
    double,
    gateways,
    proxies,
    urls,
    adminUrl: adminUrl('palimpsest'),
    temporalAddress,
    home: home.root,
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.stop()))
      await Promise.all([postgres.stop(), temporal.stop(), double.stop(), ...proxies.map((proxy) => proxy.close())])
      letGo()
    },
  }
}

const silent = () => undefined

interface Reached {
  urls: DatabaseUrls
  temporalAddress: string
}

/** Puts proxies before both servers where they are wanted; `reached` is what the gateways are told. */
async function proxiesFor(
  { draw }: FaultStackOptions,
  [postgresPort = 0, temporalPort = 0]: number[],
  direct: Reached,
): Promise<{ proxies: CuttingProxy[]; reached: Reached }> {
  if (!draw) return { proxies: [], reached: direct }
  const { urls, temporalAddress } = direct
  const database = new URL(urls.app)
  const proxies = [
    await startCuttingProxy(postgresPort, database.host, draw),
    await startCuttingProxy(temporalPort, temporalAddress, draw),
  ]
  const { app, keystore, read } = urls
  const through = (url: string) => overPort(url, postgresPort)
  return {
    proxies,
    reached: {
      urls: { app: through(app), keystore: through(keystore), read: through(read) },
      temporalAddress: `127.0.0.1:${temporalPort}`,
    },
  }
}

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
