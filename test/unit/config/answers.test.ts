import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/file.ts'
import { requestPolicyOf } from '../../../src/config/request-policy.ts'

const configOf = (lines: string) =>
  parseConfig(
    `tenants:\n  - id: acme\n    region: us\n    keys: [{ key: pk_app_test_0123456789abcdef, role: app }]\n${lines}`,
    'p.yaml',
    {},
  )
const answersOf = (lines: string, tool?: string) =>
  requestPolicyOf(configOf(lines), new Set()).redaction('acme', tool).answers

describe('what becomes of personal data in answers', () => {
  it.each([
    ['is counted', '', 'any', 'record'],
    ['is masked for a high-risk tool', '', 'hr_helpdesk', 'mask'],
    ['is masked for a tool made high-risk', '    tools: { legal: { risk: high } }\n', 'legal', 'mask'],
    ['is what the tenant says', '    redaction: { answers: off }\n', 'any', 'off'],
    [
      'is masked for a high-risk tool whatever the tenant says',
      '    redaction: { answers: off }\n',
      'hr_helpdesk',
      'mask',
    ],
    [
      'is what the tool says before all',
      '    redaction: { answers: mask }\n    tools: { hr_helpdesk: { redaction: { answers: record } } }\n',
      'hr_helpdesk',
      'record',
    ],
  ])('%s', (_what, lines, tool, wanted) => {
    expect(answersOf(lines, tool)).toBe(wanted)
  })

  it('is part of the policy’s version', () => {
    const versions = ['', 'record', 'mask', 'off'].map((word) => {
      const lines = word === '' ? '' : `    tools: { any: { redaction: { answers: ${word} } } }\n`
      return configOf(lines).tenants.get('acme')?.policyVersion
    })
    expect(new Set(versions).size).toBe(4)
  })
})
