import type { CostDimension, CostLine } from './cost-lines.ts'
import {
  addDecimals,
  type Decimal,
  formatUsd,
  fractionOf,
  negated,
  parseDecimal,
  plainText,
  roundUsd,
  timesDecimals,
} from './decimal.ts'
import { FOCUS_PROVIDERS, type FocusProvider } from './focus-providers.ts'
import { BILLED_KINDS, type BilledKind, plainKindOf, tokensByKind } from './token-kinds.ts'

/** What the export tells apart, and with it the lines that it is made from. */
export const FOCUS_DIMENSIONS: readonly CostDimension[] = [
  ...(['day', 'provider', 'model', 'region', 'team', 'app', 'tool', 'feature'] as const),
  ...(['estimated', 'price_version', 'prices'] as const),
]

/** Columns of FOCUS 1.2 in the order of the export; those with `x_` are Palimpsest's own. */
export const FOCUS_COLUMNS = [
  ...(['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingAccountType', 'BillingCurrency'] as const),
  ...(['BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription'] as const),
  ...(['ChargeFrequency', 'ChargePeriodEnd', 'ChargePeriodStart', 'ConsumedQuantity', 'ConsumedUnit'] as const),
  ...(['ContractedCost', 'ContractedUnitPrice', 'EffectiveCost', 'InvoiceId', 'InvoiceIssuerName'] as const),
  ...(['ListCost', 'ListUnitPrice', 'PricingCategory', 'PricingQuantity', 'PricingUnit', 'ProviderName'] as const),
  ...(['PublisherName', 'RegionId', 'RegionName', 'ResourceId', 'ResourceName', 'ResourceType'] as const),
  ...(['ServiceCategory', 'ServiceName', 'ServiceSubcategory', 'SkuId', 'SkuMeter', 'SkuPriceDetails'] as const),
  ...(['SkuPriceId', 'SubAccountId', 'SubAccountName', 'SubAccountType', 'Tags'] as const),
  ...(['x_PriceBasis', 'x_PriceVersion', 'x_UsageEstimated'] as const),
] as const

/** A row by column; null is an empty cell. Numbers are plain decimals as text. */
export type FocusRow = Record<(typeof FOCUS_COLUMNS)[number], string | null>

const METERS: Record<BilledKind, string> = {
  input_mtok: 'Input tokens',
  cache_read_mtok: 'Cached input tokens',
  cache_write_mtok: 'Cache write tokens',
  cache_write_1h_mtok: 'One-hour cache write tokens',
  input_audio_mtok: 'Audio input tokens',
  output_mtok: 'Output tokens',
  reasoning_mtok: 'Reasoning tokens',
  output_audio_mtok: 'Audio output tokens',
}
const PER_MILLION = 6
const ZERO: Decimal = { units: 0n, scale: 0 }

interface Metered {
  meter: string
  consumed: Decimal
  consumedUnit: string
  priced: Decimal
  pricedUnit: string
  price: string
  listPrice: string
}

/**
 * The rows of a line: one for each kind of tokens, for calls and for hours that were charged, and one more where the sum of single
 * calls, each rounded, is not tokens times prices. The rows' BilledCost add up to the line's cost, exactly.
 */
export function focusRows(tenantId: string, line: CostLine): FocusRow[] {
  if (line.sums.counted === 0) return []
  const common = commonOf(tenantId, line)
  const metered = meteredOf(line)
  const rows = metered.map((one) => usageRow(common, line, one))
  const rest = (cost: string, column: 'BilledCost' | 'ListCost') =>
    rows.reduce((left, row) => addDecimals(left, negated(parseDecimal(row[column] ?? '0'))), parseDecimal(cost))
  const [billed, listed] = [rest(line.sums.cost_usd, 'BilledCost'), rest(line.sums.list_cost_usd, 'ListCost')]
  return billed.units === 0n && listed.units === 0n ? rows : [...rows, restRow(common, billed, listed)]
}

function meteredOf({ by, sums }: CostLine): Metered[] {
  const prices = JSON.parse(by.prices ?? '{}') as Record<string, string>
  const tokens = tokensByKind(sums, prices)
  const hasList = Object.hasOwn(prices, 'list_input_mtok')
  const listOf = (name: string, otherwise: string) =>
    hasList ? (prices[`list_${name}`] ?? otherwise) : (prices[name] ?? '0')
  const kinds = BILLED_KINDS.filter(
    (kind) => tokens[kind] > 0 && (kind !== 'reasoning_mtok' || prices[kind] !== undefined),
  )
  const metered = kinds.map((kind): Metered => {
    const consumed = { units: BigInt(tokens[kind]), scale: 0 }
    return {
      ...{ meter: METERS[kind], consumed, consumedUnit: 'Tokens' },
      ...{ priced: { ...consumed, scale: PER_MILLION }, pricedUnit: '1000000 Tokens' },
      price: prices[kind] ?? '0',
      listPrice: listOf(kind, prices[`list_${plainKindOf(kind)}`] ?? '0'),
    }
  })
  const add = (meter: string, unit: string, name: string, quantity: Decimal) =>
    metered.push({
      ...{ meter, consumed: quantity, consumedUnit: unit, priced: quantity, pricedUnit: unit },
      ...{ price: prices[name] ?? '0', listPrice: listOf(name, '0') },
    })
  if (prices.request !== undefined) add('Calls', 'Requests', 'request', { units: BigInt(sums.counted), scale: 0 })
  if (prices.compute_hour !== undefined)
    add('Compute', 'Hours', 'compute_hour', hoursOf(sums.cost_usd, metered, prices))
  return metered
}

/** Entries keep no hours: they are what is left of the cost, divided by the price of one, to ten places. */
function hoursOf(cost: string, metered: readonly Metered[], prices: Readonly<Record<string, string>>): Decimal {
  const spent = metered.map(({ priced, price }) => timesDecimals(priced, parseDecimal(price))).reduce(addDecimals, ZERO)
  const left = addDecimals(parseDecimal(cost), negated(spent))
  const price = parseDecimal(prices.compute_hour ?? '0')
  if (price.units === 0n || left.units <= 0n) return ZERO
  const { numerator, denominator } = fractionOf(left)
  return parseDecimal(
    roundUsd({ numerator: numerator * 10n ** BigInt(price.scale), denominator: denominator * price.units }),
  )
}

function usageRow(common: FocusRow, { by }: CostLine, { meter, ...one }: Metered): FocusRow {
  const cost = plainText(timesDecimals(one.priced, parseDecimal(one.price)))
  const sku = `${by.provider}/${by.model}/${meter.toLowerCase().replaceAll(' ', '-')}`
  return {
    ...common,
    BilledCost: cost,
    EffectiveCost: cost,
    ContractedCost: cost,
    ContractedUnitPrice: one.price,
    ListCost: plainText(timesDecimals(one.priced, parseDecimal(one.listPrice))),
    ListUnitPrice: one.listPrice,
    ChargeCategory: 'Usage',
    ChargeDescription: `${meter} of ${by.model}`,
    ConsumedQuantity: plainText(one.consumed),
    ConsumedUnit: one.consumedUnit,
    PricingCategory: 'Standard',
    PricingQuantity: plainText(one.priced),
    PricingUnit: one.pricedUnit,
    SkuId: sku,
    SkuMeter: meter,
    SkuPriceDetails: JSON.stringify({ Provider: by.provider, Model: by.model, Meter: meter }),
    SkuPriceId: sku,
  }
}

function restRow(common: FocusRow, billed: Decimal, listed: Decimal): FocusRow {
  const cost = plainText(billed)
  return {
    ...common,
    ...{ BilledCost: cost, EffectiveCost: cost, ContractedCost: cost, ListCost: plainText(listed) },
    ChargeCategory: 'Adjustment',
    ChargeDescription: 'What the rounding of single calls to ten places, and attempts before the last, come to',
  }
}

function commonOf(tenantId: string, { by }: CostLine): FocusRow {
  const day = Date.parse(`${by.day}T00:00:00Z`)
  const month = new Date(day)
  const provider: FocusProvider = FOCUS_PROVIDERS[by.provider ?? ''] ?? FOCUS_PROVIDERS.other
  const region = by.region === 'none' ? null : (by.region ?? null)
  const tags = (['team', 'app', 'tool', 'feature'] as const).flatMap((name) =>
    by[name] === 'none' ? [] : [[name, by[name]] as const],
  )
  return {
    ...(Object.fromEntries(FOCUS_COLUMNS.map((name) => [name, null])) as FocusRow),
    BillingAccountId: by.provider ?? 'none',
    BillingAccountType: 'Provider',
    BillingCurrency: 'USD',
    BillingPeriodStart: timeOf(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1)),
    BillingPeriodEnd: timeOf(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1)),
    ChargeFrequency: 'Usage-Based',
    ChargePeriodStart: timeOf(day),
    ChargePeriodEnd: timeOf(day + 86_400_000),
    InvoiceIssuerName: provider.issuer,
    ProviderName: provider.provider,
    PublisherName: provider.publisher,
    RegionId: region,
    RegionName: region,
    ResourceId: `${by.provider}/${by.model}`,
    ResourceName: by.model ?? null,
    ResourceType: 'Model',
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: provider.service,
    ServiceSubcategory: 'Generative AI',
    SubAccountId: tenantId,
    SubAccountName: tenantId,
    SubAccountType: 'Tenant',
    Tags: JSON.stringify(Object.fromEntries(tags)),
    x_PriceBasis: basisOf(by),
    x_PriceVersion: by.price_version ?? null,
    x_UsageEstimated: by.estimated === 'yes' ? 'true' : 'false',
  }
}

function basisOf({ price_version: version = 'none', prices = '{}' }: CostLine['by']): string {
  if (version === 'free') return 'free'
  if (version.includes('contract@')) return 'contract'
  return prices === '{}' ? 'unknown' : 'published'
}

/** A time as FOCUS writes it: ISO 8601 in UTC, to the second. */
function timeOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** The sum of the rows' BilledCost, with ten places. */
export function billedSum(rows: readonly FocusRow[]): string {
  const sum = rows.reduce((total, { BilledCost }) => {
    const amount = BilledCost ?? '0'
    const one = amount.startsWith('-') ? negated(parseDecimal(amount.slice(1))) : parseDecimal(amount)
    return addDecimals(total, one)
  }, ZERO)
  return formatUsd(sum)
}
