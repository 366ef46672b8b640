import { describe, expect, it } from 'vitest'
import { checkPolicy, policyOfFile } from '../../../src/config/check-policy.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { ConfigInForce } from '../../../src/config/in-force.ts'
import { PalimpsestError } from '../../../src/errors.ts'

const APP_KEY = 'acme-app-key-0123456789'
const FILE = `
tenants:
  - id: first
    region: us
    keys: [{ key: first-app-key-0123456789, role: app }]
  - id: acme
    region: us
    keys: [{ key: ${APP_KEY}, role: app, app: helpdesk }]
    apps: { helpdesk: { limits: { requests_per_minute: 5 } } }
webhooks:
  - { url: "https://hooks.example.com/p", secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= }
`
const config = parseConfig(FILE, 'p.yaml', {})

function problems(document: unknown, otherKeys: { app: string; roles: string[] }[] | null = []): string[] {
  try {
    checkPolicy(config, 'acme', document, { hasPresidio: false, otherKeys })
    return []
  } catch (error) {
    if (!(error instanceof PalimpsestError)) throw error
    expect([error.code, error.status]).toEqual(['invalid_policy', 400])
    return error.message.split('\n').slice(1)
  }
}

describe('a policy that comes by the API', () => {
  it('is what the file says without id and keys, and makes the same tenant', () => {
    const document = policyOfFile(config, 'acme')
    expect(Object.keys(document)).toEqual(['region', 'apps'])
    const { tenant } = checkPolicy(config, 'acme', document, { hasPresidio: false, otherKeys: [] })
    expect(tenant).toEqual(config.tenants.get('acme'))
  })

  it('is checked as the file is, and faults are named by their path in the policy', () => {
    expect(problems({ region: 'us' })).toEqual([])
    expect(problems({})).toEqual(['region is missing'])
    expect(problems({ region: 'us', tools: { hr: { record: 'sometimes' } } })).toEqual([
      'tools.hr.record must be one of sync, async',
    ])
    expect(problems({ region: 'us', tools: { a: { lawful_basis: 'consent' } } })).toEqual([
      'tools.a.lawful_basis needs purpose beside it: consent is given for a purpose',
    ])
    expect(problems({ region: 'us', tools: { a: { special_category_basis: 'health_care' } } })).toEqual([
      'tools.a.special_category_basis needs lawful_basis beside it: Art. 9 GDPR does not take its place',
    ])
    expect(
      problems({ region: 'us', routes: [{ when: { region: 'eu' }, use: [{ provider: 'openai', model: 'gpt-4o' }] }] }),
    ).toEqual([
      "routes[0].use[0].provider may not receive data of region eu: residency or the provider's regions forbid it",
    ])
    expect(problems({ region: 'us', keys: [] })).toEqual(['keys is not part of a policy: leave it out'])
    for (const none of [null, [], 'region: us', 1]) expect(problems(none), JSON.stringify(none)).toHaveLength(1)
  })

  it('counts the keys that were made by the API: for names of apps, and for officers', () => {
    const apps = { region: 'us', apps: { crm: { limits: { requests_per_minute: 5 } } } }
    expect(problems(apps)).toEqual(['apps.crm is an app that no key of this tenant names'])
    expect(problems(apps, [{ app: 'crm', roles: ['app'] }])).toEqual([])
    const approval = { region: 'us', erasure: { approval: true } }
    const officer = { app: 'default', roles: ['privacy'] }
    expect(problems(approval, [officer])).toHaveLength(1)
    expect(problems(approval, [officer, officer])).toEqual([])
    // Of one that is in force already, keys are no question any more.
    expect(problems({ ...apps, ...approval }, null)).toEqual([])
  })

  it('names many faults, but not without end, and never a value', () => {
    const tools = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`t${n}`, { purpose: 'ann lee@example' }]))
    const found = problems({ region: 'us', tools })
    expect(found).toHaveLength(21)
    expect(found.at(-1)).toBe('and 30 more')
    expect(found.join()).not.toContain('lee')
  })
})

describe('the configuration in force', () => {
  it('has no key and no secret in what it keeps of the file', () => {
    const kept = JSON.stringify(config.file)
    expect(kept).not.toContain(APP_KEY)
    expect(kept).not.toContain('MDEyMzQ1')
  })

  it('reads the newest, keeps a tenant whose new policy does not hold, and goes back to the file', () => {
    const inForce = new ConfigInForce(config, { hasPresidio: false })
    const live = inForce.config
    const copy = { ...live }
    const cancels = { region: 'us', on_disconnect: 'cancel' }
    expect(
      inForce.adopt(
        new Map([
          ['acme', { document: cancels, values: null }],
          ['gone', { document: cancels, values: null }],
        ]),
      ),
    ).toEqual([])
    expect(live.tenants.get('acme')?.onDisconnect).toBe('cancel')
    expect(copy.tenants.get('acme')?.onDisconnect).toBe('drain')
    expect(inForce.adopt(new Map([['acme', { document: { region: 'mars' }, values: null }]]))).toMatchObject([
      { tenantId: 'acme' },
    ])
    expect(live.tenants.get('acme')?.onDisconnect).toBe('cancel')
    expect(inForce.adopt(new Map())).toEqual([])
    expect(live.tenants.get('acme')).toEqual(config.tenants.get('acme'))
  })
})
