import { type Decimal, plainText, timesDecimals } from '../../domain/cost/decimal.ts'
import type { InvoiceKind, InvoiceLine } from '../../domain/cost/reconciliation/types.ts'
import {
  amountOf,
  counts,
  dayOf,
  fieldOf,
  type InvoiceRecord,
  type ReadOptions,
  requireUsd,
  unreadable,
} from './fields.ts'

/**
 * A row of Azure Cost Management's export of cost and usage details: actual cost, or FOCUS. Rows of other services are left out. Null:
 * the header is another one's. Source: Microsoft Learn, "Cost and usage details file schema", "FOCUS cost and usage details file schema".
 */
export function azureRow(record: InvoiceRecord, options: ReadOptions): InvoiceLine[] | null {
  const isFocus = record.has('billedcost') && record.has('chargeperiodstart')
  if (!isFocus && !(record.has('metername') && record.has('quantity'))) return null
  const service = SERVICE.map((name) => fieldOf(record, name)).join(' ')
  if (!/openai|foundry models/i.test(service)) return []
  const day = dayOf(fieldOf(record, 'chargeperiodstart', 'date', 'usagedate', 'usagedatetime'), options)
  if (
    !counts(
      day,
      ACCOUNTS.map((name) => fieldOf(record, name)),
      options,
    )
  )
    return []
  requireUsd(fieldOf(record, 'billingcurrency', 'billingcurrencycode', 'currency'), options)
  const usd = amountOf(
    fieldOf(record, 'billedcost', 'costinbillingcurrency', 'costinusd', 'cost', 'pretaxcost'),
    options,
  )
  const meter = fieldOf(record, 'metername', 'skumeter', 'xskumetername') ?? ''
  const { model, kind } = meterOf(meter)
  // FOCUS has the unit with its block, such as `1K`, in a column of Microsoft's own.
  const unit = fieldOf(record, 'unitofmeasure', 'xpricingunitdescription')
  if (kind === null || unit === null) return [{ day, model: meter, kind: null, tokens: null, usd }]
  return [
    {
      day,
      model,
      kind,
      tokens: tokensOf(amountOf(fieldOf(record, 'quantity', 'pricingquantity'), options), unit, options),
      usd,
    },
  ]
}

const SERVICE = ['metercategory', 'metersubcategory', 'servicename', 'xskumetercategory', 'xskumetersubcategory']
const ACCOUNTS = [
  ...['resourcegroup', 'resourcegroupname', 'subscriptionid', 'subscriptionname', 'resourceid', 'resourcename'],
  ...['xresourcegroupname', 'subaccountid', 'subaccountname'],
]

/** `gpt 4o 0806 Inp glbl Tokens`, `gpt-4o-mini-0718-Outp-regnl Tokens`, `gpt 4.1 cached Inp DZ 1M Tokens`: the model stands first. */
function meterOf(meter: string): { model: string; kind: InvoiceKind | null } {
  const words = meter.split(/[\s-]+/).filter((word) => word !== '')
  const at = words.findIndex((word) => KIND_WORD.test(word))
  if (at <= 0) return { model: meter, kind: null }
  const rest = words.slice(at).join(' ').toLowerCase()
  const model = words
    .slice(0, at)
    .filter((word) => !/^(batch|aud|audio|txt|text|pp|global|glbl|regional|regnl|dz)$/i.test(word))
  const isAudio = /\baud/i.test(words.join(' '))
  if (/cach|cchd|\bcd\b/.test(rest)) return { model: model.join('-'), kind: 'cached' }
  if (/\b(inp|input|in)\b/.test(rest)) return { model: model.join('-'), kind: isAudio ? 'audio_input' : 'input' }
  return { model: model.join('-'), kind: isAudio ? 'audio_output' : 'output' }
}

const KIND_WORD = /^(inp|input|in|outp|output|out|opt|cached|cchd|cd|cache)$/i

const UNITS: Readonly<Record<string, bigint>> = { '': 1n, K: 1_000n, M: 1_000_000n }

/** `1K`, `1M`, `1K Tokens`, `1,000`: how many tokens a quantity of 1 is. */
function tokensOf(quantity: Decimal | null, unit: string, { line }: ReadOptions): number {
  const parts = /^\s*(\d[\d,]*)\s*([KM]?)(?:\s+tokens)?\s*$/i.exec(unit)
  if (quantity === null || parts === null) throw unreadable('a quantity of tokens and its unit', line)
  const each = BigInt(parts[1]?.replaceAll(',', '') ?? '1') * (UNITS[parts[2]?.toUpperCase() ?? ''] ?? 1n)
  const tokens = Number(plainText(timesDecimals(quantity, { units: each, scale: 0 })))
  // Azure tells quantities to a limited number of places.
  return Math.round(tokens)
}
