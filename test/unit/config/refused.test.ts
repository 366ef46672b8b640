import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { file, key, other, problems } from './support.ts'

type Row = [what: string, text: string, expected: string | string[]]

describe('a configuration that does not hold is refused with file, line, column and what to do', () => {
  const secondTenant = (id: string, secret: string) => [
    `  - { id: ${id}, region: us, keys: [{ key: "${secret}", role: app }] }`,
  ]
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
