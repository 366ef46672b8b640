import { ConfigError } from './config-error.ts'
import { type KmsSettings, readKms } from './env-kms.ts'
import { type EnvironmentSource, Reader } from './env-reader.ts'
import { readTracing, type TracingSettings } from './env-tracing.ts'

export { environmentVariables } from './env-variables.ts'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What `PALIMPSEST_ACCEPT` may name: each is refused by a production start unless it stands there. */
export const acceptable = [
  'local-kms',
  'cleartext-postgres',
  'cleartext-redis',
  'cleartext-s3',
  'cleartext-temporal',
  'cleartext-http',
  'cleartext-presidio',
  'cleartext-provider',
  'cleartext-kms',
  'cleartext-otlp',
  'cleartext-witness',
  'cleartext-time-stamp',
  'cleartext-webhook',
  'cleartext-oidc',
] as const
export type Acceptable = (typeof acceptable)[number]

export interface ProviderEndpoint {
  apiKey: string
  /** Without a slash at the end. */
  baseUrl: string
}

/** The environment, checked. Null: not set, the embedded default or nothing. */
export interface Environment extends KmsSettings {
  production: boolean
  /** 0: a free one. */
  port: number
  host: string
  home: string
  configFile: string | null
  deployment: string
  accept: ReadonlySet<Acceptable>
  logLevel: LogLevel
  databaseUrl: string | null
  databaseAdminUrl: string | null
  keystoreDatabaseUrl: string | null
  keystoreAdminUrl: string | null
  temporal: {
    address: string | null
    namespace: string
    /** File names. Null: no TLS unless an API key is set. */
    tls: { ca: string | null; cert: string | null; key: string | null; serverName: string | null } | null
    apiKey: string | null
  }
  redisUrl: string | null
  /** Credentials are found by the AWS SDK itself. */
  s3: { endpoint: string | null; bucket: string; region: string; prefix: string } | null
  /** Where the AWS SDK goes by itself in place of AWS, where no endpoint is named here. */
  sdkEndpoints: { s3: string | null; kms: string | null }
  /** Of copies of archived objects. */
  archiveCacheBytes: number
  providers: {
    openai: ProviderEndpoint | null
    anthropic: ProviderEndpoint | null
    azure: ProviderEndpoint | null
    ollama: { baseUrl: string } | null
  }
  presidioUrl: string | null
  /** Whether Presidio stands in for the built-in engine or beside it. */
  presidioMode: (typeof presidioModes)[number]
  /** Null: nothing is traced. */
  tracing: TracingSettings | null
  /** What is set and has no effect; worth a line in the log at start. */
  notes: readonly string[]
}

/**
 * Reads the process environment. An empty variable counts as not set.
 *
 * @throws ConfigError with every problem at once; a message names the variable and the fix, never its value.
 */
export function readEnvironment(source: EnvironmentSource): Environment {
  const read = new Reader(source)
  const environment: Environment = {
    production: read.text('NODE_ENV') === 'production',
    port: read.port('PORT', 8080),
    host: read.text('HOST') ?? '127.0.0.1',
    home: read.text('PALIMPSEST_HOME') ?? './.palimpsest',
    configFile: read.text('PALIMPSEST_CONFIG'),
    deployment: read.matching('PALIMPSEST_DEPLOYMENT', deploymentPattern, deploymentWords) ?? 'palimpsest.local',
    accept: new Set(read.list('PALIMPSEST_ACCEPT', acceptable)),
    logLevel: read.oneOf('PALIMPSEST_LOG_LEVEL', logLevels) ?? 'info',
    databaseUrl: read.url('DATABASE_URL', postgresSchemes),
    databaseAdminUrl: read.url('DATABASE_ADMIN_URL', postgresSchemes),
    keystoreDatabaseUrl: read.url('KEYSTORE_DATABASE_URL', postgresSchemes),
    keystoreAdminUrl: read.url('KEYSTORE_ADMIN_URL', postgresSchemes),
    temporal: readTemporal(read),
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:']),
    s3: readS3(read),
    sdkEndpoints: readSdkEndpoints(read),
    archiveCacheBytes: read.megabytes('PALIMPSEST_ARCHIVE_CACHE_MB', 4096, { least: 64, most: 1_000_000 }) * 1_000_000,
    providers: readProviders(read),
    presidioUrl: read.httpUrl('PRESIDIO_URL'),
    presidioMode: read.oneOf('PRESIDIO_MODE', presidioModes) ?? 'replace',
    ...readKms(read),
    ...readTracing(read),
    notes: read.notes,
  }
  if (environment.databaseAdminUrl !== null) read.needs('DATABASE_ADMIN_URL', 'DATABASE_URL')
  if (environment.keystoreAdminUrl !== null) read.needs('KEYSTORE_ADMIN_URL', 'KEYSTORE_DATABASE_URL')
  read.refuseUnknownNames()
  if (read.problems.length > 0) throw new ConfigError(read.problems)
  return environment
}

const presidioModes = ['replace', 'union'] as const
const postgresSchemes = ['postgres:', 'postgresql:']
const deploymentPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}(\/[A-Za-z0-9._:-]{1,32}){0,2}$/
const deploymentWords = 'a host name with an optional path, without a scheme, such as audit.example.com'

const prefixPattern = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}\/){1,4}$/
const prefixWords = 'one to four names, each with a slash behind it, such as production/'

function readTemporal(read: Reader): Environment['temporal'] {
  const ca = read.text('TEMPORAL_TLS_CA')
  const cert = read.text('TEMPORAL_TLS_CERT')
  const key = read.text('TEMPORAL_TLS_KEY')
  const serverName = read.text('TEMPORAL_TLS_SERVER_NAME')
  if (cert !== null) read.needs('TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY')
  if (key !== null) read.needs('TEMPORAL_TLS_KEY', 'TEMPORAL_TLS_CERT')
  const withTls = ca !== null || cert !== null || key !== null || serverName !== null
  return {
    address: read.matching('TEMPORAL_ADDRESS', /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'host:port'),
    namespace:
      read.matching('TEMPORAL_NAMESPACE', /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, "a namespace's name") ?? 'default',
    tls: withTls ? { ca, cert, key, serverName } : null,
    apiKey: read.text('TEMPORAL_API_KEY'),
  }
}

function readS3(read: Reader): Environment['s3'] {
  const endpoint = read.httpUrl('S3_ENDPOINT')
  const region = read.text('S3_REGION')
  const bucket = read.matching('S3_BUCKET', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name")
  const prefix = read.matching('S3_PREFIX', prefixPattern, prefixWords)
  if (endpoint !== null) read.needs('S3_ENDPOINT', 'S3_BUCKET')
  if (prefix !== null) read.needs('S3_PREFIX', 'S3_BUCKET')
  return bucket === null ? null : { endpoint, bucket, region: region ?? 'us-east-1', prefix: prefix ?? '' }
}

/** Variables of the AWS SDK itself: the one of a service stands before the one of all. */
function readSdkEndpoints(read: Reader): Environment['sdkEndpoints'] {
  const all = read.httpUrl('AWS_ENDPOINT_URL')
  return { s3: read.httpUrl('AWS_ENDPOINT_URL_S3') ?? all, kms: read.httpUrl('AWS_ENDPOINT_URL_KMS') ?? all }
}

function readProviders(read: Reader): Environment['providers'] {
  const endpoint = (keyName: string, urlName: string, fallback: string | null): ProviderEndpoint | null => {
    const apiKey = read.text(keyName)
    const given = read.httpUrl(urlName)
    const baseUrl = given ?? fallback
    if (apiKey !== null && baseUrl === null) read.note(`${keyName} is set without ${urlName}: that provider stays off.`)
    if (apiKey === null && given !== null) read.note(`${urlName} is set without ${keyName}: that provider stays off.`)
    return apiKey === null || baseUrl === null ? null : { apiKey, baseUrl }
  }
  const ollama = read.httpUrl('OLLAMA_BASE_URL')
  return {
    openai: endpoint('OPENAI_API_KEY', 'OPENAI_BASE_URL', 'https://api.openai.com/v1'),
    anthropic: endpoint('ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
    azure: endpoint('AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', null),
    ollama: ollama === null ? null : { baseUrl: ollama },
  }
}
