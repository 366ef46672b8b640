import { createGenaiPriceTable } from '../adapters/prices/genai-prices.ts'
import { ConfigError } from '../config/config-error.ts'
import { loadConfigFile } from '../config/file.ts'
import type { Config, TenantConfig } from '../config/types.ts'
import { unpricedTargets } from '../domain/budgets/priced-target.ts'
import { withContracts } from '../domain/cost/contract-prices.ts'
import { deployed, nameOfTarget, resolveModel } from '../domain/routing/model-map.ts'
import type { RouteTarget } from '../domain/routing/types.ts'
import { type Examination, fine, given, wrong } from './types.ts'

/** Whether the models that a tenant with hard limits may be answered by, as far as the file names them, have a price today. */
export const priceExaminations: readonly Examination[] = [
  {
    name: 'prices',
    required: false,
    run: async (examined) => {
      const file = given(examined, 'PALIMPSEST_CONFIG')
      const config = file === null ? null : loadValid(file, examined.env)
      const held = [...(config?.tenants.values() ?? [])].filter(hasHardLimit)
      if (config === null || held.length === 0) return null
      const prices = withContracts(createGenaiPriceTable(), () => config.prices)
      const asked = { rules: config.routing, at: Date.now(), prices }
      const without = new Set(
        held.flatMap((tenant) => unpricedTargets(namedTargets(config, tenant), asked).map(nameOfTarget)),
      )
      if (without.size === 0) return fine('every model that the file names for tenants with hard limits has a price')
      return wrong(
        `no price for ${[...without].sort().join(', ')}: tenants with hard limits are refused (price_unknown), or pass them where on_unknown_price is send`,
        'Give each a line under prices; "0" where it costs nothing.',
      )
    },
  },
]

/** Null where the file is not valid, which the check of the configuration tells. */
function loadValid(file: string, env: Readonly<Record<string, string | undefined>>): Config | null {
  try {
    return loadConfigFile(file, env)
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

function hasHardLimit({ budgets }: TenantConfig): boolean {
  return budgets.some(({ hardLimitUsd }) => hardLimitUsd !== null)
}

/** Those with a whole name; what a pattern stands for is known when it is asked for. */
function namedTargets({ routing }: Config, tenant: TenantConfig): RouteTarget[] {
  const whole = (name: string) => !name.includes('*')
  const names = [
    ...routing.models.flatMap(({ match, fallbacks }) => [match, ...fallbacks]),
    ...Object.values(tenant.tools).flatMap(({ models }) => models ?? []),
  ]
  const targets = [
    ...routing.models.flatMap(({ provider, model }) => (model === null ? [] : [{ provider, model }])),
    ...[...(tenant.routes ?? []), ...routing.routes].flatMap(({ use }) => use),
    ...Object.values(routing.regionDefaults),
  ]
  return [
    ...names.filter(whole).flatMap((name) => resolveModel(name, routing)),
    ...targets.map((one) => deployed(one, routing)),
  ]
}
