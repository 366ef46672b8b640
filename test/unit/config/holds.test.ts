import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/file.ts'
import { findKey } from '../../../src/config/keys.ts'
import { toolPolicy } from '../../../src/config/tools.ts'
import { file, key, other, problems } from './support.ts'

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
