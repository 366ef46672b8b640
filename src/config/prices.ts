import { createHash } from 'node:crypto'
import type { ContractTerms, PriceContract } from '../domain/cost/contract-prices.ts'
import { jcs } from '../domain/ledger/json.ts'
import type { PriceFile } from './schema-prices.ts'

/** Contracts in the order of the file. The same lines have the same version on every machine. */
export function buildPrices(file: readonly PriceFile[]): PriceContract[] {
  return file.map((price) => ({
    provider: price.provider,
    match: price.match,
    ...(price.service_tier && { serviceTier: price.service_tier }),
    from: dayOf(price.from),
    to: dayOf(price.to),
    version: `contract@${createHash('sha256').update(jcs(price), 'utf8').digest('hex').slice(0, 12)}`,
    terms: termsOf(price),
  }))
}

/** The beginning of a day in UTC. */
function dayOf(day: string | undefined): number | null {
  return day === undefined ? null : Date.parse(`${day}T00:00:00Z`)
}

function termsOf(price: PriceFile): ContractTerms {
  if (price.discount_percent !== undefined) return { discountPercent: price.discount_percent }
  const tokens = price.per_million
  return {
    tokens: tokens
      ? {
          input: tokens.input,
          output: tokens.output,
          cached: tokens.cached ?? null,
          cacheWrite: tokens.cache_write ?? null,
          cacheWriteHour: tokens.cache_write_1h ?? null,
          reasoning: tokens.reasoning ?? null,
          audioInput: tokens.audio_input ?? null,
          audioOutput: tokens.audio_output ?? null,
        }
      : null,
    perRequest: price.per_request ?? null,
    perHour: price.per_hour ?? null,
  }
}
