import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PriceContract, withContracts } from '../../../src/domain/cost/contract-prices.ts'
import { sumUsd } from '../../../src/domain/cost/decimal.ts'
import { type BilledUsage, type ModelPrices, type PriceTable, priceOf } from '../../../src/domain/cost/price.ts'
import { totalPrice } from '../../../src/domain/cost/request-price.ts'

const flat = (base: string) => ({ base, tiers: [] })
const published: ModelPrices = { input: flat('2.5'), output: flat('10'), cacheRead: flat('1.25'), cacheWrite: null }
const list: PriceTable = { version: 'list@1', find: (provider) => (provider === 'openai' ? published : null) }
const usage: BilledUsage = { promptTokens: 1000, cachedTokens: 200, responseTokens: 100, reasoningTokens: 40 }

const NO_TOKENS = {
  ...{ cached: null, cacheWrite: null, cacheWriteHour: null, reasoning: null, audioInput: null, audioOutput: null },
}
const NO_TERMS = { tokens: null, perRequest: null, perHour: null }
const contract = (of: Partial<PriceContract>): PriceContract => ({
  provider: 'openai',
  match: 'gpt-4o',
  from: null,
  to: null,
  version: 'contract@0123456789ab',
  terms: { discountPercent: '10' },
  ...of,
})
const ask = (contracts: PriceContract[], of: Partial<Parameters<typeof priceOf>[0]> = {}) =>
  priceOf({
    ...{ provider: 'openai', model: 'gpt-4o', at: 1000, usage },
    prices: withContracts(list, () => contracts),
    ...of,
  })

describe('a contract', () => {
  it('takes its discount off every published price, and the published cost stays beside it', () => {
    expect(ask([contract({})])).toEqual({
      // (800 · 2.25 + 200 · 1.125 + 100 · 9) / 1,000,000
      costUsd: '0.0029250000',
      unitPrices: {
        ...{ input_mtok: '2.25', output_mtok: '9', cache_read_mtok: '1.125' },
        ...{ list_input_mtok: '2.5', list_output_mtok: '10', list_cache_read_mtok: '1.25', list_usd: '0.0032500000' },
      },
      priceVersion: 'list@1+contract@0123456789ab',
      flags: [],
    })
  })

  it('sets prices for tokens of each kind and for the call itself', () => {
    const tokens = { ...NO_TOKENS, input: '2', output: '8', cached: '0.5', reasoning: '4' }
    const price = ask([contract({ terms: { tokens, perRequest: '0.01', perHour: null } })])
    // (800 · 2 + 200 · 0.5 + 60 · 8 + 40 · 4) / 1,000,000 + 0.01
    expect(price).toMatchObject({ costUsd: '0.0123400000', priceVersion: 'contract@0123456789ab' })
    expect(price.unitPrices).toMatchObject({ reasoning_mtok: '4', request: '0.01', list_usd: '0.0032500000' })
  })

  it('charges a local model by the hour for the time from the start of the call to the end of its answer', () => {
    const hourly = contract({ provider: 'ollama-local', match: '*', terms: { ...NO_TERMS, perHour: '1.20' } })
    const local = { provider: 'ollama-local', model: 'llama3.1:8b' }
    expect(ask([hourly], { ...local, computeMs: 1_000 }).costUsd).toBe('0.0003333333')
    expect(ask([hourly], { ...local, computeMs: 3_600_000 }).costUsd).toBe('1.2000000000')
    expect(ask([], local)).toMatchObject({ costUsd: '0.0000000000', priceVersion: 'free' })
  })

  it('charges a local model by the token, where it says so', () => {
    const tokens = { ...NO_TOKENS, input: '0.05', output: '0.2' }
    const local = contract({ provider: 'ollama-local', match: '*', terms: { ...NO_TERMS, tokens } })
    // (1000 · 0.05 + 100 · 0.2) / 1,000,000: cached tokens and thoughts cost what others do.
    expect(ask([local], { provider: 'ollama-local', model: 'llama3.1:8b' })).toMatchObject({
      costUsd: '0.0000700000',
      priceVersion: 'contract@0123456789ab',
    })
  })

  it('is in force from its first day on and no longer from its last', () => {
    const dated = contract({ from: 1000, to: 2000 })
    const cost = (at: number) => ask([dated], { at }).priceVersion
    expect([999, 1000, 1999, 2000].map(cost)).toEqual([
      'list@1',
      'list@1+contract@0123456789ab',
      'list@1+contract@0123456789ab',
      'list@1',
    ])
  })

  it('gives way to one that names the model more exactly', () => {
    const named = (match: string, version: string) => contract({ match, version })
    const version = (...all: PriceContract[]) => ask(all).priceVersion.split('+')[1]
    expect(version(named('*', 'any'), named('gpt-4o', 'exact'), named('gpt-*', 'family'))).toBe('exact')
    expect(version(named('*', 'any'), named('gpt-*', 'family'))).toBe('family')
    expect(version(named('gpt-*', 'first'), named('*gpt-', 'other'), named('*-4o*', 'same length'))).toBe('first')
    expect(ask([contract({ provider: 'azure', match: '*' })]).priceVersion).toBe('list@1')
  })

  it('cannot take a discount off a model that the list lacks', () => {
    const price = ask([contract({ provider: 'azure', match: '*' })], { provider: 'azure' })
    expect(price).toMatchObject({ flags: ['price_unknown'], costUsd: '0.0000000000' })
  })
})

describe('the cost of a call', () => {
  const price = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 8 }))
    .map(([units, places]) => ({ units, places }))
  const text = ({ units, places }: { units: bigint; places: number }) => {
    const digits = String(units).padStart(places + 1, '0')
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  }
  const count = fc.integer({ min: 0, max: 2_000_000 })

  it('is what rational arithmetic gives, rounded once: a half to the even digit', () => {
    fc.assert(
      fc.property(
        fc.record({ input: price, output: price, cached: price, reasoning: price, request: price, hour: price }),
        fc.record({ plain: count, cached: count, said: count, reasoned: count, ms: count }),
        (prices, used) => {
          // Everything over one denominator: 10^8 for the prices, 10^6 for a million, 3,600,000 for an hour.
          const over = 10n ** 8n * 10n ** 6n * 3_600_000n
          const whole = ({ units, places }: { units: bigint; places: number }) => units * 10n ** BigInt(8 - places)
          const perMillion =
            whole(prices.input) * BigInt(used.plain) +
            whole(prices.cached) * BigInt(used.cached) +
            whole(prices.output) * BigInt(used.said) +
            whole(prices.reasoning) * BigInt(used.reasoned)
          const exact =
            perMillion * 3_600_000n +
            whole(prices.request) * 10n ** 6n * 3_600_000n +
            whole(prices.hour) * BigInt(used.ms) * 10n ** 6n
          const doubled = exact * 10n ** 10n * 2n
          // The nearest integer to exact · 10^10 / over, of two equally near ones the even.
          const low = doubled / (2n * over)
          const apart = doubled - low * 2n * over
          const nearest = apart > over ? low + 1n : apart < over ? low : low + (low % 2n)

          const tokens = {
            ...{ input: text(prices.input), output: text(prices.output), cached: text(prices.cached) },
            ...{ reasoning: text(prices.reasoning), cacheWrite: null, cacheWriteHour: null },
            ...{ audioInput: null, audioOutput: null },
          }
          const terms = { tokens, perRequest: text(prices.request), perHour: text(prices.hour) }
          const { costUsd } = ask([contract({ terms })], {
            computeMs: used.ms,
            usage: {
              promptTokens: used.plain + used.cached,
              cachedTokens: used.cached,
              responseTokens: used.said + used.reasoned,
              reasoningTokens: used.reasoned,
            },
          })
          expect(BigInt(costUsd.replace('.', ''))).toBe(nearest)
        },
      ),
    )
  })

  it('charges every token once, whatever kinds a provider tells apart', () => {
    const same = flat('1')
    const one: ModelPrices = {
      ...{ input: same, output: same, cacheRead: same, cacheWrite: same, cacheWriteHour: same },
      ...{ reasoning: same, audioInput: same, audioOutput: same },
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 7, maxLength: 7 }), (counts) => {
        const [plain = 0, cached = 0, written = 0, heard = 0, said = 0, reasoned = 0, spoken = 0] = counts
        const { costUsd } = priceOf({
          ...{ provider: 'openai', model: 'm', at: 0, prices: { version: 'one', find: () => one } },
          usage: {
            ...{ promptTokens: plain + cached + written + heard, responseTokens: said + reasoned + spoken },
            ...{
              cachedTokens: cached,
              cacheWriteTokens: written,
              cacheWriteHourTokens: written >> 1,
              audioPromptTokens: heard,
            },
            ...{ reasoningTokens: reasoned, audioResponseTokens: spoken },
          },
        })
        expect(BigInt(costUsd.replace('.', ''))).toBe(BigInt(counts.reduce((a, b) => a + b)) * 10_000n)
      }),
    )
  })

  it('of a request is the sum of its attempts, flagged where one has no price', () => {
    const priced = ask([])
    const unknown = ask([], { provider: 'azure' })
    expect(totalPrice(new Map())).toBeNull()
    const total = totalPrice(
      new Map([
        [1, unknown],
        [2, priced],
        [3, priced],
      ]),
    )
    expect(total).toMatchObject({
      costUsd: sumUsd([priced.costUsd, priced.costUsd]),
      priceVersion: 'list@1',
      flags: ['price_unknown'],
    })
  })
})
