import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { requestPolicyOf } from '../../../src/config/request-policy.ts'
import { reportPackDaysOf, retentionOf } from '../../../src/config/retention.ts'

function file(tenant: string[] = [], top: string[] = []): string {
  const keys = ['    keys:', '      - { key: "acme-app-key-0123456789", role: app }']
  return [
    'tenants:',
    '  - id: acme',
    '    region: eu',
    ...keys,
    ...tenant.map((line) => `    ${line}`),
    ...top,
    '',
  ].join('\n')
}

function config(tenant: string[] = [], top: string[] = []) {
  const parsed = parseConfig(file(tenant, top), 'p.yaml', {})
  const acme = parsed.tenants.get('acme')
  if (acme === undefined) throw new Error('there is no such tenant')
  return { parsed, acme }
}

function problems(tenant: string[], top: string[] = []): string[] {
  try {
    config(tenant, top)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('how long entries are kept', () => {
  it('follows the tool, else the tenant, and entries carry it as their class', () => {
    const { parsed } = config([
      'retention: { hot_days: 30 }',
      'tools:',
      '  summary: { retention: { hot_days: 7, cold_after_days: 7, delete_after_days: 90 } }',
      '  chat: { retention: { hot_days: 120 } }',
    ])
    const policy = requestPolicyOf(parsed, new Set())
    expect(policy.retentionClass('acme', 'summary')).toBe('7-7-90')
    expect(policy.retentionClass('acme', 'chat')).toBe('120-120-365')
    expect(policy.retentionClass('acme', 'anything')).toBe('30-90-365')
    expect(policy.retentionClass('acme', 'constructor')).toBe('30-90-365')
  })

  it('is six years for documentation under HIPAA, whatever the tenant says, and longer where it says so', () => {
    const hipaa = (retention: string) => {
      const { acme } = config([`retention: { delete_after_days: ${retention} }`, 'tools: { care: { hipaa: true } }'])
      return retentionOf(acme, 'care')
    }
    expect(hipaa('365')).toEqual({ hotDays: 60, coldAfterDays: 90, deleteAfterDays: 2192 })
    expect(hipaa('3650').deleteAfterDays).toBe(3650)
    const { acme } = config(['tools: { care: { hipaa: true, retention: { delete_after_days: 2192, hot_days: 10 } } }'])
    expect(retentionOf(acme, 'care')).toEqual({ hotDays: 10, coldAfterDays: 90, deleteAfterDays: 2192 })
    expect(acme.retention.deleteAfterDays).toBe(365)
  })

  it('is never less than six years under HIPAA: the error names the rule and the line', () => {
    expect(problems(['tools: { care: { hipaa: true, retention: { delete_after_days: 2191 } } }'])).toEqual([
      'p.yaml:6:67: tenants[0].tools.care.retention.delete_after_days is less than 2192: HIPAA keeps documentation for six years (45 CFR 164.316(b)(2))',
    ])
  })

  it('is at least three days in the database, since a day is sealed 48 hours after its end', () => {
    expect(problems(['retention: { hot_days: 2 }'])).toEqual([
      'p.yaml:6:28: tenants[0].retention.hot_days must be at least 3: a day is sealed 48 hours after its end, and stays until then',
    ])
    expect(problems(['tools: { a: { retention: { hot_days: 2 } } }'])[0]).toContain(
      'retention.hot_days must be at least 3',
    )
    expect(config(['retention: { hot_days: 3 }']).acme.retentionClass).toBe('3-90-365')
  })

  it('does not fall from the database to the colder class to the end, of a tool as of a tenant', () => {
    expect(problems(['tools: { a: { retention: { hot_days: 50, cold_after_days: 40 } } }'])[0]).toContain(
      'tenants[0].tools.a.retention: hot_days, cold_after_days and delete_after_days must not fall (50, 40, 365)',
    )
    expect(problems(['tools: { a: { retention: { delete_after_days: 80 } } }'])[0]).toContain(
      'must not fall (60, 90, 80)',
    )
  })

  it('holds for any days in order: what is accepted never falls, and what falls is refused', () => {
    const days = fc.option(fc.integer({ min: 3, max: 3_000 }), { nil: undefined })
    fc.assert(
      fc.property(days, days, days, fc.boolean(), (hot, cold, gone, hipaa) => {
        const given = { hot_days: hot, cold_after_days: cold, delete_after_days: gone }
        const written = Object.entries(given).flatMap(([name, value]) =>
          value === undefined ? [] : [`${name}: ${value}`],
        )
        const tenant = [`tools: { a: { hipaa: ${hipaa}, retention: { ${written.join(', ')} } } }`]
        const falls = hot !== undefined && cold !== undefined && hot > cold
        if (problems(tenant).length > 0) return
        const kept = retentionOf(config(tenant).acme, 'a')
        expect(falls).toBe(false)
        expect(kept.hotDays <= kept.coldAfterDays && kept.coldAfterDays <= kept.deleteAfterDays).toBe(true)
        if (hipaa) expect(kept.deleteAfterDays).toBeGreaterThanOrEqual(2192)
      }),
    )
  })

  it('changes the version of the policy only where it is set to something else', () => {
    const version = (tenant: string[], top: string[] = []) => config(tenant, top).acme.policyVersion
    const plain = version([])
    expect(version(['retention: { hot_days: 60, cold_after_days: 90 }'])).toBe(plain)
    expect(version([], ['archive: { storage_class: DEEP_ARCHIVE }'])).toBe(plain)
    expect(version(['retention: { histories: all }'])).not.toBe(plain)
    expect(version(['retention: { report_pack_days: 400 }'])).toBe(plain)
    expect(version(['retention: { report_pack_days: 401 }'])).not.toBe(plain)
    const tool = (retention: string) => version([`tools: { a: { purpose: x${retention} } }`])
    expect(tool(', retention: { hot_days: 60 }')).toBe(tool(''))
    expect(tool(', retention: { hot_days: 61 }')).not.toBe(tool(''))
  })
})

describe('what else is said of the archive', () => {
  it('is the class of its store, from which objects are read at once where nothing is said', () => {
    expect(config().parsed.archive).toEqual({ storageClass: 'GLACIER_IR' })
    expect(config([], ['archive: { storage_class: DEEP_ARCHIVE }']).parsed.archive).toEqual({
      storageClass: 'DEEP_ARCHIVE',
    })
    expect(config([], ['archive: { storage_class: STANDARD }']).parsed.archive).toEqual({ storageClass: null })
    expect(problems([], ['archive: { storage_class: cold }'])[0]).toContain("must be the store's name of a class")
  })

  it('is how long packs of reports are kept: 400 days where nothing is said, of a tenant that is gone too', () => {
    const days = (retention: string) => reportPackDaysOf(config([`retention: { ${retention} }`]).acme)
    expect(days('hot_days: 60')).toBe(400)
    expect(days('report_pack_days: 30')).toBe(30)
    expect(reportPackDaysOf(undefined)).toBe(400)
    expect(problems(['retention: { report_pack_days: 0 }'])[0]).toContain('report_pack_days must be at least 1')
    expect(problems(['retention: { report_pack_days: 1.5 }'])[0]).toContain('must be a whole number of days')
    expect(problems(['tools: { a: { retention: { report_pack_days: 30 } } }'])).toHaveLength(1)
  })

  it('is whose histories are kept', () => {
    expect(config().acme.retention.histories).toBeUndefined()
    expect(config(['retention: { histories: sampled }']).acme.retention.histories).toBe('sampled')
    expect(problems(['retention: { histories: some }'])).toHaveLength(1)
  })
})
