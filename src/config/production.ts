import { type Acceptable, acceptable, type Environment } from './env.ts'
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
  return [
    ...developmentOnly(env, config),
    ...acknowledgeable(env, config).filter((refusal) => !env.accept.has(refusal.code)),
  ]
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

/** What is wrong and what to do; null: nothing. */
type Check = (env: Environment, config: Config) => string | null

const CHECKS: Readonly<Record<Acceptable, Check>> = {
  'local-kms': ({ kms }) => (kms === 'local' ? 'The root key is a file: set PALIMPSEST_KMS to aws or vault.' : null),
  'cleartext-postgres': clearPostgres,
  'cleartext-redis': ({ redisUrl }) =>
    redisUrl !== null && !isOf(redisUrl, 'rediss:')
      ? 'Redis would be reached in clear text: make REDIS_URL begin with rediss://.'
      : null,
  'cleartext-s3': ({ s3, sdkEndpoints }) =>
    s3 !== null && isHttp(s3.endpoint ?? sdkEndpoints.s3)
      ? 'S3 would be reached in clear text: make S3_ENDPOINT begin with https://.'
      : null,
  'cleartext-temporal': ({ temporal }) =>
    temporal.tls === null && temporal.apiKey === null
      ? 'Temporal would be reached in clear text: set TEMPORAL_TLS_CA or TEMPORAL_TLS_SERVER_NAME.'
      : null,
  'cleartext-kms': (env) =>
    isHttp(env.vault?.address) || isHttp(env.awsKms.endpoint) || (env.kms === 'aws' && isHttp(env.sdkEndpoints.kms))
      ? 'The KMS would be reached in clear text: make VAULT_ADDR or AWS_KMS_ENDPOINT begin with https://.'
      : null,
  'cleartext-presidio': ({ presidioUrl }) =>
    isHttp(presidioUrl) ? 'Presidio would be sent text in clear: make PRESIDIO_URL begin with https://.' : null,
  'cleartext-provider': ({ providers }) => {
    const names = Object.entries(providers).flatMap(([name, endpoint]) => (isHttp(endpoint?.baseUrl) ? [name] : []))
    return names.length === 0
      ? null
      : `A provider would be reached in clear text (${names.join(', ')}): make its address begin with https://.`
  },
  'cleartext-otlp': ({ tracing }) =>
    isHttp(tracing?.url)
      ? 'Traces would be sent in clear text: make OTEL_EXPORTER_OTLP_ENDPOINT begin with https://.'
      : null,
  'cleartext-witness': (_, { anchors }) =>
    anchors.witnesses.some(({ url }) => isHttp(url))
      ? 'A witness would be reached in clear text: make the url of anchors.witnesses begin with https://.'
      : null,
  'cleartext-time-stamp': (_, { anchors }) =>
    isHttp(anchors.timeStamp?.url)
      ? 'The time-stamping authority would be reached in clear text: make anchors.time_stamp.url begin with https://.'
      : null,
  'cleartext-oidc': (_, { people }) =>
    [people?.publicUrl ?? undefined, ...(people?.issuers ?? []).map(({ issuer }) => issuer)].some(isHttp)
      ? 'People would sign in over clear text: make people.public_url and every issuer begin with https://.'
      : null,
  'cleartext-webhook': (_, { webhooks = [] }) =>
    webhooks.some(({ url }) => isHttp(url))
      ? 'A webhook would be sent in clear text: make the url under webhooks begin with https://.'
      : null,
  'cleartext-http': () => 'The API itself speaks HTTP: put a proxy that ends TLS before it.',
}

/** Each clear-text connection and the local KMS, with the word that accepts it. */
function acknowledgeable(env: Environment, config: Config): { code: Acceptable; message: string }[] {
  return acceptable.flatMap((code) => {
    const found = CHECKS[code](env, config)
    return found === null ? [] : [{ code, message: `${found} Or accept it: PALIMPSEST_ACCEPT=${code}.` }]
  })
}

function isHttp(address: string | null | undefined): boolean {
  return address !== null && address !== undefined && isOf(address, 'http:')
}

/** A scheme may be written in any letters. */
function isOf(address: string, scheme: string): boolean {
  return new URL(address).protocol === scheme
}

function clearPostgres(env: Environment, config: Config): string | null {
  const databases: [string, string | null][] = [
    ['DATABASE_URL', env.databaseUrl],
    ['KEYSTORE_DATABASE_URL', env.keystoreDatabaseUrl],
    ...optional('DATABASE_ADMIN_URL', env.databaseAdminUrl),
    ...optional('KEYSTORE_ADMIN_URL', env.keystoreAdminUrl),
    ...(config.databases ?? []).map(({ name, url }): [string, string] => [`databases.${name}.url`, url]),
  ]
  const clear = databases.filter(([, url]) => url === null || !isEncryptedPostgres(url)).map(([name]) => name)
  return clear.length === 0
    ? null
    : `PostgreSQL would be reached in clear text: give ${clear.join(', ')} sslmode=verify-full.`
}

function optional(name: string, url: string | null): [string, string | null][] {
  return url === null ? [] : [[name, url]]
}

const ENCRYPTED = ['verify-full', 'verify-ca', 'require']

/** What stands twice in an address counts by its last one, or its first, as the library likes: all of them have to be fit. */
function isEncryptedPostgres(address: string): boolean {
  const { searchParams, hostname } = new URL(address)
  const hosts = searchParams.getAll('host')
  const sockets = hosts.length > 0 ? hosts : [decodeURIComponent(hostname)]
  if (sockets.every((host) => host.startsWith('/'))) return true
  const modes = searchParams.getAll('sslmode')
  return modes.length > 0 && modes.every((mode) => ENCRYPTED.includes(mode))
}
