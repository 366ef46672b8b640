import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/file.ts'
import { worstCaseTokens, worstCaseUsd } from '../../../src/domain/budgets/worst-case.ts'
import { withContracts } from '../../../src/domain/cost/contract-prices.ts'
import { type PriceTable, priceOf } from '../../../src/domain/cost/price.ts'
import { totalPrice } from '../../../src/domain/cost/request-price.ts'
import type { ServiceTier } from '../../../src/domain/cost/service-tier.ts'
import { outcomeOfAnswer } from '../../../src/domain/requests/outcome.ts'

const flat = (base: string) => ({ base, tiers: [] })
const list: PriceTable = {
  version: 'list@1',
  find: () => ({ input: flat('2'), output: flat('10'), cacheRead: null, cacheWrite: null }),
}
const contractsOf = (...lines: string[]) =>
  parseConfig(
    `tenants:\n  - { id: acme, region: us, keys: [{ key: 0123456789abcdef-key, role: app }] }\nprices:\n${lines.map((line) => `  - ${line}\n`).join('')}`,
    'p.yaml',
    {},
  ).prices
const FLEX = '{ provider: openai, match: "gpt-*", service_tier: flex, discount_percent: "50" }'
const PRIORITY =
  '{ provider: openai, match: "gpt-*", service_tier: priority, per_million: { input: "3.5", output: "17" } }'
const ALL = '{ provider: openai, match: gpt-4o, per_million: { input: "1", output: "1" } }'
const price = (serviceTier: ServiceTier | null, ...lines: string[]) => {
  const contracts = lines.length > 0 ? contractsOf(...lines) : []
  const usage = { promptTokens: 1_000_000, cachedTokens: 0, responseTokens: 0 }
  const prices = withContracts(list, () => contracts)
  return priceOf({ provider: 'openai', model: 'gpt-4o', at: 0, usage, serviceTier, prices })
}

describe('a call in a service tier', () => {
  it('costs what the line for its tier says, whichever else matches, and other calls do not', () => {
    expect(price('flex', FLEX, PRIORITY, ALL)).toMatchObject({ costUsd: '1.0000000000', flags: [] })
    expect(price('flex', FLEX, PRIORITY, ALL).priceVersion).toMatch(/^list@1\+contract@/)
    expect(price('priority', FLEX, PRIORITY)).toMatchObject({ costUsd: '3.5000000000', flags: [] })
    expect(price(null, FLEX, PRIORITY)).toMatchObject({ costUsd: '2.0000000000', priceVersion: 'list@1', flags: [] })
  })

  it('is flagged where it is charged by the standard price of the list, also less a discount', () => {
    expect(price('priority', FLEX)).toMatchObject({ costUsd: '2.0000000000', flags: ['priced_as_standard'] })
    const off = '{ provider: openai, match: "*", discount_percent: "10" }'
    expect(price('flex', off)).toMatchObject({ costUsd: '1.8000000000', flags: ['priced_as_standard'] })
    // A line that sets prices for all calls is for these, too.
    expect(price('flex', ALL)).toMatchObject({ costUsd: '1.0000000000', flags: [] })
    const byAttempt = new Map([1, 2].map((attempt) => [attempt, price('priority')]))
    expect(totalPrice(byAttempt)?.flags).toEqual(['priced_as_standard'])
  })

  it('is told by the answer, in words of OpenAI alone', () => {
    const answered = (service_tier: unknown) =>
      outcomeOfAnswer({ model: 'gpt-4o', choices: [], service_tier } as never, {} as never, null).serviceTier
    expect(['flex', 'priority', 'default', 'auto', 'Ann Lee', null, undefined].map(answered)).toEqual([
      'flex',
      'priority',
      ...Array(5).fill(undefined),
    ])
  })

  it('is reserved for by the dearest tier that the request leaves open', () => {
    const contracts = contractsOf(FLEX, PRIORITY)
    const prices = withContracts(list, () => contracts)
    const worst = (service_tier?: string) =>
      worstCaseUsd(
        [{ provider: 'openai', model: 'gpt-4o' }],
        {
          ...worstCaseTokens({ model: 'gpt-4o', messages: [], service_tier } as never),
          prompt: 1_000_000,
          answer: () => 0,
        },
        0,
        prices,
      )
    expect(['default', 'flex', 'priority', 'auto', undefined].map(worst)).toEqual([
      '2.0000000000',
      '2.0000000000',
      '3.5000000000',
      '3.5000000000',
      '3.5000000000',
    ])
  })

  it('has one line for a pattern at a time, beside the one for all calls', () => {
    expect(() => contractsOf(FLEX, FLEX.replace('50', '40'))).toThrow(/prices\[1\]\.match holds on days/)
    expect(contractsOf(FLEX, ALL.replace('gpt-4o', '"gpt-*"'))).toHaveLength(2)
    expect(() => contractsOf(FLEX.replace('flex', 'fast'))).toThrow(/service_tier must be one of/)
  })
})
