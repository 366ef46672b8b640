import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/file.ts'
import { file, other } from './support.ts'

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
