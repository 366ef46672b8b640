import { ConfigError, type ConfigProblem, didYouMean } from './config-error.ts'
import { environmentVariables } from './env-variables.ts'

export { environmentVariables } from './env-variables.ts'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]
export const kmsNames = ['local', 'aws', 'vault'] as const
export type KmsName = (typeof kmsNames)[number]

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
] as const
export type Acceptable = (typeof acceptable)[number]

export interface ProviderEndpoint {
  apiKey: string
  /** Without a slash at the end. */
  baseUrl: string
}

export interface VaultSettings {
  /** Without a slash at the end. */
  address: string
  auth:
    | { kind: 'token'; token: string }
    | { kind: 'file'; file: string }
    | { kind: 'approle'; roleId: string; secretId: string }
  namespace: string | null
  mount: string
}

/** The environment, checked. Null: not set, the embedded default or nothing. */
export interface Environment {
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
  s3: { endpoint: string | null; bucket: string; region: string } | null
  providers: {
    openai: ProviderEndpoint | null
    anthropic: ProviderEndpoint | null
    azure: ProviderEndpoint | null
    ollama: { baseUrl: string } | null
  }
  presidioUrl: string | null
  /** Whether Presidio stands in for the built-in engine or beside it. */
  presidioMode: (typeof presidioModes)[number]
  kms: KmsName
  /** Credentials are found by the AWS SDK itself. Endpoint null: AWS's. */
  awsKms: { region: string; endpoint: string | null }
  /** Null: the KMS is another one. */
  vault: VaultSettings | null
  /** What is set and has no effect; worth a line in the log at start. */
  notes: readonly string[]
}

type Source = Readonly<Record<string, string | undefined>>

/**
 * Reads the process environment. An empty variable counts as not set.
 *
 * @throws ConfigError with every problem at once; a message names the variable and the fix, never its value.
 */
export function readEnvironment(source: Source): Environment {
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
    providers: readProviders(read),
    presidioUrl: read.httpUrl('PRESIDIO_URL'),
    presidioMode: read.oneOf('PRESIDIO_MODE', presidioModes) ?? 'replace',
    kms: read.oneOf('PALIMPSEST_KMS', kmsNames) ?? 'local',
    awsKms: {
      region: read.text('AWS_KMS_REGION') ?? read.text('S3_REGION') ?? 'us-east-1',
      endpoint: read.httpUrl('AWS_KMS_ENDPOINT'),
    },
    vault: readVault(read),
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
/** Read by the command line and the tests, not by the gateway. */
const otherNames = ['PALIMPSEST_API_KEY']

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
  if (endpoint !== null) read.needs('S3_ENDPOINT', 'S3_BUCKET')
  return bucket === null ? null : { endpoint, bucket, region: region ?? 'us-east-1' }
}

function readVault(read: Reader): VaultSettings | null {
  const address = read.httpUrl('VAULT_ADDR')
  const token = read.text('VAULT_TOKEN')
  const file = read.text('VAULT_TOKEN_FILE')
  const roleId = read.text('VAULT_ROLE_ID')
  const secretId = read.text('VAULT_SECRET_ID')
  const namespace = read.text('VAULT_NAMESPACE')
  const mount = read.matching(
    'VAULT_TRANSIT_MOUNT',
    /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/,
    'a path without / at its ends',
  )
  if (read.text('PALIMPSEST_KMS') !== 'vault') return null
  if (roleId !== null) read.needs('VAULT_ROLE_ID', 'VAULT_SECRET_ID')
  if (secretId !== null) read.needs('VAULT_SECRET_ID', 'VAULT_ROLE_ID')
  const given: VaultSettings['auth'][] = [
    ...(token === null ? [] : [{ kind: 'token', token } as const]),
    ...(file === null ? [] : [{ kind: 'file', file } as const]),
    ...(roleId === null || secretId === null ? [] : [{ kind: 'approle', roleId, secretId } as const]),
  ]
  const [auth] = given
  if (given.length > 1 || (auth === undefined && roleId === null && secretId === null)) {
    read.report(
      'PALIMPSEST_KMS is vault: set one of VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID.',
    )
  }
  if (read.text('VAULT_ADDR') === null) {
    read.report('PALIMPSEST_KMS is vault without VAULT_ADDR: set the address of Vault.')
  }
  if (address === null || auth === undefined) return null
  return { address, auth, namespace, mount: mount ?? 'transit' }
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

class Reader {
  readonly problems: ConfigProblem[] = []
  readonly notes: string[] = []
  readonly #source: Source

  constructor(source: Source) {
    this.#source = source
  }

  text(name: string): string | null {
    const value = this.#source[name]
    return value === undefined || value.trim() === '' ? null : value.trim()
  }

  matching(name: string, pattern: RegExp, words: string): string | null {
    const value = this.text(name)
    if (value === null || pattern.test(value)) return value
    this.report(`${name} must be ${words}.`)
    return null
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.text(name)
    if (value === null) return null
    const found = allowed.find((word) => word === value)
    if (found === undefined) this.report(`${name} must be one of ${allowed.join(', ')}${hint(value, allowed)}.`)
    return found ?? null
  }

  list<T extends string>(name: string, allowed: readonly T[]): T[] {
    const words = (this.text(name) ?? '').split(',').map((word) => word.trim())
    return words.flatMap((word) => {
      if (word === '') return []
      const found = allowed.find((one) => one === word)
      if (found === undefined)
        this.report(`${name} takes ${allowed.join(', ')}, separated by commas${hint(word, allowed)}.`)
      return found === undefined ? [] : [found]
    })
  }

  port(name: string, fallback: number): number {
    const value = this.matching(name, /^\d{1,5}$/, 'a port number from 0 to 65535')
    if (value === null) return fallback
    if (Number(value) > 65535) this.report(`${name} must be a port number from 0 to 65535.`)
    return Number(value)
  }

  url(name: string, schemes: readonly string[]): string | null {
    const value = this.text(name)
    if (value === null) return null
    const scheme = URL.canParse(value) ? new URL(value).protocol : null
    if (scheme !== null && schemes.includes(scheme)) return value
    this.report(`${name} must be an address that begins with ${schemes.map((one) => `${one}//`).join(' or ')}.`)
    return null
  }

  httpUrl(name: string): string | null {
    return this.url(name, ['http:', 'https:'])?.replace(/\/+$/, '') ?? null
  }

  needs(name: string, other: string): void {
    if (this.text(other) === null) this.report(`${name} is set without ${other}: set both or neither.`)
  }

  refuseUnknownNames(): void {
    const known = [...environmentVariables.map((entry) => entry.name), ...otherNames]
    for (const name of Object.keys(this.#source)) {
      if (!name.startsWith('PALIMPSEST_') || known.includes(name)) continue
      const meant = didYouMean(name, known)
      if (meant !== null) this.report(`${name} is not a variable of Palimpsest: did you mean ${meant}?`)
    }
  }

  note(message: string): void {
    this.notes.push(message)
  }

  report(message: string): void {
    this.problems.push({ file: null, line: null, column: null, message })
  }
}

function hint(word: string, allowed: readonly string[]): string {
  const meant = didYouMean(word, allowed)
  return meant === null ? '' : `, did you mean ${meant}`
}
