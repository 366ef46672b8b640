import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { loadConfigFile, parseConfig } from '../../../src/config/file.ts'
import { findKey } from '../../../src/config/keys.ts'
import { toolPolicy } from '../../../src/config/tools.ts'

const key = 'acme-app-key-0123456789'
const other = 'acme-other-key-0123456789'

/** A sound file with lines added below the tenant, or at the top level. */
function file(parts: { tenant?: string[]; top?: string[]; keys?: string[] } = {}): string {
  return [
    'tenants:',
    '  - id: acme',
    '    region: eu',
    '    keys:',
    ...(parts.keys ?? [`      - { key: "${key}", role: app, app: helpdesk }`]),
    ...(parts.tenant ?? []).map((line) => `    ${line}`),
    ...(parts.top ?? []),
    '',
  ].join('\n')
}

function problems(text: string, variables: Record<string, string> = {}): string[] {
  try {
    parseConfig(text, 'p.yaml', variables)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

type Row = [what: string, text: string, expected: string | string[]]

const witnessKey = 'witness.example/w1+490ca8b1+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

describe('anchors in the configuration', () => {
  const anchors = (lines: string[]) => file({ top: ['anchors:', ...lines.map((line) => `  ${line}`)] })

  it('are kept for seven years, without witnesses, where nothing is said', () => {
    expect(parseConfig(file(), 'p.yaml', {}).anchors).toEqual({
      retentionDays: 2557,
      witnesses: [],
      witnessQuorum: 0,
      timeStamp: null,
    })
  })

  it('ask for all witnesses where no quorum is named', () => {
    const text = anchors([
      'retention_days: 30',
      'witnesses:',
      `  - { url: "https://w.example/", key: "${witnessKey}" }`,
    ])
    expect(parseConfig(text, 'p.yaml', {}).anchors).toMatchObject({
      retentionDays: 30,
      witnesses: [{ url: 'https://w.example', key: witnessKey }],
      witnessQuorum: 1,
    })
  })

  it('are refused with a key that is no cosigning key, one witness twice, or a quorum out of reach', () => {
    const witness = (key: string) => `  - { url: "https://w.example", key: "${key}" }`
    expect(problems(anchors(['witnesses:', witness('w+00000000+AAAA')])).join()).toContain('verifier key')
    expect(problems(anchors(['witnesses:', witness(witnessKey), witness(witnessKey)])).join()).toContain('same witness')
    expect(problems(anchors(['witness_quorum: 1'])).join()).toContain('more than the witnesses')
  })
})

describe('a configuration that does not hold is refused with file, line, column and what to do', () => {
  const secondTenant = (id: string, secret: string) => [
    `  - { id: ${id}, region: us, keys: [{ key: "${secret}", role: app }] }`,
  ]
  const route = (when: string, use: string) => file({ top: ['routes:', `  - { when: { ${when} }, use: [${use}] }`] })
  const llama = '{ provider: ollama-local, model: a }'
  const rows: Row[] = [
    [
      'an unknown field',
      file({ tenant: ['limitz: {}'] }),
      'p.yaml:6:5: tenants[0].limitz is not a known field: did you mean limits?',
    ],
    [
      'an unknown field at the top',
      file({ top: ['tools: {}'] }),
      'p.yaml:6:1: tools is not a known field: known are tenants, routes, models, providers, residency, region_defaults, anchors, archive, limits, gateways, people, databases, prices, webhooks',
    ],
    [
      'an unknown field of a tool',
      file({ tenant: ['tools:', '  hr: { recrod: sync }'] }),
      'p.yaml:7:13: tenants[0].tools.hr.recrod is not a known field: did you mean record?',
    ],
    [
      'an unknown field of a provider',
      file({ top: ['providers:', '  azure: { deployment: {} }'] }),
      'p.yaml:7:12: providers.azure.deployment is not a known field: did you mean deployments?',
    ],
    ['a field that is missing', 'tenants:\n  - id: acme\n    region: eu\n', 'p.yaml:2:5: tenants[0].keys is missing'],
    ['an empty file', '', 'p.yaml:1:1: the file must be a mapping'],
    [
      'a wrong type',
      file({ tenant: ['limits: { requests_per_minute: "60" }'] }),
      'p.yaml:6:36: tenants[0].limits.requests_per_minute must be a whole number',
    ],
    [
      'a word that is not one of the known',
      file({ tenant: ['on_disconnect: drian'] }),
      'p.yaml:6:20: tenants[0].on_disconnect must be one of drain, cancel: did you mean drain?',
    ],
    [
      'an unknown provider',
      route('region: eu', '{ provider: olama-local, model: a }'),
      'p.yaml:7:47: routes[0].use[0].provider must be one of openai, anthropic, azure, ollama-local, simulator: did you mean ollama-local?',
    ],
    [
      'an unknown provider in a residency',
      file({ top: ['residency:', '  eu: [ollama]'] }),
      'p.yaml:7:8: residency.eu[0] must be one of openai, anthropic, azure, ollama-local, simulator',
    ],
    [
      'a residency of another kind',
      file({ top: ['residency:', '  eu: everyone'] }),
      'p.yaml:7:7: residency.eu must be any, or a list of providers',
    ],
    [
      'an unknown region of a tenant',
      file().replace('region: eu', 'region: ue'),
      'p.yaml:3:13: tenants[0].region is a region that residency does not list: did you mean eu?',
    ],
    [
      'an unknown region of a route',
      route('region: mars', llama),
      'p.yaml:7:23: routes[0].when.region is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'an unknown region of a tool',
      file({ tenant: ['tools: { hr: { region: mars } }'] }),
      'p.yaml:6:28: tenants[0].tools.hr.region is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'an unknown region of a provider',
      file({ top: ['providers: { azure: { regions: [mars] } }'] }),
      'p.yaml:6:33: providers.azure.regions[0] is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'a route that its own region forbids',
      route('region: eu', '{ provider: openai, model: a }'),
      "p.yaml:7:47: routes[0].use[0].provider may not receive data of region eu: residency or the provider's regions forbid it",
    ],
    [
      'a region default that its region forbids',
      file({ top: ['region_defaults: { eu: { provider: openai, model: a } }'] }),
      "p.yaml:6:36: region_defaults.eu.provider may not receive data of region eu: residency or the provider's regions forbid it",
    ],
    [
      'a HIPAA route to a provider that is not covered',
      route('hipaa: true', llama),
      'p.yaml:7:48: routes[0].use[0].provider is not marked covered_for_hipaa, which this route demands',
    ],
    [
      'one key for two tenants',
      file({ top: secondTenant('b', key) }),
      'p.yaml:6:40: tenants[1].keys[0].key is the same key as tenants[0].keys[0].key',
    ],
    [
      'two tenants of one id',
      file({ top: secondTenant('acme', other) }),
      'p.yaml:6:11: tenants[1].id is the same id as tenants[0].id',
    ],
    [
      'a key id twice',
      file({ keys: [`      - { key: ${key}, role: app, id: a }`, `      - { key: ${other}, role: app, id: a }`] }),
      'p.yaml:6:58: tenants[0].keys[1].id is the same id as tenants[0].keys[0].id',
    ],
    [
      'an approval that nobody could give',
      file({
        keys: [`      - { key: ${key}, role: app }`, `      - { key: ${other}, role: [auditor, privacy] }`],
        tenant: ['erasure: { approval: true }'],
      }),
      'p.yaml:7:26: tenants[0].erasure.approval needs a second key of the role privacy: who asks cannot approve',
    ],
    [
      'two people wanted where nobody signs in',
      file({
        keys: [`      - { key: ${key}, role: app }`, `      - { key: ${other}, role: [auditor, privacy] }`],
        tenant: ['erasure: { approval: people }'],
      }),
      'p.yaml:7:26: tenants[0].erasure.approval needs a grant of the role privacy under "people" for this tenant',
    ],
    [
      'an approval that is neither',
      file({ tenant: ['erasure: { approval: persons }'] }),
      'p.yaml:6:26: tenants[0].erasure.approval must be true, false or people',
    ],
    [
      'a key that could be guessed',
      file({ keys: ['      - { key: secret, role: app }'] }),
      'p.yaml:5:16: tenants[0].keys[0].key must have at least 16 characters',
    ],
    [
      'a role that is not one',
      file({ keys: [`      - { key: ${key}, role: root }`] }),
      'p.yaml:5:47: tenants[0].keys[0].role must be one of app, auditor, privacy, operator, admin',
    ],
    [
      'a negative budget',
      file({ tenant: ['budgets: [{ period: month, hard_limit_usd: "-5.00" }]'] }),
      'p.yaml:6:48: tenants[0].budgets[0].hard_limit_usd must not be negative',
    ],
    [
      'a budget that is no text',
      file({ tenant: ['budgets: [{ period: month, hard_limit_usd: 5 }]'] }),
      'p.yaml:6:48: tenants[0].budgets[0].hard_limit_usd must be text such as "400.00"',
    ],
    [
      'a budget without a limit',
      file({ tenant: ['budgets: [{ period: month }]'] }),
      'p.yaml:6:15: tenants[0].budgets[0] has no limit: give it soft_limit_usd or hard_limit_usd',
    ],
    [
      'a soft limit above the hard one',
      file({ tenant: ['budgets: [{ period: month, soft_limit_usd: "10.01", hard_limit_usd: "10" }]'] }),
      'p.yaml:6:48: tenants[0].budgets[0]: the soft limit is above the hard one',
    ],
    [
      'days that fall',
      file({ tenant: ['retention: { hot_days: 100, cold_after_days: 90 }'] }),
      'p.yaml:6:16: tenants[0].retention: hot_days, cold_after_days and delete_after_days must not fall (100, 90, 365)',
    ],
    [
      'a burst without a rate',
      file({ tenant: ['limits: { burst: 5 }'] }),
      'p.yaml:6:22: tenants[0].limits: burst needs requests_per_minute beside it',
    ],
    [
      'a burst of tokens without a rate, of an app',
      file({ tenant: ['apps: { helpdesk: { limits: { requests_per_minute: 5, token_burst: 5 } } }'] }),
      'p.yaml:6:72: tenants[0].apps.helpdesk.limits: token_burst needs tokens_per_minute beside it',
    ],
    [
      'a rate of zero, of a key',
      file({ keys: [`      - { key: "${key}", role: app, limits: { requests_per_minute: 0 } }`] }),
      'p.yaml:5:85: tenants[0].keys[0].limits.requests_per_minute must be at least 1',
    ],
    [
      'a negative rate',
      file({ tenant: ['limits: { tokens_per_minute: -5 }'] }),
      'p.yaml:6:34: tenants[0].limits.tokens_per_minute must be at least 1',
    ],
    [
      'a rate that is no number',
      file({ tenant: ['limits: { requests_per_minute: "6" }'] }),
      'p.yaml:6:36: tenants[0].limits.requests_per_minute must be a whole number',
    ],
    [
      'limits of an app that no key names',
      file({ tenant: ['apps: { helpdesc: { limits: { requests_per_minute: 5 } } }'] }),
      'p.yaml:6:23: tenants[0].apps.helpdesc is an app that no key of this tenant names',
    ],
    [
      'a share of the limits without the number of gateways',
      file({ top: ['limits: { without_redis: local_share }'] }),
      'p.yaml:6:26: limits.without_redis: local_share needs gateways, how many of them share the limits',
    ],
    ['no gateways', file({ top: ['gateways: 0'] }), 'p.yaml:6:11: gateways must be at least 1'],
    [
      'a threshold above 1',
      file({ tenant: ['redaction: { thresholds: { PERSON: 1.5 } }'] }),
      'p.yaml:6:40: tenants[0].redaction.thresholds.PERSON must have, or be, at most 1',
    ],
    [
      'an entity type in small letters',
      file({ tenant: ['redaction: { entities: [person] }'] }),
      'p.yaml:6:29: tenants[0].redaction.entities[0] must be an entity type such as EMAIL_ADDRESS',
    ],
    [
      'an entity type that nothing finds',
      file({ tenant: ['redaction: { entities: [PERSON, EMIAL_ADDRESS] }'] }),
      'p.yaml:6:37: tenants[0].redaction.entities[1] is no type that is found here: take one of docs/pii.md, or give it a recogniser or a deny list',
    ],
    [
      'a threshold of a type that nothing finds',
      file({ tenant: ['redaction: { thresholds: { PERSONS: 0.5 } }'] }),
      'p.yaml:6:41: tenants[0].redaction.thresholds.PERSONS is no type that is found here: take one of docs/pii.md, or give it a recogniser or a deny list',
    ],
    [
      'a threshold of a tool below 0, and a type that nothing finds',
      file({ tenant: ['tools: { hr: { redaction: { thresholds: { PERSON: -1 }, entities: [NOBODY] } } }'] }),
      [
        'p.yaml:6:55: tenants[0].tools.hr.redaction.thresholds.PERSON must have, or be, at least 0',
        'p.yaml:6:72: tenants[0].tools.hr.redaction.entities[0] is no type that is found here: take one of docs/pii.md, or give it a recogniser or a deny list',
      ],
    ],
    ...(
      [
        ['looks ahead', '(?=a)b'],
        ['refers back', '(a)\\\\1'],
        ['is not closed', '(a'],
        ['matches nothing at all', 'a*'],
      ] as const
    ).map(
      ([fault, pattern]): Row => [
        `a pattern that ${fault}`,
        file({
          tenant: [`redaction: { recognisers: [{ name: badge, entity_type: BADGE, pattern: "${pattern}" }] }`],
        }),
        'p.yaml:6:76: tenants[0].redaction.recognisers[0].pattern must be a regular expression that RE2 takes: no look-around, no back references',
      ],
    ),
    [
      'a tool name that no header can hold',
      file({ tenant: ['tools: { "hr desk": {} }'] }),
      'p.yaml:6:14: tenants[0].tools.hr desk: the name must be 1 to 128 letters, digits and the characters _ . : -',
    ],
    [
      'a model twice',
      file({ top: ['models:', '  - { match: "gpt-*", provider: openai }', '  - { match: "gpt-*", provider: azure }'] }),
      'p.yaml:8:14: models[1].match is never reached: models[0].match is the same',
    ],
    [
      'a fallback nobody knows',
      file({ top: ['models: [{ match: a, provider: openai, fallbacks: [b] }]'] }),
      'p.yaml:6:52: models[0].fallbacks[0] is a model that no rule knows',
    ],
    [
      'a circle of fallbacks',
      file({
        top: [
          'models:',
          '  - { match: a, provider: openai, fallbacks: [b] }',
          '  - { match: b, provider: openai, fallbacks: [a] }',
        ],
      }),
      [
        'p.yaml:7:47: models[0].fallbacks[0] leads back to itself: b → a → b. Give that model a rule of its own',
        'p.yaml:8:47: models[1].fallbacks[0] leads back to itself: a → b → a. Give that model a rule of its own',
      ],
    ],
    [
      'a variable that is not set',
      file({ keys: ['      - { key: "${NOBODY_SET_ME}", role: app }'] }),
      'p.yaml:5:16: the environment variable NOBODY_SET_ME is not set: set it or take it out of the file',
    ],
    [
      'a variable that is not one',
      file({ keys: ['      - { key: "${no dash}", role: app }'] }),
      'p.yaml:5:16: a variable is written ${NAME}, and $${ where the two characters are meant',
    ],
    [
      'a variable as the name of a field',
      file({ top: ['"${HOME}": 1'] }),
      'p.yaml:6:1: ${HOME} is not a known field: known are tenants, routes, models, providers, residency, region_defaults, anchors, archive, limits, gateways, people, databases, prices, webhooks',
    ],
    [
      'a field twice',
      file({ tenant: ['region: us'] }),
      'p.yaml:6:5: not valid YAML: this field stands here twice: keep one of the two',
    ],
    [
      'a list as the name of a field',
      file({ top: ['? [a]', ': b'] }),
      'p.yaml:6:3: not valid YAML: the name of a field must be text',
    ],
    ['a tag', file({ top: ['models: !!map []'] }), 'p.yaml:6:9: not valid YAML: tags such as !x are not known here'],
    ['tabs', 'tenants:\n\t- id: acme\n', 'p.yaml:2:1: not valid YAML: tabs cannot indent: use spaces'],
    [
      'two documents',
      `${file()}---\na: 1\n`,
      'p.yaml:6:1: not valid YAML: the file has more than one document: keep one',
    ],
  ]

  it('fallbacks that meet again and again are followed once each, not by every way there is', () => {
    const layer = (at: number) => [0, 1, 2, 3, 4, 5, 6].map((place) => `m${at}-${place}`)
    const rules = Array.from({ length: 40 }, (_, at) =>
      layer(at).map((match) => {
        const fallbacks = at === 39 ? [] : layer(at + 1)
        return `  - { match: ${match}, provider: openai, fallbacks: [${fallbacks.join(', ')}] }`
      }),
    )
    expect(problems(file({ top: ['models:', ...rules.flat()] }))).toEqual([])
  })

  it.each(rows)('%s', (_what, text, expected) => expect(problems(text)).toEqual([expected].flat()))

  it('every fault at once, in the order of the file, those of shape and of meaning together', () => {
    const text = file({
      keys: [
        `      - { key: "${key}", role: ap }`,
        '      - { key: "${UNSET}", role: app }',
        `      - { key: "${key}", role: app }`,
      ],
      tenant: ['budgets: [{ period: month, soft_limit_usd: "-1" }]'],
      top: ['routes:', '  - { when: { region: ue }, use: [{ provider: openai, model: a }] }', 'provders: {}'],
    })
    expect(problems(text).map((line) => line.split(': ').slice(0, 2).join(': ').replace('p.yaml:', ''))).toEqual([
      '5:49: tenants[0].keys[0].role must be one of app, auditor, privacy, operator, admin',
      '6:16: the environment variable UNSET is not set',
      '7:16: tenants[0].keys[2].key is the same key as tenants[0].keys[0].key',
      '8:48: tenants[0].budgets[0].soft_limit_usd must not be negative',
      '10:23: routes[0].when.region is a region that residency does not list',
      '11:1: provders is not a known field',
    ])
  })

  it('no message holds a key, wherever the fault is', () => {
    const secret = 'sEcReT-0123456789-value'
    const texts = [
      file({ keys: [`      - { key: "${secret}", rol: app }`, `      - { key: "${secret}", role: app }`] }),
      file({ keys: [`      - { key: "${secret} ", role: app }`] }),
      file({ keys: [`      - { key: ["${secret}"], role: app }`] }),
      file({ keys: [`      - { key: "${secret}", role: "${secret}" }`] }),
      file({ keys: [`      - { key: "${secret}, role: app }`] }),
      file({ keys: [`      - { key: ${secret} : x, role: app }`] }),
      file({ keys: [`      - "${secret}"`] }),
      file({ keys: [`     - key: ${secret}`, `    x: ${secret}`] }),
      `${secret}`,
      `tenants: *${secret}`,
    ]
    for (const text of texts) {
      const found = problems(text)
      expect(found).not.toEqual([])
      expect(found.join('\n')).not.toContain(secret)
    }
  })

  it('whatever the text, the answer is a configuration or a ConfigError', () => {
    const piece = fc.constantFrom(
      'tenants',
      'keys',
      'tools',
      'routes',
      ': ',
      '\n',
      '- ',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '*a',
      '&a ',
      '${X}',
      '5',
      'null',
      ',',
      '<<',
      '!!x ',
      '? ',
      '| ',
      '#',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(problems(pieces.join(''))).toEqual(expect.any(Array))
      }),
      { numRuns: 1500 },
    )
  })
})

describe('a configuration that holds', () => {
  it('fills in variables, a quoted one as text, a bare one as the number or word it is, $${ as it stands', () => {
    const text = file({
      keys: ['      - { key: "${ACME_KEY}-${PART}", role: app }'],
      tenant: [
        'limits:',
        '  requests_per_minute: ${RATE}',
        'tools:',
        '  hr:',
        '    hipaa: ${HIPAA}',
        '    purpose: ${RATE}a',
      ],
    })
    const config = parseConfig(text, 'p.yaml', { ACME_KEY: 'acme-0123456789', PART: 'abc', RATE: '60', HIPAA: 'true' })
    const tenant = config.tenants.get('acme')
    expect(findKey(config, 'acme-0123456789-abc')?.tenantId).toBe('acme')
    expect(tenant?.limits.requestsPerMinute).toBe(60)
    expect(tenant?.tools.hr).toMatchObject({ hipaa: true, purpose: '60a' })
    const escaped = parseConfig(file({ keys: ['      - { key: "$${NOT_A_VARIABLE}", role: app }'] }), 'p.yaml', {})
    expect(findKey(escaped, '${NOT_A_VARIABLE}')).not.toBe(null)
  })

  it('a value filled in cannot change the shape of the file', () => {
    const text = file({ keys: ['      - { key: "${ACME_KEY}", role: app }'] })
    const value = `", role: admin }, { key: "${'x'.repeat(20)}`
    expect(problems(text, { ACME_KEY: value })[0]).toContain('must be printable ASCII without spaces')
  })

  it('keeps keys as hashes only', () => {
    const config = parseConfig(file(), 'p.yaml', {})
    const everything = JSON.stringify([...config.keys, ...config.tenants, config.routing, config.providers])
    expect(everything).not.toContain(key)
  })

  it('finds a key with its tenant, id, roles, app and team, and no other', () => {
    const keys = [
      `      - { key: "${key}", role: app, app: helpdesk, team: people, id: k1 }`,
      `      - { key: "${other}", role: [auditor, privacy] }`,
    ]
    const config = parseConfig(file({ keys }), 'p.yaml', {})
    expect(findKey(config, key)).toEqual({
      tenantId: 'acme',
      keyId: 'k1',
      roles: ['app'],
      app: 'helpdesk',
      team: 'people',
    })
    expect(findKey(config, other)).toEqual({
      tenantId: 'acme',
      keyId: expect.stringMatching(/^key_[0-9a-f]{16}$/),
      roles: ['auditor', 'privacy'],
      app: 'default',
      team: null,
    })
    for (const wrong of ['', 'x', key.slice(0, -1), `${key} `, key.toUpperCase(), 'x'.repeat(100_000)])
      expect(findKey(config, wrong)).toBe(null)
  })

  it('has hr_helpdesk and contract_review high-risk and recorded first, unless it says otherwise', () => {
    const tenant = parseConfig(
      file({
        tenant: [
          'tools:',
          '  hr_helpdesk: { hipaa: true }',
          '  contract_review: { risk: standard }',
          '  audit: { risk: high }',
        ],
      }),
      'p.yaml',
      {},
    ).tenants.get('acme')
    if (tenant === undefined) throw new Error('no tenant')
    expect(toolPolicy(tenant, 'hr_helpdesk')).toMatchObject({ risk: 'high', record: 'sync', hipaa: true })
    expect(toolPolicy(tenant, 'contract_review')).toMatchObject({ risk: 'standard', record: 'async' })
    expect(toolPolicy(tenant, 'audit')).toMatchObject({ risk: 'high', record: 'sync' })
    for (const name of ['nobody', 'constructor', '__proto__']) {
      expect(toolPolicy(tenant, name)).toMatchObject({
        risk: 'standard',
        record: 'async',
        interactive: true,
        hipaa: false,
        models: null,
      })
    }
  })

  it('adds its regions to the default residency', () => {
    const config = parseConfig(file({ top: ['residency: { fr: [azure] }'] }), 'p.yaml', {})
    expect(config.routing.residency).toEqual({ eu: ['ollama-local'], us: 'any', fr: ['azure'] })
  })

  it('takes aliases, and refuses so many that they would fill the memory', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b, *b, *b, *b, *b]',
      'd: [*c, *c, *c, *c, *c]',
    ]
    expect(problems(bomb.join('\n')).join()).toContain('too many aliases')
    const text = file({ tenant: ['tools: { a: &x { risk: high }, b: *x }'] })
    expect(parseConfig(text, 'p.yaml', {}).tenants.get('acme')?.tools.b?.risk).toBe('high')
  })
})

describe("a policy's version", () => {
  const version = (text: string, variables: Record<string, string> = {}) =>
    parseConfig(text, 'p.yaml', variables).tenants.get('acme')?.policyVersion

  it('is the same for the same policy, however it is written', () => {
    const one = version(file({ tenant: ['tools: { a: { risk: high, interactive: true } }', 'on_disconnect: drain'] }))
    const two = version(file({ tenant: ['tools:', '  a:', '    risk: high', '    record: sync'] }))
    expect(one).toBe(two)
    expect(one).toMatch(/^sha256:[0-9a-f]{32}$/)
  })

  it('does not depend on keys', () => {
    expect(version(file())).toBe(version(file({ keys: [`      - { key: "${other}", role: admin }`] })))
  })

  it.each([
    ['a tool', { tenant: ['tools: { a: { risk: high } }'] }],
    ['a retention', { tenant: ['retention: { hot_days: 30 }'] }],
    ['a redaction', { tenant: ['redaction: { allow_unscannable: [image] }'] }],
    ['a residency', { top: ['residency: { us: [openai] }'] }],
    ['a model', { top: ['models: [{ match: a, provider: openai }]'] }],
    ['a route', { top: ['routes: [{ when: {}, use: [{ provider: ollama-local, model: a }] }]'] }],
    ['coverage', { top: ['providers: { openai: { covered_for_hipaa: true } }'] }],
  ])('changes with %s', (_what, parts) => expect(version(file(parts))).not.toBe(version(file())))
})

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is read', () => {
    const path = join(folder, 'a.yaml')
    writeFileSync(path, file())
    expect(loadConfigFile(path, {}).source).toBe(path)
  })

  it('that cannot be read is refused with the reason', () => {
    expect(() => loadConfigFile(join(folder, 'none.yaml'), {})).toThrow('names a file that cannot be read (ENOENT)')
  })
})
