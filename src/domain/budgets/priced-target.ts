import { isPriced, type PriceTable } from '../cost/price.ts'
import { modelBehind } from '../routing/model-map.ts'
import type { ProviderName, RouteTarget, RoutingRules } from '../routing/types.ts'

/** A model that may answer, by the names that it is priced by. */
export interface PricedTarget {
  provider: ProviderName
  model: string
  alsoCalled?: string
}

/** A deployment has the price of the model that the configuration maps to it, or one by its own name. */
export function pricedTarget(target: RouteTarget, rules: RoutingRules): PricedTarget {
  return { provider: target.provider, model: modelBehind(target, rules), alsoCalled: target.model }
}

/** Those that nobody prices: what they cost is not known before a call nor after it. @param at milliseconds since the Unix epoch */
export function unpricedTargets(
  targets: readonly RouteTarget[],
  { rules, at, prices }: { rules: RoutingRules; at: number; prices: PriceTable },
): RouteTarget[] {
  return targets.filter((target) => !isPriced({ ...pricedTarget(target, rules), at, prices }))
}
