import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { environmentVariables, readEnvironment } from '../../../src/config/env.ts'
import { availableProviders } from '../../../src/config/providers.ts'

function problems(source: Record<string, string>): string[] {
  try {
    readEnvironment(source)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.message)
    throw error
  }
  return []
}

describe('an empty environment', () => {
  it('gives the embedded defaults of the contract', () => {
    expect(readEnvironment({})).toEqual({
      production: false,
      port: 8080,
      host: '127.0.0.1',
      home: './.palimpsest',
      configFile: null,
      deployment: 'palimpsest.local',
      accept: new Set(),
      logLevel: 'info',
      databaseUrl: null,
      databaseAdminUrl: null,
      keystoreDatabaseUrl: null,
      keystoreAdminUrl: null,
      temporal: { address: null, namespace: 'default', tls: null, apiKey: null },
      redisUrl: null,
      s3: null,
      sdkEndpoints: { s3: null, kms: null },
      archiveCacheBytes: 4_096_000_000,
      providers: { openai: null, anthropic: null, azure: null, ollama: null },
      presidioUrl: null,
      presidioMode: 'replace',
      kms: 'local',
      awsKms: { region: 'us-east-1', endpoint: null, pendingWindowDays: 7 },
      vault: null,
      tracing: null,
      epochDays: 30,
      keystoreBackupDays: 7,
      notes: [],
    })
  })

  it('is the same as one whose variables are all empty', () => {
    const empty = Object.fromEntries(environmentVariables.map((entry) => [entry.name, ' ']))
    expect(readEnvironment(empty)).toEqual(readEnvironment({}))
  })
})

describe('a full environment', () => {
  const full = {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '::1',
    PALIMPSEST_HOME: '/var/lib/pal impsest',
    PALIMPSEST_CONFIG: 'p.yaml',
    PALIMPSEST_DEPLOYMENT: 'audit.example.com/eu',
    PALIMPSEST_ACCEPT: 'local-kms, cleartext-redis',
    PALIMPSEST_LOG_LEVEL: 'debug',
    DATABASE_URL: 'postgres://a:b@db/palimpsest?sslmode=verify-full',
    DATABASE_ADMIN_URL: 'postgresql://admin@db/palimpsest',
    KEYSTORE_DATABASE_URL: 'postgres://k@keys/keystore',
    KEYSTORE_ADMIN_URL: 'postgres://admin@keys/keystore',
    TEMPORAL_ADDRESS: '[::1]:7233',
    TEMPORAL_NAMESPACE: 'palimpsest.a1b2',
    TEMPORAL_TLS_CA: '/ca.pem',
    TEMPORAL_TLS_CERT: '/c.pem',
    TEMPORAL_TLS_KEY: '/k.pem',
    TEMPORAL_TLS_SERVER_NAME: 'temporal',
    TEMPORAL_API_KEY: 'tk',
    REDIS_URL: 'rediss://:p@redis:6380/1',
    S3_ENDPOINT: 'https://s3.example.com/',
    S3_BUCKET: 'palimpsest',
    S3_REGION: 'eu-central-1',
    S3_PREFIX: 'production/',
    OPENAI_API_KEY: 'ok',
    OPENAI_BASE_URL: 'https://proxy.example.com/v1/',
    ANTHROPIC_API_KEY: 'ak',
    AZURE_OPENAI_API_KEY: 'zk',
    AZURE_OPENAI_ENDPOINT: 'https://r.openai.azure.com',
    OLLAMA_BASE_URL: 'http://ollama:11434',
    PRESIDIO_URL: 'http://presidio:3000',
    PALIMPSEST_KMS: 'vault',
    VAULT_ADDR: 'https://vault.example.com:8200/',
    VAULT_ROLE_ID: 'r',
    VAULT_SECRET_ID: 's',
    VAULT_NAMESPACE: 'eu',
    PALIMPSEST_EPOCH_DAYS: '90',
    PALIMPSEST_KEYSTORE_BACKUP_DAYS: '14',
  }

  it('is read whole, addresses without a slash at the end', () => {
    const read = readEnvironment(full)
    expect(read).toMatchObject({
      production: true,
      port: 0,
      host: '::1',
      kms: 'vault',
      deployment: 'audit.example.com/eu',
    })
    expect(read.accept).toEqual(new Set(['local-kms', 'cleartext-redis']))
    expect(read.vault).toEqual({
      address: 'https://vault.example.com:8200',
      auth: { kind: 'approle', roleId: 'r', secretId: 's' },
      namespace: 'eu',
      mount: 'transit',
    })
    expect(read.awsKms).toEqual({ region: 'eu-central-1', endpoint: null, pendingWindowDays: 7 })
    expect([read.epochDays, read.keystoreBackupDays]).toEqual([90, 14])
    expect(read.s3).toEqual({
      endpoint: 'https://s3.example.com',
      prefix: 'production/',
      bucket: 'palimpsest',
      region: 'eu-central-1',
    })
    expect(read.temporal.tls).toEqual({ ca: '/ca.pem', cert: '/c.pem', key: '/k.pem', serverName: 'temporal' })
    expect(read.providers.openai).toEqual({ apiKey: 'ok', baseUrl: 'https://proxy.example.com/v1' })
    expect(read.providers.anthropic?.baseUrl).toBe('https://api.anthropic.com')
    expect([...availableProviders(read)].sort()).toEqual(['anthropic', 'azure', 'ollama-local', 'openai'])
  })

  it('names every variable of the table, and the table every one that is read', () => {
    const asked = new Set<string>()
    const source = new Proxy(full, {
      get: (target, name) => {
        asked.add(String(name))
        return Reflect.get(target, name)
      },
    })
    readEnvironment(source)
    const bySdk = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
    expect([...asked, ...bySdk].sort()).toEqual(environmentVariables.map((entry) => entry.name).sort())
  })
})

describe('a variable that does not hold is refused by its name, with the fix and without its value', () => {
  it.each([
    [{ PORT: '80a' }, 'PORT must be a port number from 0 to 65535.'],
    [{ PORT: '65536' }, 'PORT must be a port number from 0 to 65535.'],
    [
      { PALIMPSEST_DEPLOYMENT: 'https://a' },
      'PALIMPSEST_DEPLOYMENT must be a host name with an optional path, without a scheme, such as audit.example.com.',
    ],
    [
      { PALIMPSEST_ACCEPT: 'local-kms,cleartext-postgress' },
      'PALIMPSEST_ACCEPT takes local-kms, cleartext-postgres, cleartext-redis, cleartext-s3, cleartext-temporal, cleartext-http, cleartext-presidio, cleartext-provider, cleartext-kms, cleartext-otlp, cleartext-witness, cleartext-time-stamp, cleartext-webhook, cleartext-oidc, separated by commas, did you mean cleartext-postgres.',
    ],
    [
      { PALIMPSEST_KMS: 'vault', VAULT_TOKEN: 't' },
      'PALIMPSEST_KMS is vault without VAULT_ADDR: set the address of Vault.',
    ],
    [
      { PALIMPSEST_KMS: 'vault', VAULT_ADDR: 'https://v' },
      'PALIMPSEST_KMS is vault: set one of VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID.',
    ],
    [
      { PALIMPSEST_KMS: 'vault', VAULT_ADDR: 'https://v', VAULT_TOKEN: 't', VAULT_TOKEN_FILE: '/t' },
      'PALIMPSEST_KMS is vault: set one of VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID.',
    ],
    [
      { PALIMPSEST_KMS: 'vault', VAULT_ADDR: 'https://v', VAULT_ROLE_ID: 'r' },
      'VAULT_ROLE_ID is set without VAULT_SECRET_ID: set both or neither.',
    ],
    [{ AWS_KMS_PENDING_DAYS: '6' }, 'AWS_KMS_PENDING_DAYS must be a number of days from 7 to 30.'],
    [
      { PALIMPSEST_LOG_LEVEL: 'verbose' },
      'PALIMPSEST_LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
    ],
    [{ PALIMPSEST_KMS: 'valt' }, 'PALIMPSEST_KMS must be one of local, aws, vault, did you mean vault.'],
    [{ DATABASE_URL: 'db:5432' }, 'DATABASE_URL must be an address that begins with postgres:// or postgresql://.'],
    [
      { DATABASE_ADMIN_URL: 'postgres://a@b/c' },
      'DATABASE_ADMIN_URL is set without DATABASE_URL: set both or neither.',
    ],
    [
      { KEYSTORE_ADMIN_URL: 'postgres://a@b/c' },
      'KEYSTORE_ADMIN_URL is set without KEYSTORE_DATABASE_URL: set both or neither.',
    ],
    [{ TEMPORAL_ADDRESS: 'http://temporal:7233' }, 'TEMPORAL_ADDRESS must be host:port.'],
    [{ TEMPORAL_TLS_CERT: '/c.pem' }, 'TEMPORAL_TLS_CERT is set without TEMPORAL_TLS_KEY: set both or neither.'],
    [{ TEMPORAL_TLS_KEY: '/k.pem' }, 'TEMPORAL_TLS_KEY is set without TEMPORAL_TLS_CERT: set both or neither.'],
    [{ REDIS_URL: 'http://redis' }, 'REDIS_URL must be an address that begins with redis:// or rediss://.'],
    [{ S3_ENDPOINT: 'https://s3' }, 'S3_ENDPOINT is set without S3_BUCKET: set both or neither.'],
    [{ S3_BUCKET: 'A_B' }, "S3_BUCKET must be a bucket's name."],
    [{ PRESIDIO_URL: 'presidio:3000' }, 'PRESIDIO_URL must be an address that begins with http:// or https://.'],
    [
      { PALIMPSEST_CONFG: 'a.yaml' },
      'PALIMPSEST_CONFG is not a variable of Palimpsest: did you mean PALIMPSEST_CONFIG?',
    ],
  ])('%j', (source, expected) => expect(problems(source as Record<string, string>)).toEqual([expected]))

  it('all of them at once', () => {
    expect(problems({ PORT: 'x', REDIS_URL: 'x', PALIMPSEST_KMS: 'x' })).toHaveLength(3)
  })

  it('whatever a value is, it is not in the message', () => {
    const name = fc.constantFrom(...environmentVariables.map((entry) => entry.name))
    fc.assert(
      fc.property(
        fc.dictionary(
          name,
          fc.string({ minLength: 1 }).map((text) => `§${text}§`),
        ),
        (source) => {
          expect(problems(source).join()).not.toContain('§')
        },
      ),
    )
  })
})

describe('what has no effect', () => {
  it('is said: a provider of which one half is set stays off', () => {
    const read = readEnvironment({ AZURE_OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://localhost:1' })
    expect(read.notes).toEqual([
      'OPENAI_BASE_URL is set without OPENAI_API_KEY: that provider stays off.',
      'AZURE_OPENAI_API_KEY is set without AZURE_OPENAI_ENDPOINT: that provider stays off.',
    ])
    expect([...availableProviders(read)]).toEqual(['simulator'])
  })
})

describe('the table of variables', () => {
  it('has each name once, says what it means, and marks what is secret', () => {
    const names = environmentVariables.map((entry) => entry.name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, meaning, secret } of environmentVariables) {
      expect(meaning.length).toBeGreaterThan(10)
      if (/_KEY$|_TOKEN$|SECRET|DATABASE|REDIS|ADMIN_URL/.test(name) && name !== 'TEMPORAL_TLS_KEY')
        expect(secret).toBe(true)
    }
  })
})
