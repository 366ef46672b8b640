import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { toolPolicy } from '../../../src/config/tools.ts'

function tenantOf(fields: string) {
  const text = `tenants: [{ id: acme, region: us, keys: [{ key: 0123456789abcdef-key, role: app }]${fields} }]\n`
  const tenant = parseConfig(text, 'p.yaml', {}).tenants.get('acme')
  if (tenant === undefined) throw new Error('no tenant')
  return tenant
}

describe("a tenant's longest answer", () => {
  it('holds for every tool that names none of its own, also for one that the file does not know', () => {
    const tenant = tenantOf(', max_answer_tokens: 2000, tools: { summary: { max_answer_tokens: 500 }, hr: {} }')
    const boundOf = (tool: string) => toolPolicy(tenant, tool).maxAnswerTokens
    expect(['summary', 'hr', 'default', 'made_up', 'hr_helpdesk'].map(boundOf)).toEqual([500, 2000, 2000, 2000, 2000])
    expect(toolPolicy(tenant, 'hr_helpdesk').risk).toBe('high')
  })

  it('is none where nothing is said, and is part of the version of the policy', () => {
    const [plain, bounded] = [tenantOf(''), tenantOf(', max_answer_tokens: 2000')]
    expect(toolPolicy(plain, 'default')).not.toHaveProperty('maxAnswerTokens')
    expect(bounded.policyVersion).not.toBe(plain.policyVersion)
  })

  it.each(['0', '-1', '1.5', '"2000"', '1000001'])('is refused with its line where it is %s', (value) => {
    expect(() => tenantOf(`, max_answer_tokens: ${value}`)).toThrow(ConfigError)
    expect(() => tenantOf(`, max_answer_tokens: ${value}`)).toThrow(/^p\.yaml:1:\d+: tenants\[0\]\.max_answer_tokens /)
  })
})
