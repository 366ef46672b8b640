import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CostLine } from '../../../src/domain/cost/cost-lines.ts'
import {
  addDecimals,
  type Decimal,
  formatUsd,
  negated,
  parseDecimal,
  plainText,
} from '../../../src/domain/cost/decimal.ts'
import { ledgerCells } from '../../../src/domain/cost/reconciliation/ledger-cells.ts'
import { canonicalModel, ledgerModelFor } from '../../../src/domain/cost/reconciliation/model-names.ts'
import { reconcile } from '../../../src/domain/cost/reconciliation/reconcile.ts'
import type { Difference, InvoiceKind, InvoiceLine, LedgerCell } from '../../../src/domain/cost/reconciliation/types.ts'
import { sumLines } from '../../../src/domain/cost/sum-lines.ts'

const MODEL = 'gpt-4o-2024-08-06'
const usd = (text: string): Decimal =>
  text.startsWith('-') ? negated(parseDecimal(text.slice(1))) : parseDecimal(text)

function cell(of: Partial<LedgerCell> = {}): LedgerCell {
  return {
    ...{ day: '2026-02-01', model: MODEL, kind: 'input', tokens: 1000, usd: usd('0.0025'), calls: 4 },
    ...{ estimatedTokens: 0, estimatedUsd: usd('0'), unpricedTokens: 0, firstHourTokens: 0, lastHourTokens: 0 },
    ...of,
  }
}

function billed(of: Partial<Omit<InvoiceLine, 'usd'>> & { usd?: string | null } = {}): InvoiceLine {
  const { usd: amount = '0.0025', ...rest } = of
  return {
    ...{ day: '2026-02-01', model: MODEL, kind: 'input' as const, tokens: 1000 },
    usd: amount === null ? null : usd(amount),
    ...rest,
  }
}

function shown(lines: readonly Difference[]) {
  return lines.map(({ day, class: name, tokens, usd: amount }) => [
    day.slice(8),
    name,
    tokens,
    amount && plainText(amount),
  ])
}

describe('a reconciliation', () => {
  it('finds nothing where ledger and invoice agree', () => {
    const { lines, difference } = reconcile([cell()], [billed({ usd: '0.00250' })])
    expect(lines).toEqual([])
    expect(difference).toMatchObject({ tokens: 0 })
  })

  it('names calls that went past the gateway, at the invoice’s price', () => {
    const { lines } = reconcile([cell()], [billed({ tokens: 1400, usd: '0.0035' }), billed({ day: '2026-02-02' })])
    expect(shown(lines)).toEqual([
      ['01', 'missing_in_ledger', 400, '0.001'],
      ['02', 'missing_in_ledger', 1000, '0.0025'],
    ])
  })

  it('names calls that were not billed, at the ledger’s price', () => {
    const { lines } = reconcile([cell(), cell({ day: '2026-02-02' })], [billed()])
    expect(shown(lines)).toEqual([['02', 'missing_in_invoice', -1000, '-0.0025']])
  })

  it('tells a price from a quantity, also where both differ', () => {
    const { lines } = reconcile([cell()], [billed({ tokens: 1100, usd: '0.0033' })])
    expect(shown(lines)).toEqual([
      ['01', 'missing_in_ledger', 100, '0.0003'],
      ['01', 'price_differs', 0, '0.0005'],
    ])
  })

  it('takes for rounding no more than rounding can come to', () => {
    expect(shown(reconcile([cell()], [billed({ usd: '0.003' })]).lines)).toEqual([['01', 'rounding', 0, '0.0005']])
    expect(shown(reconcile([cell()], [billed({ usd: '0.0030' })]).lines)).toEqual([
      ['01', 'price_differs', 0, '0.0005'],
    ])
    const tenth = cell({ usd: usd('0.0025000003'), calls: 10 })
    expect(shown(reconcile([tenth], [billed({ usd: '0.0025000000' })]).lines)).toEqual([
      ['01', 'rounding', 0, '-0.0000000003'],
    ])
    const far = cell({ usd: usd('0.0025000030'), calls: 10 })
    expect(shown(reconcile([far], [billed({ usd: '0.0025000000' })]).lines)[0]?.[1]).toBe('price_differs')
  })

  it('lays a difference to estimated calls as far as these reach', () => {
    const estimated = cell({ estimatedTokens: 300, estimatedUsd: usd('0.00075') })
    expect(shown(reconcile([estimated], [billed({ tokens: 1500, usd: '0.00375' })]).lines)).toEqual([
      ['01', 'estimated_usage', 300, '0.00075'],
      ['01', 'missing_in_ledger', 200, '0.0005'],
    ])
  })

  it('knows calls around midnight again on the day beside, no more than were made in that hour', () => {
    const days = [cell({ lastHourTokens: 250 }), cell({ day: '2026-02-02' })]
    const moved = [billed({ tokens: 800, usd: '0.002' }), billed({ day: '2026-02-02', tokens: 1200, usd: '0.003' })]
    expect(shown(reconcile(days, moved).lines)).toEqual([
      ['01', 'day_edge', -200, '-0.0005'],
      ['02', 'day_edge', 200, '0.0005'],
    ])
    const early = [cell({ lastHourTokens: 50 }), cell({ day: '2026-02-02' })]
    expect(shown(reconcile(early, moved).lines).map(([, name, tokens]) => [name, tokens])).toEqual([
      ['day_edge', -50],
      ['missing_in_invoice', -150],
      ['day_edge', 50],
      ['missing_in_ledger', 150],
    ])
  })

  it('says where the ledger had no price for the model', () => {
    const unpriced = cell({ usd: usd('0'), unpricedTokens: 1000 })
    expect(shown(reconcile([unpriced], [billed()]).lines)).toEqual([['01', 'unknown_model', 0, '0.0025']])
  })

  it('keeps fees and tools apart from tokens', () => {
    const fee = billed({ model: 'Web search', kind: null, tokens: null, usd: '0.03' })
    expect(shown(reconcile([cell()], [billed(), fee]).lines)).toEqual([['01', 'other_charge', 0, '0.03']])
  })

  it('compares amounts where a file has no tokens, and calls one ratio on all days a price', () => {
    const days = ['2026-02-01', '2026-02-02', '2026-02-03']
    const cells = days.map((day) => cell({ day }))
    const dearer = days.map((day) => billed({ day, tokens: null, usd: '0.003' }))
    const finer = dearer.map((line) => ({ ...line, usd: usd('0.0030') }))
    expect(shown(reconcile(cells, finer).lines)).toEqual([
      ['01', 'price_differs', null, '0.0005'],
      ['02', 'price_differs', null, '0.0005'],
      ['03', 'price_differs', null, '0.0005'],
    ])
    const once = days.map((day, at) => billed({ day, tokens: null, usd: at === 1 ? '0.0100' : '0.0025' }))
    expect(shown(reconcile(cells, once).lines)).toEqual([['02', 'missing_in_ledger', null, '0.0075']])
  })

  it('compares tokens where a file has no amounts, and days where it names no models', () => {
    expect(shown(reconcile([cell()], [billed({ tokens: 900, usd: null })]).lines)).toEqual([
      ['01', 'missing_in_invoice', -100, null],
    ])
    const cells = [cell(), cell({ kind: 'output', tokens: 50, usd: usd('0.0005') }), cell({ model: 'gpt-4o-mini' })]
    const total = billed({ model: null, kind: 'all', tokens: null, usd: '0.0060' })
    const { granularity, lines } = reconcile(cells, [total])
    expect(granularity).toBe('day')
    expect(shown(lines)).toEqual([['01', 'missing_in_ledger', null, '0.0005']])
  })

  it('adds up to the difference, exactly, whatever ledger and invoice say', () => {
    const amount = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 12 }))
      .map(([units, scale]) => ({ units, scale }))
    const at = {
      day: fc.constantFrom('2026-02-01', '2026-02-02', '2026-02-03'),
      model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'o3'),
      kind: fc.constantFrom<InvoiceKind>('input', 'cached', 'output'),
    }
    const count = fc.integer({ min: 0, max: 10_000 })
    const cells = fc.array(
      fc.record({
        ...at,
        tokens: count,
        usd: amount,
        calls: count,
        estimatedTokens: count,
        estimatedUsd: amount,
        unpricedTokens: count,
        firstHourTokens: count,
        lastHourTokens: count,
      }),
      { maxLength: 20 },
    )
    const invoice = fc.array(
      fc.record({
        ...at,
        model: fc.option(at.model),
        kind: fc.option(at.kind),
        tokens: fc.option(count),
        usd: fc.option(amount),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(cells, invoice, (ledger, lines) => {
        const result = reconcile(ledger, lines)
        const sum = (amounts: (Decimal | null)[]) =>
          amounts.reduce<Decimal>((a, b) => addDecimals(a, b ?? { units: 0n, scale: 0 }), { units: 0n, scale: 0 })
        if (lines.some((line) => line.usd !== null)) {
          const explained = sum(result.lines.map((line) => line.usd))
          const apart = addDecimals(sum(lines.map((line) => line.usd)), negated(sum(ledger.map((one) => one.usd))))
          expect(addDecimals(apart, negated(explained)).units).toBe(0n)
        } else expect(result.difference.usd).toBeNull()
        if (!lines.some((line) => line.tokens !== null)) return
        const billedTokens = lines.reduce((total, line) => total + (line.tokens ?? 0), 0)
        const counted = ledger.reduce((total, one) => total + one.tokens, 0)
        expect(result.lines.reduce((total, line) => total + (line.tokens ?? 0), 0)).toBe(billedTokens - counted)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the ledger’s side', () => {
  const prices = '{"cache_read_mtok":"1.25","input_mtok":"2.5","output_mtok":"10"}'
  const line = (hour: string, more: Partial<CostLine['sums']> = {}, by: Partial<CostLine['by']> = {}): CostLine => ({
    by: {
      day: '2026-02-01',
      hour,
      provider: 'openai',
      model: MODEL,
      estimated: 'no',
      price_version: 'list@1',
      prices,
      ...by,
    },
    sums: {
      ...sumLines([]),
      ...{ calls: 1, counted: 1, prompt_tokens: 1000, cached_tokens: 200, response_tokens: 100 },
      ...{ cost_usd: '0.0032500000', ...more },
    },
  })

  it('tells apart what a provider bills apart, and loses no token and no dollar', () => {
    const cells = ledgerCells([line('3'), line('4', { cost_usd: '0.0032500007' })], 'openai', 0)
    expect(cells.map(({ kind, tokens }) => [kind, tokens])).toEqual([
      ['input', 1600],
      ['cached', 400],
      ['output', 200],
    ])
    expect(formatUsd(cells.map((one) => one.usd).reduce(addDecimals))).toBe('0.0065000007')
  })

  it('counts days in the invoice’s zone, and leaves other providers out', () => {
    const lines = [line('23'), line('12'), line('12', {}, { provider: 'azure' })]
    const days = (offset: number) =>
      ledgerCells(lines, 'openai', offset).map(({ day, kind, tokens }) => [day, kind, tokens])
    expect(days(0).filter(([, kind]) => kind === 'input')).toEqual([['2026-02-01', 'input', 1600]])
    expect(days(2).filter(([, kind]) => kind === 'input')).toEqual([
      ['2026-02-02', 'input', 800],
      ['2026-02-01', 'input', 800],
    ])
  })
})

describe('a model’s name', () => {
  it('is known again as consoles and meters write it', () => {
    const known = new Set([
      'gpt-4o-2024-08-06',
      'gpt-4o-mini-2024-07-18',
      'claude-3-5-haiku-20241022',
      'claude-sonnet-4-5-20250929',
    ])
    const cases: [string, string | null][] = [
      ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
      ['gpt-4o-0806', 'gpt-4o-2024-08-06'],
      ['gpt 4o', 'gpt-4o-2024-08-06'],
      ['gpt 4o mini 0718', 'gpt-4o-mini-2024-07-18'],
      ['gpt 4o 1120', null],
      ['Claude Haiku 3.5', 'claude-3-5-haiku-20241022'],
      ['Claude Sonnet 4.5', 'claude-sonnet-4-5-20250929'],
      ['Claude Sonnet 5.4', null],
    ]
    for (const [invoiced, expected] of cases)
      expect([invoiced, ledgerModelFor(invoiced, known)]).toEqual([invoiced, expected])
    expect(ledgerModelFor('gpt-4o', new Set(['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20']))).toBeNull()
    expect(canonicalModel('o3')).toEqual({ name: 'o3', date: null })
  })
})
