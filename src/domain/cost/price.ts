import { addDecimals, type Decimal, formatUsd, parseDecimal } from './decimal.ts'

/** US dollars for a million tokens, as plain decimals. A tier holds for the whole call once its prompt is longer. */
export interface UnitPrice {
  base: string
  /** Ascending by `abovePromptTokens`. */
  tiers: readonly { abovePromptTokens: number; price: string }[]
}

/** What a model costs. A missing cache price means that cached tokens cost what others do. */
export interface ModelPrices {
  input: UnitPrice
  output: UnitPrice
  cacheRead: UnitPrice | null
  cacheWrite: UnitPrice | null
}

/** A published price list. Same answer for the same arguments as long as `version` is the same. */
export interface PriceTable {
  /** Names list and edition, such as `genai-prices@0.1.8`. */
  version: string
  /** The prices in force at that time (milliseconds since the epoch), or null for a model that the list lacks. */
  find(provider: string, model: string, atMs: number): ModelPrices | null
}

/** Prompt tokens count the cached ones in; reasoning tokens are part of the response's. */
export interface BilledUsage {
  promptTokens: number
  cachedTokens: number
  responseTokens: number
  /** Prompt tokens that were written into the vendor's cache. Default 0. */
  cacheWriteTokens?: number
}

export interface PriceQuestion {
  provider: string
  /** The model that answered, by the vendor's name for it. */
  model: string
  /** When it was asked, in milliseconds since the epoch. */
  at: number
  usage: BilledUsage
  prices: PriceTable
}

export interface Price {
  /** US dollars with ten places. */
  costUsd: string
  /** Prices that were applied, in US dollars for a million tokens: `input_mtok`, `output_mtok`, … Empty: none. */
  unitPrices: Record<string, string>
  /** The price list's version; `free` where nobody charges. */
  priceVersion: string
  flags: 'price_unknown'[]
}

const FREE = new Set(['simulator', 'ollama-local'])
const PER_MILLION = 6

/**
 * What a call cost, without floating point: every price times its tokens, summed exactly, rounded once. The simulator
 * and local models cost nothing. A model that the price list lacks costs 0 and is flagged `price_unknown`.
 */
export function priceOf(question: PriceQuestion): Price {
  const { provider, model, at, usage, prices } = question
  if (FREE.has(provider)) return { costUsd: formatUsd(zero), unitPrices: {}, priceVersion: 'free', flags: [] }
  const found = prices.find(provider, model, at)
  if (found === null) {
    return { costUsd: formatUsd(zero), unitPrices: {}, priceVersion: prices.version, flags: ['price_unknown'] }
  }
  const written = usage.cacheWriteTokens ?? 0
  const plain = Math.max(0, usage.promptTokens - usage.cachedTokens - written)
  const unitPrices: Record<string, string> = {}
  let total: Decimal = zero
  const charge = (name: string, tokens: number, price: UnitPrice) => {
    const applied = priceAt(price, usage.promptTokens)
    unitPrices[name] = applied
    total = addDecimals(total, times(applied, tokens))
  }
  charge('input_mtok', plain, found.input)
  charge('output_mtok', usage.responseTokens, found.output)
  if (usage.cachedTokens > 0) charge('cache_read_mtok', usage.cachedTokens, found.cacheRead ?? found.input)
  if (written > 0) charge('cache_write_mtok', written, found.cacheWrite ?? found.input)
  return { costUsd: formatUsd(total), unitPrices, priceVersion: prices.version, flags: [] }
}

const zero: Decimal = { units: 0n, scale: 0 }

function priceAt(price: UnitPrice, promptTokens: number): string {
  return price.tiers.reduce((best, tier) => (promptTokens > tier.abovePromptTokens ? tier.price : best), price.base)
}

function times(perMillion: string, tokens: number): Decimal {
  const price = parseDecimal(perMillion)
  return { units: price.units * BigInt(tokens), scale: price.scale + PER_MILLION }
}
