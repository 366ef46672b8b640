import type { Decimal } from '../decimal.ts'

export const INVOICE_PROVIDERS = ['openai', 'anthropic', 'azure'] as const
export type InvoiceProvider = (typeof INVOICE_PROVIDERS)[number]

/** Kinds of tokens that a provider bills apart; `all`: the file does not tell them apart. */
export type InvoiceKind = 'input' | 'cached' | 'cache_write' | 'audio_input' | 'output' | 'audio_output' | 'all'

/** One line of a provider's file, as far as it is compared. */
export interface InvoiceLine {
  /** `YYYY-MM-DD`, as the file has it. */
  day: string
  /** The file's name for the model; null: it is not about a model, or does not say which. */
  model: string | null
  /** Null: not tokens, such as a fee or a tool. */
  kind: InvoiceKind | null
  tokens: number | null
  /** US dollars. Below zero: a credit. */
  usd: Decimal | null
}

/** Why ledger and invoice differ. */
export const DIFFERENCE_CLASSES = [
  /** Billed, and not recorded: calls past the gateway, or of another tenant with the same account. */
  'missing_in_ledger',
  /** Recorded, and not billed. */
  'missing_in_invoice',
  /** The same tokens at another price. */
  'price_differs',
  /** The list had no price for the model: the ledger counts it as 0. */
  'unknown_model',
  /** The provider told no tokens for these calls: the ledger's are an estimate. */
  'estimated_usage',
  /** Calls around midnight that the provider counts to the day beside. */
  'day_edge',
  /** What rounding of amounts can make. */
  'rounding',
  /** A line of the file that is not about tokens of a model. */
  'other_charge',
] as const
export type DifferenceClass = (typeof DIFFERENCE_CLASSES)[number]

/** Invoice minus ledger. */
export interface Difference {
  day: string
  model: string
  kind: InvoiceKind
  class: DifferenceClass
  /** Null: the file has no tokens here. */
  tokens: number | null
  /** US dollars; null: the file has no amounts here. */
  usd: Decimal | null
}

/** What the entries say of a day, a model and a kind of tokens. */
export interface LedgerCell {
  day: string
  model: string
  kind: InvoiceKind
  tokens: number
  usd: Decimal
  calls: number
  /** Of `tokens` and `usd`, what rests on an estimate. */
  estimatedTokens: number
  estimatedUsd: Decimal
  /** Of `tokens`, those of calls that nobody had a price for. */
  unpricedTokens: number
  /** Of `tokens`, those of the day's first and last hour. */
  firstHourTokens: number
  lastHourTokens: number
}

/** Both sides of a day, a model and a kind. */
export interface Compared {
  day: string
  model: string
  kind: InvoiceKind
  ledger: LedgerCell
  invoice: {
    tokens: number | null
    usd: Decimal | null
    lines: number
    /** Most decimal places that an amount of it has. */
    places: number
  }
}

/** Null: the file has none. */
export interface Totals {
  tokens: number | null
  usd: Decimal | null
}
