import { calcPrice } from '@pydantic/genai-prices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGenaiPriceTable } from '../../../src/adapters/prices/genai-prices.ts'
import { decimalText, formatUsd, parseDecimal, sumUsd } from '../../../src/domain/cost/decimal.ts'
import { type ModelPrices, type PriceTable, priceOf } from '../../../src/domain/cost/price.ts'

const plain: ModelPrices = {
  input: { base: '2.5', tiers: [] },
  output: { base: '10', tiers: [] },
  cacheRead: { base: '1.25', tiers: [] },
  cacheWrite: null,
}
const listOf = (prices: ModelPrices | null): PriceTable => ({ version: 'list@1', find: () => prices })
const usage = (promptTokens: number, cachedTokens: number, responseTokens: number, cacheWriteTokens = 0) => ({
  promptTokens,
  cachedTokens,
  responseTokens,
  cacheWriteTokens,
})
const ask = (of: Partial<Parameters<typeof priceOf>[0]>) =>
  priceOf({ provider: 'openai', model: 'gpt-4o', at: 0, usage: usage(0, 0, 0), prices: listOf(plain), ...of })

describe('the price of a call', () => {
  it('is exact to ten places', () => {
    expect(ask({ usage: usage(1000, 200, 33) })).toEqual({
      costUsd: '0.0025800000',
      unitPrices: { input_mtok: '2.5', output_mtok: '10', cache_read_mtok: '1.25' },
      priceVersion: 'list@1',
      flags: [],
    })
    expect(ask({ usage: usage(1, 0, 0) }).costUsd).toBe('0.0000025000')
  })

  it('charges cached tokens once, at their own price, and at the plain one where there is none', () => {
    expect(ask({ usage: usage(100, 100, 0) }).costUsd).toBe('0.0001250000')
    expect(ask({ usage: usage(100, 100, 0), prices: listOf({ ...plain, cacheRead: null }) }).costUsd).toBe(
      '0.0002500000',
    )
    expect(ask({ usage: usage(100, 0, 0, 100) }).unitPrices).toMatchObject({ cache_write_mtok: '2.5' })
  })

  it('charges what is written for an hour apart, and like the rest where nobody prices it', () => {
    const used = { ...usage(100, 0, 0, 70), cacheWriteHourTokens: 40 }
    const written: ModelPrices = { ...plain, cacheWrite: { base: '3', tiers: [] } }
    const hourly = listOf({ ...written, cacheWriteHour: { base: '5', tiers: [] } })
    expect(ask({ usage: used, prices: hourly })).toMatchObject({
      costUsd: '0.0003650000',
      unitPrices: { input_mtok: '2.5', cache_write_mtok: '3', cache_write_1h_mtok: '5' },
    })
    expect(ask({ usage: used, prices: listOf(written) }).costUsd).toBe('0.0002850000')
  })

  it('takes a tier for the whole call once the prompt is longer', () => {
    const tiered = listOf({
      ...plain,
      input: { base: '3', tiers: [{ abovePromptTokens: 200_000, price: '6' }] },
      output: { base: '15', tiers: [{ abovePromptTokens: 200_000, price: '22.5' }] },
    })
    expect(ask({ usage: usage(200_000, 0, 1_000_000), prices: tiered }).costUsd).toBe('15.6000000000')
    expect(ask({ usage: usage(200_001, 0, 1_000_000), prices: tiered }).costUsd).toBe('23.7000060000')
  })

  it('is nothing for the simulator and local models, whatever the list says', () => {
    for (const provider of ['simulator', 'ollama-local']) {
      expect(ask({ provider, usage: usage(9, 0, 9) })).toEqual({
        costUsd: '0.0000000000',
        unitPrices: {},
        priceVersion: 'free',
        flags: [],
      })
    }
  })

  it('is flagged where the list lacks the model', () => {
    expect(ask({ prices: listOf(null), usage: usage(9, 0, 9) })).toEqual({
      costUsd: '0.0000000000',
      unitPrices: {},
      priceVersion: 'list@1',
      flags: ['price_unknown'],
    })
  })
})

describe('decimals', () => {
  it('keep what a price list wrote', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [2.5, '2.5'],
      [7e-7, '0.0000007'],
      [1.25e-7, '0.000000125'],
      [1e21, '1000000000000000000000'],
      [1.5e22, '15000000000000000000000'],
      [0.1, '0.1'],
    ]
    for (const [value, text] of cases) expect(decimalText(value)).toBe(text)
  })

  it('of any price read back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e25, noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(decimalText(value))).toBe(value)
      }),
    )
  })

  it('are rounded once, at the tenth place, a half to the even digit', () => {
    expect(formatUsd(parseDecimal('0.00000000005'))).toBe('0.0000000000')
    expect(formatUsd(parseDecimal('0.00000000015'))).toBe('0.0000000002')
    expect(formatUsd(parseDecimal('0.000000000050001'))).toBe('0.0000000001')
    expect(formatUsd(parseDecimal('0.00000000004999'))).toBe('0.0000000000')
    expect(formatUsd(parseDecimal('12.99999999995'))).toBe('13.0000000000')
  })

  it('add up exactly, where floating point does not', () => {
    expect(sumUsd(Array.from({ length: 10 }, () => '0.1000000000'))).toBe('1.0000000000')
    expect(sumUsd([])).toBe('0.0000000000')
  })

  it('refuse what is no plain number', () => {
    for (const text of ['', '-1', '1e3', '1.', '.5', 'NaN']) expect(() => parseDecimal(text)).toThrow(RangeError)
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) expect(() => decimalText(value)).toThrow(RangeError)
  })
})

describe('the bundled price list', () => {
  const prices = createGenaiPriceTable()
  const at = Date.UTC(2026, 0, 15)

  it('names its edition', () => {
    expect(prices.version).toMatch(/^genai-prices@\d+\.\d+\.\d+$/)
  })

  it('agrees with the list’s own floating point for every kind of token', () => {
    const cases: [string, string][] = [
      ['openai', 'gpt-4o-2024-08-06'],
      ['openai', 'gpt-4o-mini'],
      ['anthropic', 'claude-sonnet-4-5-20250929'],
      ['azure', 'gpt-5.1'],
    ]
    for (const [provider, model] of cases) {
      for (const promptTokens of [1000, 300_000]) {
        const written = provider === 'anthropic' ? 100 : 0
        const kept = written * 0.6
        const theirs = calcPrice(
          {
            ...{ input_tokens: promptTokens, output_tokens: 77, cache_read_tokens: 50, cache_write_tokens: written },
            ...(kept > 0 && { cache_write_1h_tokens: kept }),
          },
          model,
          { providerId: provider, timestamp: new Date(at) },
        )
        const used = { ...usage(promptTokens, 50, 77, written), cacheWriteHourTokens: kept }
        const ours = priceOf({ provider, model, at, usage: used, prices })
        expect(Number(ours.costUsd)).toBeCloseTo(theirs?.total_price ?? -1, 9)
      }
    }
  })

  it('follows a price that changed on a date', () => {
    const before = prices.find('openai', 'o3', Date.UTC(2025, 5, 9))
    const after = prices.find('openai', 'o3', Date.UTC(2025, 5, 10))
    expect(Number(after?.input.base)).toBeLessThan(Number(before?.input.base))
  })

  it('does not know what it lacks', () => {
    expect(prices.find('openai', 'no-such-model', at)).toBeNull()
    expect(prices.find('nobody', 'gpt-4o', at)).toBeNull()
  })
})
