import type { InvoiceLine, InvoiceProvider } from '../domain/cost/reconciliation/types.ts'

export interface InvoiceOptions {
  /** Days that count, `YYYY-MM-DD`; `below` is not among them. */
  from: string
  below: string
  /** Project, workspace or resource group whose lines count, by id or name; null: all. */
  account: string | null
}

/**
 * Reads what a provider says was used or billed. Pure. @throws PalimpsestError `invoice_unreadable`, 400, with the line; nothing of the
 * file is in it.
 */
export type InvoiceReader = (text: string, provider: InvoiceProvider, options: InvoiceOptions) => InvoiceLine[]
