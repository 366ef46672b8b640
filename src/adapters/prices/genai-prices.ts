import { readFileSync } from 'node:fs'
import { calcPrice, type ModelPrice } from '@pydantic/genai-prices'
import { LRUCache } from 'lru-cache'
import { decimalText } from '../../domain/cost/decimal.ts'
import type { ModelPrices, PriceTable, UnitPrice } from '../../domain/cost/price.ts'

const MINUTE_MS = 60_000
const CACHED = 500

/**
 * The price list that comes with `@pydantic/genai-prices`; nothing is fetched. Prices may change with the date and the
 * hour, so a lookup holds for a minute. A model that is priced by anything but tokens counts as unknown.
 */
export function createGenaiPriceTable(): PriceTable {
  const cache = new LRUCache<string, { prices: ModelPrices | null }>({ max: CACHED })
  return {
    version: `genai-prices@${packageVersion()}`,
    find(provider, model, atMs) {
      const minute = Math.floor(atMs / MINUTE_MS)
      const key = JSON.stringify([provider, model, minute])
      const cached = cache.get(key)
      if (cached !== undefined) return cached.prices
      const prices = lookUp(provider, model, new Date(minute * MINUTE_MS))
      cache.set(key, { prices })
      return prices
    },
  }
}

function lookUp(providerId: string, model: string, timestamp: Date): ModelPrices | null {
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId, timestamp })
  if (found === null) return null
  const input = unitPrice(found.model_price.input_mtok)
  const output = unitPrice(found.model_price.output_mtok)
  if (input === null || output === null) return null
  return {
    input,
    output,
    cacheRead: unitPrice(found.model_price.cache_read_mtok),
    cacheWrite: unitPrice(found.model_price.cache_write_mtok),
    cacheWriteHour: unitPrice(found.model_price.cache_write_1h_mtok),
    audioInput: unitPrice(found.model_price.input_audio_mtok),
    audioOutput: unitPrice(found.model_price.output_audio_mtok),
  }
}

function unitPrice(price: ModelPrice[string]): UnitPrice | null {
  if (price === undefined) return null
  if (typeof price === 'number') return { base: decimalText(price), tiers: [] }
  const tiers = price.tiers.toSorted((a, b) => a.start - b.start)
  return {
    base: decimalText(price.base),
    tiers: tiers.map((tier) => ({ abovePromptTokens: tier.start, price: decimalText(tier.price) })),
  }
}

function packageVersion(): string {
  const entry = import.meta.resolve('@pydantic/genai-prices')
  const manifest = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as { version: string }
  return manifest.version
}
