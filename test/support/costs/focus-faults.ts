/**
 * What is wrong with a row by FOCUS 1.2, read from the specification's columns (v1.2, "Content constraints" and the requirements of each
 * column) and its attributes NumericFormat, DateTimeFormat, CurrencyFormat, UnitFormat and KeyValueFormat. Cells are text; '' is null.
 */
type Row = Readonly<Record<string, string>>
type Format = 'text' | 'number' | 'positive' | 'time' | 'currency' | 'unit' | 'tags' | readonly string[]
/** `usage`: not null where the charge is usage. */
type Nulls = 'never' | 'may' | 'usage'

const COLUMNS: readonly (readonly [name: string, format: Format, nulls: Nulls])[] = [
  ['BilledCost', 'number', 'never'],
  ['BillingAccountId', 'text', 'never'],
  ['BillingAccountName', 'text', 'may'],
  ['BillingAccountType', 'text', 'never'],
  ['BillingCurrency', 'currency', 'never'],
  ['BillingPeriodEnd', 'time', 'never'],
  ['BillingPeriodStart', 'time', 'never'],
  ['ChargeCategory', ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'], 'never'],
  ['ChargeClass', ['Correction'], 'may'],
  ['ChargeDescription', 'text', 'may'],
  ['ChargeFrequency', ['One-Time', 'Recurring', 'Usage-Based'], 'never'],
  ['ChargePeriodEnd', 'time', 'never'],
  ['ChargePeriodStart', 'time', 'never'],
  ['ConsumedQuantity', 'number', 'usage'],
  ['ConsumedUnit', 'unit', 'usage'],
  ['ContractedCost', 'number', 'never'],
  ['ContractedUnitPrice', 'positive', 'usage'],
  ['EffectiveCost', 'number', 'never'],
  ['InvoiceId', 'text', 'may'],
  ['InvoiceIssuerName', 'text', 'never'],
  ['ListCost', 'number', 'never'],
  ['ListUnitPrice', 'positive', 'usage'],
  ['PricingCategory', ['Standard', 'Dynamic', 'Committed', 'Other'], 'usage'],
  ['PricingQuantity', 'number', 'usage'],
  ['PricingUnit', 'unit', 'usage'],
  ['ProviderName', 'text', 'never'],
  ['PublisherName', 'text', 'never'],
  ['RegionId', 'text', 'may'],
  ['RegionName', 'text', 'may'],
  ['ResourceId', 'text', 'may'],
  ['ResourceName', 'text', 'may'],
  ['ResourceType', 'text', 'may'],
  ['ServiceCategory', ['AI and Machine Learning'], 'never'],
  ['ServiceName', 'text', 'never'],
  ['ServiceSubcategory', ['Generative AI'], 'never'],
  ['SkuId', 'text', 'usage'],
  ['SkuMeter', 'text', 'usage'],
  ['SkuPriceDetails', 'tags', 'may'],
  ['SkuPriceId', 'text', 'usage'],
  ['SubAccountId', 'text', 'may'],
  ['SubAccountName', 'text', 'may'],
  ['SubAccountType', 'text', 'may'],
  ['Tags', 'tags', 'may'],
]

const PATTERNS: Readonly<Record<string, RegExp>> = {
  text: /^(?! )[^\p{C}]*(?<! )$/u,
  number: /^-?(0|[1-9]\d*)(\.\d+)?$/,
  positive: /^(0|[1-9]\d*)(\.\d+)?$/,
  time: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  currency: /^USD$/,
  unit: /^([1-9]\d* )?(Tokens|Requests|Hours)$/,
}

/** Empty where the row conforms. */
export function focusFaults(row: Row): string[] {
  const known = new Set(COLUMNS.map(([name]) => name))
  const unknown = Object.keys(row).filter((name) => !known.has(name) && !name.startsWith('x_'))
  return [
    ...unknown.map((name) => `${name} is neither of FOCUS nor begins with x_`),
    ...COLUMNS.flatMap(([name, format, nulls]) => cellFaults(row, name, format, nulls)),
    ...togetherFaults(row),
  ]
}

function cellFaults(row: Row, name: string, format: Format, nulls: Nulls): string[] {
  const value = row[name]
  if (value === undefined) return [`${name} is not there`]
  if (value === '') {
    const mayBe = nulls === 'may' || (nulls === 'usage' && row.ChargeCategory !== 'Usage')
    return mayBe ? [] : [`${name} is null`]
  }
  if (typeof format !== 'string') return format.includes(value) ? [] : [`${name} is ${value}`]
  if (format === 'tags') return isFlatJson(value) ? [] : [`${name} is not flat JSON`]
  const isFit = PATTERNS[format]?.test(value) === true && (format !== 'time' || !Number.isNaN(Date.parse(value)))
  return isFit ? [] : [`${name} is not ${format}: ${value}`]
}

function togetherFaults(row: Row): string[] {
  const faults: string[] = []
  const must = (isSo: boolean, what: string) => {
    if (!isSo) faults.push(what)
  }
  const both = (a: string, b: string) => must((row[a] === '') === (row[b] === ''), `${a} without ${b}, or the reverse`)
  both('ConsumedQuantity', 'ConsumedUnit')
  both('PricingQuantity', 'PricingUnit')
  both('RegionId', 'RegionName')
  both('SubAccountId', 'SubAccountType')
  must(row.SkuPriceId !== '' || row.SkuPriceDetails === '', 'SkuPriceDetails without SkuPriceId')
  for (const [price, cost] of [
    ['ContractedUnitPrice', 'ContractedCost'],
    ['ListUnitPrice', 'ListCost'],
  ] as const) {
    if (row[price] && row.PricingQuantity) {
      must(isProduct(row[price], row.PricingQuantity, row[cost] ?? ''), `${price} times PricingQuantity is not ${cost}`)
    }
  }
  if (row.ContractedUnitPrice === '') must(row.ContractedCost === row.BilledCost, 'ContractedCost is not BilledCost')
  for (const period of ['BillingPeriod', 'ChargePeriod']) {
    must((row[`${period}Start`] ?? '') < (row[`${period}End`] ?? ''), `${period} ends before it begins`)
  }
  must((row.BillingPeriodStart ?? '') <= (row.ChargePeriodStart ?? ''), 'charged before the billing period')
  must((row.ChargePeriodEnd ?? '') <= (row.BillingPeriodEnd ?? ''), 'charged behind the billing period')
  return faults
}

/** Whether a · b = c, over integers of one scale. */
function isProduct(a: string, b: string, c: string): boolean {
  const parts = (text: string) => {
    const [whole = '', fraction = ''] = text.split('.')
    return { units: BigInt(`${whole}${fraction}`), places: fraction.length }
  }
  const [x, y, z] = [parts(a), parts(b), parts(c)]
  return x.units * y.units * 10n ** BigInt(z.places) === z.units * 10n ** BigInt(x.places + y.places)
}

function isFlatJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return Object.values(value).every((one) => one === null || ['string', 'number', 'boolean'].includes(typeof one))
  } catch {
    return false
  }
}
