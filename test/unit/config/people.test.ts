import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { productionRefusals } from '../../../src/config/production.ts'

const TENANT = 'tenants: [{ id: acme, region: us, keys: [{ key: pk_0123456789abcdef, role: admin }] }]'
const GRANT = '{ claim: groups, value: auditors, tenant: acme, roles: [auditor] }'
const parse = (people: string) => parseConfig(`${TENANT}\npeople:\n${people}`, 'palimpsest.yaml', {})
const issuer = (more: string, grants = GRANT) =>
  `  issuers: [{ issuer: "https://login.example.com", audiences: [palimpsest], ${more} grants: [${grants}] }]`

function problemsOf(people: string): string[] {
  try {
    parse(people)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ line, message }) => `${line}: ${message}`)
    throw error
  }
  return []
}

describe('people', () => {
  it('are none by default: only keys are taken', () => {
    expect(parseConfig(TENANT, 'palimpsest.yaml', {}).people).toBeUndefined()
  })

  it('come with what is safe where nothing is said', () => {
    expect(parse(issuer('')).people).toEqual({
      publicUrl: null,
      sessionMs: 3_600_000,
      issuers: [
        {
          issuer: 'https://login.example.com',
          audiences: ['palimpsest'],
          algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
          clockToleranceSeconds: 30,
          client: null,
          grants: [
            { claim: 'groups', value: 'auditors', tenantId: 'acme', roles: ['auditor'], app: 'people', team: null },
          ],
        },
      ],
    })
  })

  it.each([
    ['an algorithm that takes a shared secret', issuer('algorithms: [HS256],'), /^3: .*algorithms/],
    ['an algorithm that signs nothing', issuer('algorithms: [none],'), /^3: .*algorithms/],
    ['a field that there is not', issuer('colour: red,'), /^3: .*colour/],
    [
      'a grant in a tenant that is not there',
      issuer('', GRANT.replace('acme', 'acmee')),
      /^3: .*names a tenant that is not in this file/,
    ],
    ['a browser that cannot come back', issuer('client: { id: a },'), /^3: .*needs people.public_url/],
    ['nobody who may do anything', issuer('', ''), /^3: .*grants/],
    ['an address that is none', `  public_url: ftp://x\n${issuer('')}`, /^3: .*public_url/],
  ])('are refused with %s, and its line', (_, people, problem) => {
    const problems = problemsOf(people)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
  })

  it('do not sign in over clear text in production unless told so', () => {
    const env = readEnvironment({
      NODE_ENV: 'production',
      OPENAI_API_KEY: 'x',
      DATABASE_URL: 'postgres://a@db/x',
      KEYSTORE_DATABASE_URL: 'postgres://a@db/y',
    })
    const codes = (people: string) => productionRefusals(env, parse(people)).map(({ code }) => code)
    expect(codes(`  public_url: https://llm.example.com\n${issuer('')}`)).not.toContain('cleartext-oidc')
    expect(codes(`  public_url: http://llm.example.com\n${issuer('')}`)).toContain('cleartext-oidc')
    expect(codes(issuer('').replace('https:', 'http:'))).toContain('cleartext-oidc')
  })
})
