import { matchesGlob } from '../routing/glob.ts'
import { parseDecimal, plainText, timesDecimals } from './decimal.ts'
import type { ModelPrices, PriceTable, UnitPrice } from './price.ts'
import type { ServiceTier } from './service-tier.ts'

/** What was agreed with a provider for some of its models, or what a model of one's own costs. */
export interface PriceContract {
  provider: string
  /** A model's name by the provider, in which `*` stands for any run. */
  match: string
  /** Only calls that the provider serves so; absent: all. */
  serviceTier?: ServiceTier
  /** Milliseconds since the Unix epoch, in force from here; null: always was. */
  from: number | null
  /** No longer in force from here; null: no end. */
  to: number | null
  /** `contract@` and 12 hex digits over everything above and below. */
  version: string
  terms: ContractTerms
}

export type ContractTerms =
  /** Taken off every price of the published list: above 0, 100 at most. */
  | { discountPercent: string }
  | {
      /** US dollars for a million tokens. */
      tokens: ContractTokenPrices | null
      perRequest: string | null
      perHour: string | null
    }

export interface ContractTokenPrices {
  input: string
  output: string
  cached: string | null
  cacheWrite: string | null
  cacheWriteHour: string | null
  reasoning: string | null
  audioInput: string | null
  audioOutput: string | null
}

/**
 * A price list with contracts before it. Of several that match, one for the call's service tier counts, then one without `*`, then the
 * longest pattern, then the first. A discount on what the list lacks has no price either.
 */
export function withContracts(list: PriceTable, contracts: () => readonly PriceContract[]): PriceTable {
  return {
    version: list.version,
    find(provider, model, atMs, tier) {
      const published = list.find(provider, model, atMs, tier)
      const contract = contractFor(contracts(), { provider, model, atMs, tier: tier ?? null })
      return contract === null ? published : agreedPrices(contract, published, list.version)
    },
  }
}

function contractFor(
  all: readonly PriceContract[],
  { provider, model, atMs, tier }: { provider: string; model: string; atMs: number; tier: ServiceTier | null },
) {
  let best: PriceContract | null = null
  for (const one of all) {
    if (one.serviceTier && one.serviceTier !== tier) continue
    if (one.provider !== provider || (one.from ?? 0) > atMs || (one.to ?? Number.POSITIVE_INFINITY) <= atMs) continue
    if (matchesGlob(one.match, model) && (best === null || rankOf(one) > rankOf(best))) best = one
  }
  return best
}

/** A name is longer than any pattern, and what is for a tier goes before what is for all. */
const NAME_RANK = 1_000

function rankOf({ match, serviceTier }: PriceContract): number {
  const length = match.includes('*') ? match.replaceAll('*', '').length : NAME_RANK
  return serviceTier ? length + 2 * NAME_RANK : length
}

function agreedPrices(
  { terms, version, serviceTier }: PriceContract,
  published: ModelPrices | null,
  listVersion: string,
): ModelPrices | null {
  if ('discountPercent' in terms) {
    if (published === null) return null
    return {
      ...discounted(published, terms.discountPercent),
      version: `${listVersion}+${version}`,
      ...(serviceTier && { holdFor: serviceTier }),
      list: published,
    }
  }
  const { tokens, perRequest, perHour } = terms
  const price = (base: string | null): UnitPrice | null => (base === null ? null : { base, tiers: [] })
  const zero: UnitPrice = { base: '0', tiers: [] }
  return {
    input: price(tokens?.input ?? null) ?? zero,
    output: price(tokens?.output ?? null) ?? zero,
    cacheRead: price(tokens?.cached ?? null),
    cacheWrite: price(tokens?.cacheWrite ?? null),
    cacheWriteHour: price(tokens?.cacheWriteHour ?? null),
    reasoning: price(tokens?.reasoning ?? null),
    audioInput: price(tokens?.audioInput ?? null),
    audioOutput: price(tokens?.audioOutput ?? null),
    ...(perRequest !== null && { perRequest }),
    ...(perHour !== null && { perHour }),
    version,
    holdFor: serviceTier ?? 'all',
    list: published,
  }
}

function discounted(prices: ModelPrices, percent: string): ModelPrices {
  const { units, scale } = parseDecimal(percent)
  const left = { units: 100n * 10n ** BigInt(scale) - units, scale: scale + 2 }
  const cut = (price: string) => plainText(timesDecimals(parseDecimal(price), left))
  const off = (price: UnitPrice): UnitPrice => ({
    base: cut(price.base),
    tiers: price.tiers.map((tier) => ({ ...tier, price: cut(tier.price) })),
  })
  const maybe = (price: UnitPrice | null | undefined) => (price ? off(price) : null)
  return {
    input: off(prices.input),
    output: off(prices.output),
    cacheRead: maybe(prices.cacheRead),
    cacheWrite: maybe(prices.cacheWrite),
    cacheWriteHour: maybe(prices.cacheWriteHour),
    reasoning: maybe(prices.reasoning),
    audioInput: maybe(prices.audioInput),
    audioOutput: maybe(prices.audioOutput),
    ...(prices.perRequest !== undefined && { perRequest: cut(prices.perRequest) }),
  }
}
