import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withContracts } from '../../../src/domain/cost/contract-prices.ts'
import type { CostLine } from '../../../src/domain/cost/cost-lines.ts'
import { addDecimals, formatUsd, parseDecimal, sumUsd } from '../../../src/domain/cost/decimal.ts'
import { billedSum, FOCUS_COLUMNS, type FocusRow, focusRows } from '../../../src/domain/cost/focus.ts'
import { type ModelPrices, priceOf } from '../../../src/domain/cost/price.ts'
import { sumLines } from '../../../src/domain/cost/sum-lines.ts'
import { focusFaults } from '../../support/costs/focus-faults.ts'

const flat = (base: string) => ({ base, tiers: [] })
const BY = {
  ...{ day: '2026-02-28', provider: 'openai', model: 'gpt-4o', region: 'eu', team: 'people', app: 'helpdesk' },
  ...{ tool: 'hr_helpdesk', feature: 'none', estimated: 'no', price_version: 'list@1', prices: '{}' },
}

interface Call {
  plain: number
  cached: number
  written: number
  heard: number
  said: number
  reasoned: number
  spoken: number
  ms: number
}

/** The line that calls charged by one set of prices come to. */
function lineOf(calls: readonly Call[], prices: ModelPrices): CostLine {
  const priced = calls.map((call) =>
    priceOf({
      ...{ provider: 'openai', model: 'gpt-4o', at: 0, computeMs: call.ms },
      prices: { version: 'list@1', find: () => prices },
      usage: {
        promptTokens: call.plain + call.cached + call.written + call.heard,
        ...{ cachedTokens: call.cached, cacheWriteTokens: call.written, cacheWriteHourTokens: call.written >> 1 },
        audioPromptTokens: call.heard,
        responseTokens: call.said + call.reasoned + call.spoken,
        ...{ reasoningTokens: call.reasoned, audioResponseTokens: call.spoken },
      },
    }),
  )
  const { list_usd: _, ...unitPrices } = priced[0]?.unitPrices ?? {}
  const sum = (of: (call: Call) => number) => calls.reduce((total, call) => total + of(call), 0)
  return {
    by: { ...BY, prices: JSON.stringify(unitPrices), price_version: priced[0]?.priceVersion ?? 'none' },
    sums: {
      ...sumLines([]),
      ...{ calls: calls.length, counted: calls.length },
      prompt_tokens: sum(({ plain, cached, written, heard }) => plain + cached + written + heard),
      ...{ cached_tokens: sum(({ cached }) => cached), cache_write_tokens: sum(({ written }) => written) },
      cache_write_1h_tokens: sum(({ written }) => written >> 1),
      ...{ audio_prompt_tokens: sum(({ heard }) => heard), audio_response_tokens: sum(({ spoken }) => spoken) },
      response_tokens: sum(({ said, reasoned, spoken }) => said + reasoned + spoken),
      reasoning_tokens: sum(({ reasoned }) => reasoned),
      cost_usd: sumUsd(priced.map(({ costUsd }) => costUsd)),
      list_cost_usd: sumUsd(priced.map(({ costUsd, unitPrices }) => unitPrices.list_usd ?? costUsd)),
    },
  }
}

/** Written and read again, as who gets the file has it. */
function asFile(rows: readonly FocusRow[]): Record<string, string>[] {
  return parse(stringify([...rows], { header: true, columns: [...FOCUS_COLUMNS] }), { columns: true })
}

const call: Call = { plain: 1000, cached: 200, written: 0, heard: 0, said: 90, reasoned: 10, spoken: 0, ms: 0 }
const plain: ModelPrices = { input: flat('2.5'), output: flat('10'), cacheRead: flat('1.25'), cacheWrite: null }

describe('an export in FOCUS columns', () => {
  it('has a row for each kind of tokens, with quantity, unit price and cost', () => {
    const rows = focusRows('acme', lineOf([call], plain))
    expect(rows.map((row) => [row.SkuMeter, row.ConsumedQuantity, row.ContractedUnitPrice, row.BilledCost])).toEqual([
      ['Input tokens', '1000', '2.5', '0.0025'],
      ['Cached input tokens', '200', '1.25', '0.00025'],
      ['Output tokens', '100', '10', '0.001'],
    ])
    expect(rows[0]).toMatchObject({
      ...{ SubAccountId: 'acme', ProviderName: 'OpenAI', ServiceName: 'OpenAI API', x_PriceBasis: 'published' },
      ...{ ChargePeriodStart: '2026-02-28T00:00:00Z', ChargePeriodEnd: '2026-03-01T00:00:00Z' },
      ...{ BillingPeriodStart: '2026-02-01T00:00:00Z', BillingPeriodEnd: '2026-03-01T00:00:00Z' },
      ...{ PricingQuantity: '0.001', PricingUnit: '1000000 Tokens', ConsumedUnit: 'Tokens' },
      SkuPriceDetails: '{"Provider":"openai","Model":"gpt-4o","Meter":"Input tokens"}',
      Tags: '{"team":"people","app":"helpdesk","tool":"hr_helpdesk"}',
    })
  })

  it('shows the published price beside that of a contract', () => {
    const list = { version: 'list@1', find: () => plain }
    const contract = { provider: 'openai', match: '*', from: null, to: null, version: 'contract@1' }
    const table = withContracts(list, () => [{ ...contract, terms: { discountPercent: '20' } }])
    const rows = focusRows('acme', lineOf([call], table.find('openai', 'gpt-4o', 0) ?? plain))
    expect(rows.map((row) => [row.ListUnitPrice, row.ContractedUnitPrice, row.ListCost, row.BilledCost])).toEqual([
      ['2.5', '2', '0.0025', '0.002'],
      ['1.25', '1', '0.00025', '0.0002'],
      ['10', '8', '0.001', '0.0008'],
    ])
    expect(rows[0]?.x_PriceBasis).toBe('contract')
  })

  it('leaves out calls that nobody counted: they cost nothing', () => {
    expect(focusRows('acme', { by: BY, sums: { ...sumLines([]), calls: 3, refused: 3 } })).toEqual([])
  })

  it('shows what costs nothing with a price of nothing, and says why', () => {
    const free = { ...lineOf([call], plain), by: { ...BY, price_version: 'free' } }
    const rows = focusRows('acme', {
      ...free,
      sums: { ...free.sums, cost_usd: '0.0000000000', list_cost_usd: '0.0000000000' },
    })
    expect(rows.map(({ BilledCost, x_PriceBasis }) => [BilledCost, x_PriceBasis])).toEqual([
      ['0', 'free'],
      ['0', 'free'],
      ['0', 'free'],
    ])
  })

  const price = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 8n }), fc.integer({ min: 0, max: 9 }))
    .map(([units, scale]) => formatScaled(units, scale))
  const count = fc.integer({ min: 0, max: 500_000 })
  const calls = fc.array(
    fc.record({
      plain: count,
      cached: count,
      written: count,
      heard: count,
      said: count,
      reasoned: count,
      spoken: count,
      ms: count,
    }),
    { minLength: 1, maxLength: 5 },
  )
  const prices = fc
    .tuple(price, price, price, price, price, price, fc.option(price), fc.option(price), fc.boolean())
    .map(([input, output, read, write, reasoning, audio, perRequest, perHour, isContract]): ModelPrices => {
      const list = { input: flat(input), output: flat(output), cacheRead: flat(read), cacheWrite: null }
      const spoken = { reasoning: flat(reasoning), audioInput: flat(audio) }
      const own = { ...list, cacheWrite: flat(write), cacheWriteHour: flat(`${write}1`), ...spoken }
      const more = { ...(perRequest && { perRequest }), ...(perHour && { perHour }) }
      return isContract ? { ...own, ...more, version: 'contract@1', list } : { ...own, ...more }
    })

  it('conforms to FOCUS 1.2 and adds up to what the ledger says, exactly, for any calls at any prices', () => {
    fc.assert(
      fc.property(calls, prices, (made, charged) => {
        // The price of a kind is in an entry where there are such tokens: one line is of calls with the same kinds.
        const alike = made.map((one) => ({
          ...one,
          cached: one.cached + 1,
          written: one.written + 2,
          heard: one.heard + 1,
        }))
        const all = alike.map((one) => ({
          ...one,
          said: one.said + 1,
          reasoned: one.reasoned + 1,
          spoken: one.spoken + 1,
        }))
        const line = lineOf(all, charged)
        const rows = focusRows('acme', line)
        expect(billedSum(rows)).toBe(line.sums.cost_usd)
        for (const row of asFile(rows)) expect(focusFaults(row)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('is refused by its check where a cell is missing, of the wrong form, or does not fit the others', () => {
    const [row] = asFile(focusRows('acme', lineOf([call], plain)))
    if (!row) throw new Error('there is no row')
    expect(focusFaults(row)).toEqual([])
    const spoiled: [string, string][] = [
      ...[
        ['BilledCost', ''],
        ['BilledCost', '1e3'],
        ['BillingCurrency', 'usd'],
        ['ChargeCategory', 'usage'],
      ],
      ...[
        ['ChargePeriodStart', '2026-02-28'],
        ['ChargePeriodEnd', '2026-04-01T00:00:00Z'],
        ['ConsumedUnit', ''],
      ],
      ...[
        ['ContractedCost', '0.0026'],
        ['ListUnitPrice', '-1'],
        ['ListUnitPrice', '3'],
        ['PricingUnit', '1M tokens'],
      ],
      ...[
        ['RegionName', ''],
        ['SkuId', ''],
        ['Tags', 'team'],
        ['Tags', '{"a":{}}'],
        ['ServiceCategory', 'AI'],
      ],
    ] as [string, string][]
    for (const [name, value] of spoiled)
      expect([name, value, focusFaults({ ...row, [name]: value }).length > 0]).toEqual([name, value, true])
    expect(focusFaults({ ...row, Own: '1' })).toEqual(['Own is neither of FOCUS nor begins with x_'])
    const { ListCost: _, ...short } = row
    expect(focusFaults(short)).toContain('ListCost is not there')
  })

  it('tells hours of compute from their cost', () => {
    const hourly: ModelPrices = { ...plain, input: flat('0'), output: flat('0'), cacheRead: null, perHour: '1.20' }
    const rows = focusRows(
      'acme',
      lineOf(
        [
          { ...call, cached: 0, ms: 1_800_000 },
          { ...call, cached: 0, ms: 1_000 },
        ],
        hourly,
      ),
    )
    const compute = rows.find(({ SkuMeter }) => SkuMeter === 'Compute')
    expect(compute).toMatchObject({ ConsumedUnit: 'Hours', ContractedUnitPrice: '1.20' })
    expect(Number(compute?.ConsumedQuantity)).toBeCloseTo(1_801_000 / 3_600_000, 9)
  })
})

function formatScaled(units: bigint, scale: number): string {
  const { units: digits, scale: places } = addDecimals(
    { units, scale },
    parseDecimal(formatUsd({ units: 0n, scale: 0 })),
  )
  const text = String(digits).padStart(places + 1, '0')
  return `${text.slice(0, -places)}.${text.slice(-places)}`
}
