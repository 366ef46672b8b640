import { parse } from 'csv-parse/sync'
import type { InvoiceLine, InvoiceProvider } from '../../domain/cost/reconciliation/types.ts'
import { PalimpsestError } from '../../errors.ts'
import { anthropicBuckets, anthropicRow } from './anthropic.ts'
import { azureRow } from './azure.ts'
import { type InvoiceRecord, InvoiceUnreadable, type ReadOptions } from './fields.ts'
import { openaiBuckets, openaiRow } from './openai.ts'

const MAX_ROWS = 500_000

const ROWS: Record<InvoiceProvider, (record: InvoiceRecord, options: ReadOptions) => InvoiceLine[] | null> = {
  openai: openaiRow,
  anthropic: anthropicRow,
  azure: azureRow,
}

/**
 * Reads a provider's usage or cost file: CSV as its console or its export writes it, JSON as its API answers (one page, or a list of
 * pages). Names of columns may be in any case and order; those that are not needed are left out.
 * @throws PalimpsestError `invoice_unreadable`, with the line; nothing of the file is in it.
 */
export function readInvoice(text: string, provider: InvoiceProvider, options: ReadOptions): InvoiceLine[] {
  try {
    const lines = /^\s*[[{]/.test(text) ? ofJson(text, provider, options) : ofCsv(text, provider, options)
    if (lines.length === 0) throw new InvoiceUnreadable('it has no line of this provider, this period and this account')
    return lines
  } catch (cause) {
    if (!(cause instanceof InvoiceUnreadable)) throw cause
    throw new PalimpsestError({
      code: 'invoice_unreadable',
      status: 400,
      message: `This is no usage or cost file of ${provider} that can be read: ${cause.message}.`,
      param: 'invoices',
      cause,
    })
  }
}

function ofCsv(text: string, provider: InvoiceProvider, options: ReadOptions): InvoiceLine[] {
  const rows = rowsOf(text)
  const lines: InvoiceLine[] = []
  for (const { record, info } of rows) {
    const found = ROWS[provider](new Map(Object.entries(record)), { ...options, line: info.lines })
    if (found === null) throw new InvoiceUnreadable('its header is of no file that is known')
    lines.push(...found)
  }
  return lines
}

function columnName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '')
}

interface Parsed {
  record: Record<string, string>
  info: { lines: number }
}

function rowsOf(text: string): Parsed[] {
  try {
    const rows = parse(text, {
      bom: true,
      columns: (header: string[]) => header.map(columnName),
      info: true,
      skip_empty_lines: true,
      trim: true,
      to: MAX_ROWS + 1,
    }) as unknown as Parsed[]
    if (rows.length > MAX_ROWS) throw new InvoiceUnreadable(`it has more than ${MAX_ROWS} lines: send it in parts`)
    return rows
  } catch (cause) {
    if (cause instanceof InvoiceUnreadable) throw cause
    const line = (cause as { lines?: unknown }).lines
    throw new InvoiceUnreadable(`it is not CSV at line ${typeof line === 'number' ? line : 1}`)
  }
}

function ofJson(text: string, provider: InvoiceProvider, options: ReadOptions): InvoiceLine[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InvoiceUnreadable('it is not JSON')
  }
  const pages = Array.isArray(value) ? value : [value]
  if (provider === 'azure') {
    return pages.flatMap((record) => {
      const fields = Object.entries(record as object).map(
        ([name, field]) => [columnName(name), String(field ?? '')] as const,
      )
      return azureRow(new Map(fields), { ...options, line: null }) ?? unknownPage()
    })
  }
  return pages.flatMap((page) =>
    provider === 'openai' ? openaiBuckets(page, options) : anthropicBuckets(page, options),
  )
}

function unknownPage(): never {
  throw new InvoiceUnreadable('its fields are of no file that is known')
}
