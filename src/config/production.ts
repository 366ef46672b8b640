import type { Acceptable, Environment } from './env.ts'
import { availableProviders } from './providers.ts'
import type { Config } from './types.ts'

export interface ProductionRefusal {
  /** `development-keys`, `simulator`, or the word that `PALIMPSEST_ACCEPT` takes. */
  code: 'development-keys' | 'simulator' | Acceptable
  /** What is wrong and what to do. */
  message: string
}

/**
 * Why a production start (`NODE_ENV=production`) is refused; empty: it may go on. Development keys and the simulator
 * cannot be accepted; every other refusal can, by its code in `PALIMPSEST_ACCEPT`. A connection to this same machine
 * counts as clear text too, a Unix socket does not.
 */
export function productionRefusals(env: Environment, config: Config): ProductionRefusal[] {
  if (!env.production) return []
  return [...developmentOnly(env, config), ...acknowledgeable(env).filter((refusal) => !env.accept.has(refusal.code))]
}

function developmentOnly(env: Environment, config: Config): ProductionRefusal[] {
  const refusals: ProductionRefusal[] = []
  if (config.source === null) {
    refusals.push({
      code: 'development-keys',
      message: 'Without a configuration file there are only development keys: set PALIMPSEST_CONFIG.',
    })
  }
  if (namesSimulator(config)) {
    refusals.push({ code: 'simulator', message: 'The configuration names the simulator as a provider: take it out.' })
  } else if (availableProviders(env).size === 0) {
    refusals.push({
      code: 'simulator',
      message: 'No provider is configured and the simulator is for development: set the key or address of a provider.',
    })
  }
  return refusals
}

function namesSimulator(config: Config): boolean {
  const { models, routes, regionDefaults, residency } = config.routing
  const targets = [...models, ...routes.flatMap((route) => route.use), ...Object.values(regionDefaults)]
  const allowed = Object.values(residency).flatMap((providers) => (providers === 'any' ? [] : providers))
  return targets.some((target) => target.provider === 'simulator') || allowed.includes('simulator')
}

function acknowledgeable(env: Environment): { code: Acceptable; message: string }[] {
  const found: { code: Acceptable; message: string }[] = []
  const refuse = (code: Acceptable, message: string) => {
    found.push({ code, message: `${message} Or accept it: PALIMPSEST_ACCEPT=${code}.` })
  }
  if (env.kms === 'local') refuse('local-kms', 'The root key is a file: set PALIMPSEST_KMS to aws or vault.')
  const databases: [string, string | null][] = [
    ['DATABASE_URL', env.databaseUrl],
    ['KEYSTORE_DATABASE_URL', env.keystoreDatabaseUrl],
    ...optional('DATABASE_ADMIN_URL', env.databaseAdminUrl),
    ...optional('KEYSTORE_ADMIN_URL', env.keystoreAdminUrl),
  ]
  const clear = databases.filter(([, url]) => url === null || !isEncryptedPostgres(url)).map(([name]) => name)
  if (clear.length > 0) {
    refuse(
      'cleartext-postgres',
      `PostgreSQL would be reached in clear text: give ${clear.join(', ')} sslmode=verify-full.`,
    )
  }
  if (env.redisUrl !== null && !env.redisUrl.startsWith('rediss:')) {
    refuse('cleartext-redis', 'Redis would be reached in clear text: make REDIS_URL begin with rediss://.')
  }
  if (env.s3?.endpoint?.startsWith('http:')) {
    refuse('cleartext-s3', 'S3 would be reached in clear text: make S3_ENDPOINT begin with https://.')
  }
  if (env.temporal.tls === null && env.temporal.apiKey === null) {
    refuse(
      'cleartext-temporal',
      'Temporal would be reached in clear text: set TEMPORAL_TLS_CA or TEMPORAL_TLS_SERVER_NAME.',
    )
  }
  if ([env.awsKms.endpoint, env.vault?.address].some((address) => address?.startsWith('http:'))) {
    refuse(
      'cleartext-kms',
      'The KMS would be reached in clear text: make VAULT_ADDR or AWS_KMS_ENDPOINT begin with https://.',
    )
  }
  if (env.presidioUrl?.startsWith('http:')) {
    refuse('cleartext-presidio', 'Presidio would be sent text in clear: make PRESIDIO_URL begin with https://.')
  }
  const providers = Object.entries(env.providers).filter(([, endpoint]) => endpoint?.baseUrl.startsWith('http:'))
  if (providers.length > 0) {
    const names = providers.map(([name]) => name).join(', ')
    refuse(
      'cleartext-provider',
      `A provider would be reached in clear text (${names}): make its address begin with https://.`,
    )
  }
  if (env.tracing?.url.startsWith('http:')) {
    refuse(
      'cleartext-otlp',
      'Traces would be sent in clear text: make OTEL_EXPORTER_OTLP_ENDPOINT begin with https://.',
    )
  }
  refuse('cleartext-http', 'The API itself speaks HTTP: put a proxy that ends TLS before it.')
  return found
}

function optional(name: string, url: string | null): [string, string | null][] {
  return url === null ? [] : [[name, url]]
}

function isEncryptedPostgres(address: string): boolean {
  const url = new URL(address)
  const socket = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  if (socket.startsWith('/')) return true
  const mode = url.searchParams.get('sslmode')
  return mode === 'verify-full' || mode === 'verify-ca' || mode === 'require'
}
