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

/**
 * OpenAI's organization API: `GET /v1/organization/usage/completions` and `GET /v1/organization/costs` by day, and the same as CSV from
 * the dashboard's export. Source: OpenAI API reference, "Usage" and "Costs".
 */
export function openaiBuckets(page: unknown, options: ReadOptions): InvoiceLine[] {
  return listOf(objectOf(page).data).flatMap((value) => {
    const bucket = objectOf(value)
    const day = dayOf(bucket.start_time as number, options)
    return listOf(bucket.results ?? bucket.result).flatMap((one) => {
      const result = objectOf(one)
      if (!counts(day, [textOf(result.project_id), textOf(result.project_name)], options)) return []
      if (result.amount === undefined)
        return usageLines(day, textOf(result.model), (name) => countOf(result[name], options))
      const amount = objectOf(result.amount)
      requireUsd(textOf(amount.currency), options)
      return [costLine(day, textOf(result.line_item), amountOf(amount.value, options))]
    })
  })
}

/** A row of the CSV. Null: the header is another one's. */
export function openaiRow(record: InvoiceRecord, options: ReadOptions): InvoiceLine[] | null {
  const isUsage = record.has('inputtokens') && record.has('outputtokens')
  if (!isUsage && !record.has('amountvalue')) return null
  const day = dayOf(fieldOf(record, 'starttimeiso', 'starttime', 'date'), options)
  if (!counts(day, [fieldOf(record, 'projectid'), fieldOf(record, 'projectname')], options)) return []
  if (isUsage) {
    return usageLines(day, fieldOf(record, 'model'), (name) => countOf(record.get(name.replaceAll('_', '')), options))
  }
  requireUsd(fieldOf(record, 'amountcurrency'), options)
  return [costLine(day, fieldOf(record, 'lineitem'), amountOf(fieldOf(record, 'amountvalue'), options))]
}

/** Input tokens count the cached, written and audio ones in; output tokens the audio ones. */
function usageLines(day: string, model: string | null, count: (name: string) => number | null): InvoiceLine[] {
  const [input, cached, written, heard] = [
    ...['input_tokens', 'input_cached_tokens', 'input_cache_write_tokens', 'input_audio_tokens'],
  ].map((name) => count(name) ?? 0) as [number, number, number, number]
  const [output, spoken] = [count('output_tokens') ?? 0, count('output_audio_tokens') ?? 0]
  const kinds: [InvoiceKind, number][] = [
    ['input', Math.max(0, input - cached - written - heard)],
    ['cached', cached],
    ['cache_write', written],
    ['audio_input', heard],
    ['output', Math.max(0, output - spoken)],
    ['audio_output', spoken],
  ]
  return kinds.filter(([, tokens]) => tokens > 0).map(([kind, tokens]) => ({ day, model, kind, tokens, usd: null }))
}

/** `gpt-4o-2024-08-06, cached input`: what stands behind the last comma says the kind. Without a line item it is all of the day. */
function costLine(day: string, item: string | null, usd: InvoiceLine['usd']): InvoiceLine {
  if (item === null) return { day, model: null, kind: 'all', tokens: null, usd }
  const [, model = item, what = ''] = /^(.*?)(?:,\s*([^,]*))?$/.exec(item) ?? []
  const kind = kindOf(what.toLowerCase())
  return { day, model: kind === null ? item : model, kind, tokens: null, usd }
}

function kindOf(what: string): InvoiceKind | null {
  const isAudio = what.includes('audio')
  if (what.includes('cache') && what.includes('writ')) return 'cache_write'
  if (what.includes('cached')) return 'cached'
  if (what.includes('input')) return isAudio ? 'audio_input' : 'input'
  if (what.includes('output')) return isAudio ? 'audio_output' : 'output'
  return null
}
