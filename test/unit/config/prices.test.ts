import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { parseConfig } from '../../../src/config/file.ts'

function file(lines: readonly string[]): string {
  return [
    'tenants:',
    '  - { id: acme, region: eu, keys: [{ key: "acme-app-key-0123456789", role: app }] }',
    'prices:',
    ...lines.map((line) => `  - ${line}`),
    '',
  ].join('\n')
}

function problems(lines: readonly string[]): string[] {
  try {
    parseConfig(file(lines), 'p.yaml', {})
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

const discount = (period: string, match = 'gpt-4o*') =>
  `{ provider: openai, match: "${match}", ${period}, discount_percent: "10" }`

describe('prices in the configuration', () => {
  it('are read with their days in UTC, and the same lines have the same version', () => {
    const lines = [
      '{ provider: openai, match: "gpt-4o*", from: 2026-01-01, to: 2027-01-01, discount_percent: "12.5" }',
      '{ provider: anthropic, match: claude-x, per_million: { input: "3", output: "15", cached: "0.3" }, per_request: "0.01" }',
      '{ provider: ollama-local, match: "*", per_hour: "1.20" }',
    ]
    const { prices } = parseConfig(file(lines), 'p.yaml', {})
    expect(prices).toMatchObject([
      { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1), terms: { discountPercent: '12.5' } },
      { from: null, to: null, terms: { tokens: { input: '3', cached: '0.3', reasoning: null }, perRequest: '0.01' } },
      { terms: { tokens: null, perRequest: null, perHour: '1.20' } },
    ])
    const versions = prices.map(({ version }) => version)
    expect(new Set(versions).size).toBe(3)
    for (const version of versions) expect(version).toMatch(/^contract@[0-9a-f]{12}$/)
    expect(parseConfig(file(lines), 'other.yaml', {}).prices).toEqual(prices)
  })

  it('may follow one another day by day', () => {
    expect(problems([discount('to: 2026-07-01'), discount('from: 2026-07-01')])).toEqual([])
    expect(problems([discount('to: 2026-07-01'), discount('to: 2026-08-01', 'gpt-4o')])).toEqual([])
  })

  const cases: [what: string, lines: string[], line: number, words: string][] = [
    [
      'overlap for the same models',
      [discount('to: 2026-07-02'), discount('from: 2026-07-01')],
      5,
      'prices[1].match holds on days on which prices[0] holds for the same models',
    ],
    ['end before they begin', [discount('from: 2026-02-01, to: 2026-02-01')], 4, 'must be a day after from'],
    ['are no day', [discount('from: 2026-02-30')], 4, 'must be a day such as'],
    ['are negative', ['{ provider: openai, match: a, per_request: "-1" }'], 4, 'must not be negative'],
    ['are numbers without quotes', ['{ provider: openai, match: a, per_request: 0.1 }'], 4, 'must be text such as'],
    ['have no price', ['{ provider: openai, match: a }'], 4, 'has no price'],
    [
      'take off and set at once',
      ['{ provider: openai, match: a, discount_percent: "5", per_request: "1" }'],
      4,
      'keep one',
    ],
    ['take off more than all', ['{ provider: openai, match: a, discount_percent: "101" }'], 4, '100 at most'],
    ['take nothing off', ['{ provider: openai, match: a, discount_percent: "0.0" }'], 4, 'above 0'],
    ['price hours of others', ['{ provider: openai, match: a, per_hour: "1" }'], 4, "a machine of one's own"],
    [
      'lack half of the tokens',
      ['{ provider: openai, match: a, per_million: { input: "1" } }'],
      4,
      'output is missing',
    ],
    ['have a slip of the pen', ['{ provider: openai, match: a, per_reqest: "1" }'], 4, 'did you mean per_request?'],
    ['are of nobody', ['{ provider: opnai, match: a, per_request: "1" }'], 4, 'did you mean openai?'],
  ]
  it.each(cases)('are refused with their line where they %s', (_, lines, line, words) => {
    const found = problems(lines)
    expect(found.join('\n')).toContain(words)
    expect(found.some((one) => one.includes(`p.yaml:${line}:`))).toBe(true)
  })
})
