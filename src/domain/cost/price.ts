import {
  addFractions,
  type Decimal,
  type Fraction,
  fractionOf,
  parseDecimal,
  roundUsd,
  timesDecimals,
} from './decimal.ts'
import type { ServiceTier } from './service-tier.ts'

/** US dollars for a million tokens, as plain decimals. A tier holds for the whole call once its prompt is longer. */
export interface UnitPrice {
  base: string
  /** Ascending by `abovePromptTokens`. */
  tiers: readonly { abovePromptTokens: number; price: string }[]
}

/**
 * What a model costs. A missing price of cached, written or audio tokens means that they cost what others do; of those that are
 * written for an hour, that they cost what written ones do. Reasoning
 * tokens without a price of their own are tokens of the answer like others.
 */
export interface ModelPrices {
  input: UnitPrice
  output: UnitPrice
  cacheRead: UnitPrice | null
  cacheWrite: UnitPrice | null
  /** Of what is written to be kept for an hour. */
  cacheWriteHour?: UnitPrice | null
  reasoning?: UnitPrice | null
  audioInput?: UnitPrice | null
  audioOutput?: UnitPrice | null
  /** US dollars for a call, whatever it uses. */
  perRequest?: string
  /** US dollars for an hour of compute: the call is taken to occupy it from its start to the end of its answer. */
  perHour?: string
  /** Absent: the version of the list. */
  version?: string
  /** The calls that they are for; absent: those of the standard tier. */
  holdFor?: ServiceTier | 'all'
  /** What would be charged without the contract that these prices are; null where no list knows. Absent: no contract. */
  list?: ModelPrices | null
}

/** Prices by date. Same answer for the same arguments as long as the version that it names is the same. */
export interface PriceTable {
  /** Names list and edition, such as `genai-prices@0.1.8`. */
  version: string
  /** The prices in force at that time (milliseconds since the epoch), or null for a model that the list lacks. */
  find(provider: string, model: string, atMs: number, tier?: ServiceTier | null): ModelPrices | null
}

/** Prompt tokens count the cached, written and audio ones in; reasoning and audio tokens are part of the response's. */
export interface BilledUsage {
  promptTokens: number
  cachedTokens: number
  responseTokens: number
  /** Default 0, like those that follow. */
  reasoningTokens?: number
  /** Prompt tokens that were written into the vendor's cache. */
  cacheWriteTokens?: number
  /** Those of them that are kept for an hour. */
  cacheWriteHourTokens?: number
  audioPromptTokens?: number
  audioResponseTokens?: number
}

export interface PriceQuestion {
  provider: string
  /** The model that answered, by the vendor's name for it. */
  model: string
  /** Another name of it: its price counts where nobody prices the first one. */
  alsoCalled?: string
  /** How the provider served it; absent or null: by its standard. */
  serviceTier?: ServiceTier | null
  /** When it was asked, in milliseconds since the epoch. */
  at: number
  usage: BilledUsage
  /** Milliseconds from the start of the call to the end of its answer. Default 0. */
  computeMs?: number
  prices: PriceTable
}

export interface Price {
  /** US dollars with ten places. */
  costUsd: string
  /**
   * Prices that were applied: US dollars for a million tokens (`input_mtok`, `output_mtok`, …), for a call (`request`), for an
   * hour (`compute_hour`). Where a contract set them, the published ones stand beside them (`list_input_mtok`, …), and `list_usd`
   * is what the call costs by these. Empty: none.
   */
  unitPrices: Record<string, string>
  /** The price list's version; `free` where nobody charges. */
  priceVersion: string
  flags: ('price_unknown' | 'priced_as_standard')[]
}

const FREE = new Set(['simulator', 'ollama-local'])
const PER_MILLION = 6
const HOUR_MS = 3_600_000n
const NOTHING: Fraction = { numerator: 0n, denominator: 1n }
const FOR_FREE: Price = { costUsd: roundUsd(NOTHING), unitPrices: {}, priceVersion: 'free', flags: [] }

/**
 * What a call cost, without floating point: every price times what was used of it, summed exactly, rounded once, a half to the
 * even digit. The simulator and local models cost nothing unless the configuration prices them. A model that nobody prices costs
 * 0 and is flagged `price_unknown`; one that was served in another tier than the prices are for, `priced_as_standard`.
 */
export function priceOf({ provider, prices, ...used }: PriceQuestion): Price {
  const found = pricesFor({ provider, prices, ...used })
  if (FREE.has(provider) && found?.version === undefined) return FOR_FREE
  if (found === null) {
    return { costUsd: roundUsd(NOTHING), unitPrices: {}, priceVersion: prices.version, flags: ['price_unknown'] }
  }
  const { amount, unitPrices } = amountOf(found, used)
  if (found.list) {
    const published = amountOf(found.list, used)
    for (const [name, price] of Object.entries(published.unitPrices)) unitPrices[`list_${name}`] = price
    unitPrices.list_usd = roundUsd(published.amount)
  }
  const { serviceTier } = used
  const fits = !serviceTier || found.holdFor === 'all' || found.holdFor === serviceTier
  const flags: Price['flags'] = fits ? [] : ['priced_as_standard']
  return { costUsd: roundUsd(amount), unitPrices, priceVersion: found.version ?? prices.version, flags }
}

/** Whether somebody prices the model, or its provider charges nothing. */
export function isPriced(model: Omit<PriceQuestion, 'usage' | 'computeMs'>): boolean {
  return FREE.has(model.provider) || pricesFor(model) !== null
}

function pricesFor({ provider, prices, ...asked }: Omit<PriceQuestion, 'usage' | 'computeMs'>) {
  const { model, alsoCalled, at, serviceTier } = asked
  const find = (name: string) => prices.find(provider, name, at, serviceTier)
  return find(model) ?? (alsoCalled ? find(alsoCalled) : null)
}

function amountOf(found: ModelPrices, { usage, computeMs = 0 }: Pick<PriceQuestion, 'usage' | 'computeMs'>) {
  const unitPrices: Record<string, string> = {}
  let amount = NOTHING
  const add = (name: string, price: string, by: Decimal, over = 1n) => {
    unitPrices[name] = price
    amount = addFractions(amount, fractionOf(timesDecimals(parseDecimal(price), by), over))
  }
  for (const { name, tokens, price } of kindsOf(found, usage)) {
    add(name, priceAt(price, usage.promptTokens), { units: BigInt(tokens), scale: PER_MILLION })
  }
  if (found.perRequest !== undefined) add('request', found.perRequest, { units: 1n, scale: 0 })
  if (found.perHour !== undefined) {
    add('compute_hour', found.perHour, { units: BigInt(Math.max(0, Math.round(computeMs))), scale: 0 }, HOUR_MS)
  }
  return { amount, unitPrices }
}

/** What is billed apart, each token once. Input and output are always named, the others where there are any. */
function kindsOf(found: ModelPrices, usage: BilledUsage) {
  const {
    promptTokens,
    responseTokens,
    cachedTokens,
    cacheWriteTokens: written = 0,
    cacheWriteHourTokens: kept = 0,
  } = usage
  const { reasoningTokens = 0, audioPromptTokens: heard = 0, audioResponseTokens: said = 0 } = usage
  const special = [
    { name: 'cache_read_mtok', tokens: cachedTokens, price: found.cacheRead ?? found.input },
    { name: 'cache_write_mtok', tokens: written - kept, price: found.cacheWrite ?? found.input },
    { name: 'cache_write_1h_mtok', tokens: kept, price: found.cacheWriteHour ?? found.cacheWrite ?? found.input },
    { name: 'input_audio_mtok', tokens: heard, price: found.audioInput ?? found.input },
  ]
  const apart = [
    { name: 'output_audio_mtok', tokens: said, price: found.audioOutput ?? found.output },
    { name: 'reasoning_mtok', tokens: found.reasoning ? reasoningTokens : 0, price: found.reasoning ?? found.output },
  ]
  const sum = (kinds: typeof special) => kinds.reduce((total, { tokens }) => total + tokens, 0)
  return [
    { name: 'input_mtok', tokens: Math.max(0, promptTokens - sum(special)), price: found.input },
    { name: 'output_mtok', tokens: Math.max(0, responseTokens - sum(apart)), price: found.output },
    ...[...special, ...apart].filter(({ tokens }) => tokens > 0),
  ]
}

function priceAt(price: UnitPrice, promptTokens: number): string {
  return price.tiers.reduce((best, tier) => (promptTokens > tier.abovePromptTokens ? tier.price : best), price.base)
}
