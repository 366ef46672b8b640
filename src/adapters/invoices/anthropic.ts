import { type Decimal, timesDecimals } from '../../domain/cost/decimal.ts'
import type { InvoiceKind, InvoiceLine } from '../../domain/cost/reconciliation/types.ts'
import {
  amountOf,
  countOf,
  counts,
  dayOf,
  fieldOf,
  type InvoiceRecord,
  listOf,
  objectOf,
  type ReadOptions,
  requireUsd,
  textOf,
} from './fields.ts'

const CENT: Decimal = { units: 1n, scale: 2 }

/**
 * Anthropic's Admin API: `GET /v1/organizations/usage_report/messages` and `GET /v1/organizations/cost_report`, whose amounts are cents.
 * Source: Anthropic API reference, "Usage and Cost".
 */
export function anthropicBuckets(page: unknown, options: ReadOptions): InvoiceLine[] {
  return listOf(objectOf(page).data).flatMap((value) => {
    const bucket = objectOf(value)
    const day = dayOf(textOf(bucket.starting_at), options)
    return listOf(bucket.results).flatMap((one) => {
      const result = objectOf(one)
      if (!counts(day, [textOf(result.workspace_id)], options)) return []
      if (result.amount === undefined) return usageLines(day, result, options)
      requireUsd(textOf(result.currency), options)
      const cents = amountOf(result.amount, options)
      return [costLine(day, textOf(result.model), textOf(result.token_type), cents && timesDecimals(cents, CENT))]
    })
  })
}

function usageLines(day: string, result: Readonly<Record<string, unknown>>, options: ReadOptions): InvoiceLine[] {
  const written = result.cache_creation ? objectOf(result.cache_creation) : {}
  const count = (value: unknown) => countOf(value, options) ?? 0
  return tokenLines(day, textOf(result.model), {
    input: count(result.uncached_input_tokens),
    cached: count(result.cache_read_input_tokens),
    cache_write: count(written.ephemeral_5m_input_tokens) + count(written.ephemeral_1h_input_tokens),
    output: count(result.output_tokens),
  })
}

/** A row of the console's export of tokens or of costs. Null: the header is another one's. */
export function anthropicRow(record: InvoiceRecord, options: ReadOptions): InvoiceLine[] | null {
  const isUsage = record.has('usageinputtokensnocache')
  if (!isUsage && !(record.has('costusd') && record.has('usagedateutc'))) return null
  const day = dayOf(fieldOf(record, 'usagedateutc'), options)
  if (!counts(day, [fieldOf(record, 'workspace'), fieldOf(record, 'workspaceid')], options)) return []
  if (!isUsage) {
    const usd = amountOf(fieldOf(record, 'costusd'), options)
    return [costLine(day, fieldOf(record, 'model'), fieldOf(record, 'tokentype'), usd)]
  }
  const count = (name: string) => countOf(record.get(name), options) ?? 0
  return tokenLines(day, fieldOf(record, 'modelversion', 'model'), {
    input: count('usageinputtokensnocache'),
    cached: count('usageinputtokenscacheread'),
    cache_write: count('usageinputtokenscachewrite5m') + count('usageinputtokenscachewrite1h'),
    output: count('usageoutputtokens'),
  })
}

function tokenLines(day: string, model: string | null, byKind: Partial<Record<InvoiceKind, number>>): InvoiceLine[] {
  return Object.entries(byKind).flatMap(([kind, tokens]) =>
    tokens > 0 ? [{ day, model, kind: kind as InvoiceKind, tokens, usd: null }] : [],
  )
}

/** `uncached_input_tokens`, `input_no_cache`, `cache_creation.ephemeral_5m_input_tokens`, … Without model and kind it is all of the day. */
function costLine(day: string, model: string | null, type: string | null, usd: Decimal | null): InvoiceLine {
  if (type === null) return { day, model, kind: model === null ? 'all' : null, tokens: null, usd }
  return { day, model, kind: kindOf(type), tokens: null, usd }
}

function kindOf(type: string): InvoiceKind | null {
  if (/cache_creation|cache_write/.test(type)) return 'cache_write'
  if (type.includes('cache_read')) return 'cached'
  if (type.includes('output')) return 'output'
  return type.includes('input') ? 'input' : null
}
