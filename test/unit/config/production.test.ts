import { describe, expect, it } from 'vitest'
import { developmentConfig } from '../../../src/config/development.ts'
import { acceptable, readEnvironment } from '../../../src/config/env.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { findKey } from '../../../src/config/keys.ts'
import { productionRefusals } from '../../../src/config/production.ts'
import { toolPolicy } from '../../../src/config/tools.ts'
import type { Config } from '../../../src/config/types.ts'

const keys = {
  app: 'app-0123456789abcdef',
  auditor: 'auditor-0123456789abcdef',
  privacy: 'privacy-0123456789abcdef',
  admin: 'admin-0123456789abcdef',
}
const tenant = 'tenants: [{ id: acme, region: us, keys: [{ key: 0123456789abcdef-key, role: app }] }]\n'

function configured(more = ''): Config {
  return parseConfig(tenant + more, 'p.yaml', {})
}

const WITNESS = 'witness.example/w1+490ca8b1+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const anchored = (fields: string) => configured(`anchors: { ${fields} }`)

const signedIn = (issuer: string, publicUrl: string) =>
  configured(`people:
  public_url: ${publicUrl}
  issuers: [{ issuer: "${issuer}", audiences: [a], grants: [{ claim: groups, value: a, tenant: acme, roles: [app] }] }]
`)

/** Everything encrypted but the API itself, which leaves TLS to a proxy. */
const safe = {
  NODE_ENV: 'production',
  PALIMPSEST_ACCEPT: 'cleartext-http',
  PALIMPSEST_KMS: 'aws',
  DATABASE_URL: 'postgres://a@db/x?sslmode=verify-full',
  KEYSTORE_DATABASE_URL: 'postgres://a@keys/x?sslmode=require',
  TEMPORAL_ADDRESS: 'temporal:7233',
  TEMPORAL_TLS_CA: '/ca.pem',
  OPENAI_API_KEY: 'k',
}

function codes(environment: Record<string, string>, config: Config = configured()): string[] {
  return productionRefusals(readEnvironment(environment), config).map((refusal) => refusal.code)
}

describe('a production start', () => {
  it('goes on when nothing is left to development and everything is encrypted', () => {
    expect(codes(safe)).toEqual([])
  })

  it.each([
    ['development keys', {}, developmentConfig(keys), 'development-keys'],
    ['a simulator among the models', {}, configured('models: [{ match: a, provider: simulator }]'), 'simulator'],
    [
      'a simulator among the routes',
      {},
      configured('routes: [{ when: {}, use: [{ provider: simulator, model: simulated/echo }] }]'),
      'simulator',
    ],
    ['a simulator in a residency', {}, configured('residency: { us: [simulator] }'), 'simulator'],
    ['nobody but the simulator', { OPENAI_API_KEY: '' }, configured(), 'simulator'],
    [
      'a KMS in clear text',
      { PALIMPSEST_KMS: 'vault', VAULT_ADDR: 'http://vault:8200', VAULT_TOKEN: 't' },
      configured(),
      'cleartext-kms',
    ],
    ['a root key in a file', { PALIMPSEST_KMS: 'local' }, configured(), 'local-kms'],
    ['PostgreSQL without TLS', { DATABASE_URL: 'postgres://a@db/x' }, configured(), 'cleartext-postgres'],
    [
      'PostgreSQL that may fall back to clear text',
      { DATABASE_URL: 'postgres://a@db/x?sslmode=prefer' },
      configured(),
      'cleartext-postgres',
    ],
    [
      'a keystore without TLS',
      { KEYSTORE_DATABASE_URL: 'postgres://a@db/x?sslmode=disable' },
      configured(),
      'cleartext-postgres',
    ],
    ['migrations without TLS', { DATABASE_ADMIN_URL: 'postgres://a@db/x' }, configured(), 'cleartext-postgres'],
    ['the embedded PostgreSQL', { DATABASE_URL: '' }, configured(), 'cleartext-postgres'],
    ['Redis without TLS', { REDIS_URL: 'redis://r' }, configured(), 'cleartext-redis'],
    ['S3 without TLS', { S3_BUCKET: 'abc', S3_ENDPOINT: 'http://s3' }, configured(), 'cleartext-s3'],
    [
      'S3 without TLS, written in capitals',
      { S3_BUCKET: 'abc', S3_ENDPOINT: 'HTTP://s3' },
      configured(),
      'cleartext-s3',
    ],
    [
      'S3 where the SDK is told to go',
      { S3_BUCKET: 'abc', AWS_ENDPOINT_URL_S3: 'http://s3' },
      configured(),
      'cleartext-s3',
    ],
    ['AWS KMS where the SDK is told to go', { AWS_ENDPOINT_URL_KMS: 'http://k' }, configured(), 'cleartext-kms'],
    ['AWS KMS by an endpoint in clear text', { AWS_KMS_ENDPOINT: 'http://k' }, configured(), 'cleartext-kms'],
    [
      'PostgreSQL that is told twice how',
      { DATABASE_URL: 'postgres://a@db/x?sslmode=verify-full&sslmode=disable' },
      configured(),
      'cleartext-postgres',
    ],
    [
      'PostgreSQL by a socket and by a host',
      { DATABASE_URL: 'postgres://a@db/x?host=/run/postgresql&host=db' },
      configured(),
      'cleartext-postgres',
    ],
    ['a keystore login without TLS', { KEYSTORE_ADMIN_URL: 'postgres://a@k/x' }, configured(), 'cleartext-postgres'],
    [
      "a database for a model's SQL without TLS",
      {},
      configured('databases: [{ name: shop, url: "postgres://a@shop/x", views: [public.orders] }]'),
      'cleartext-postgres',
    ],
    [
      'a webhook without TLS',
      {},
      configured(`webhooks: [{ url: "http://hook", secret: "whsec_${'A'.repeat(32)}" }]`),
      'cleartext-webhook',
    ],
    ['a witness without TLS', {}, anchored(`witnesses: [{ url: "http://w", key: "${WITNESS}" }]`), 'cleartext-witness'],
    [
      'a time-stamping authority without TLS',
      {},
      anchored('time_stamp: { url: "http://tsa", certificate: ca.pem }'),
      'cleartext-time-stamp',
    ],
    ['traces without TLS', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o' }, configured(), 'cleartext-otlp'],
    ['Temporal without TLS', { TEMPORAL_TLS_CA: '' }, configured(), 'cleartext-temporal'],
    ['an API that speaks HTTP', { PALIMPSEST_ACCEPT: '' }, configured(), 'cleartext-http'],
    ['Presidio without TLS', { PRESIDIO_URL: 'http://p' }, configured(), 'cleartext-presidio'],
    ['a provider without TLS', { OLLAMA_BASE_URL: 'http://o' }, configured(), 'cleartext-provider'],
    ['OpenAI by a proxy without TLS', { OPENAI_BASE_URL: 'http://o/v1' }, configured(), 'cleartext-provider'],
    [
      'Anthropic by a proxy without TLS',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://a' },
      configured(),
      'cleartext-provider',
    ],
    [
      'Azure without TLS',
      { AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'http://a' },
      configured(),
      'cleartext-provider',
    ],
    ['an identity provider without TLS', {}, signedIn('http://login', 'https://llm.example'), 'cleartext-oidc'],
    ['sign-in by a page without TLS', {}, signedIn('https://login', 'http://llm.example'), 'cleartext-oidc'],
  ] as [string, Record<string, string>, Config, string][])('is refused with %s', (_what, change, config, code) => {
    expect(codes({ ...safe, ...change }, config)).toEqual([code])
  })

  it.each([
    ['a Unix socket', { DATABASE_URL: 'postgres://a@%2Fvar%2Frun%2Fpostgresql/x' }],
    ['a Unix socket by parameter', { DATABASE_URL: 'postgres:///x?host=/var/run/postgresql' }],
    ["Temporal Cloud's key, which turns TLS on", { TEMPORAL_TLS_CA: '', TEMPORAL_API_KEY: 'k' }],
    ["AWS's own S3", { S3_BUCKET: 'abc' }],
    ['Redis with TLS', { REDIS_URL: 'rediss://r' }],
  ] as [string, Record<string, string>][])('goes on with %s', (_what, change) =>
    expect(codes({ ...safe, ...change })).toEqual([]),
  )

  it('takes an acknowledgement for each of the others, by name, and says which', () => {
    const bare = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://a@db/x',
      KEYSTORE_DATABASE_URL: 'postgres://a@db/x',
      REDIS_URL: 'redis://r',
      S3_BUCKET: 'abc',
      S3_ENDPOINT: 'http://s3',
      TEMPORAL_ADDRESS: 't:7233',
      PRESIDIO_URL: 'http://p',
      OLLAMA_BASE_URL: 'http://o',
      AWS_KMS_ENDPOINT: 'http://k',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o',
    }
    const grant = '{ claim: groups, value: a, tenant: acme, roles: [app] }'
    const config = configured(
      `anchors: { witnesses: [{ url: "http://w", key: "${WITNESS}" }], time_stamp: { url: "http://tsa", certificate: ca.pem } }
people: { issuers: [{ issuer: "http://login", audiences: [a], grants: [${grant}] }] }
webhooks: [{ url: "http://hook", secret: "whsec_${'A'.repeat(32)}" }]`,
    )
    expect(codes(bare, config).sort()).toEqual([...acceptable].sort())
    for (const refusal of productionRefusals(readEnvironment(bare), config)) {
      expect(refusal.message).toContain(`PALIMPSEST_ACCEPT=${refusal.code}`)
    }
    expect(codes({ ...bare, PALIMPSEST_ACCEPT: acceptable.join(',') }, config)).toEqual([])
  })

  it('does not take one for development keys and the simulator', () => {
    const all = { ...safe, PALIMPSEST_ACCEPT: acceptable.join(','), OPENAI_API_KEY: '' }
    expect(codes(all, developmentConfig(keys))).toEqual(['development-keys', 'simulator'])
  })
})

describe('a development start', () => {
  it('is refused nothing', () => {
    expect(productionRefusals(readEnvironment({}), developmentConfig(keys))).toEqual([])
  })

  it('has one tenant in us with the four keys, without limits', () => {
    const config = developmentConfig(keys)
    expect([...config.tenants.keys()]).toEqual(['dev'])
    expect(config.tenants.get('dev')).toMatchObject({
      region: 'us',
      budgets: [],
      limits: { requestsPerMinute: null, burst: null, tokensPerMinute: null },
    })
    for (const role of ['app', 'auditor', 'privacy', 'admin'] as const) {
      expect(findKey(config, keys[role])).toEqual({
        tenantId: 'dev',
        keyId: `dev-${role}`,
        roles: [role],
        app: 'dev',
        team: null,
      })
    }
  })

  it('has the high-risk tools', () => {
    const dev = developmentConfig(keys).tenants.get('dev')
    if (dev === undefined) throw new Error('no tenant')
    expect(toolPolicy(dev, 'hr_helpdesk').record).toBe('sync')
    expect(toolPolicy(dev, 'contract_review').record).toBe('sync')
    expect(toolPolicy(dev, 'default').record).toBe('async')
  })
})
