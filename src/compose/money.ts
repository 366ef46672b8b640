import { createGenaiPriceTable } from '../adapters/prices/genai-prices.ts'
import { createTokenCounter } from '../adapters/tokens/tokenizer.ts'
import type { Config } from '../config/types.ts'
import { hardLimits } from '../domain/budgets/budget.ts'
import { withContracts } from '../domain/cost/contract-prices.ts'

/** What calls cost and what they may: both by the configuration in force at the moment of use. */
export function buildMoney(config: Config) {
  return {
    prices: withContracts(createGenaiPriceTable(), () => config.prices),
    countTokens: createTokenCounter(),
    hardLimits: (tenantId: string) => hardLimits(config.tenants.get(tenantId)?.budgets ?? []),
  }
}
