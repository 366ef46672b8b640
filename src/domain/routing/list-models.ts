/** Which models an app can name, and who would answer them. */
import { matchesGlob } from './glob.ts'
import { defaultModelRules, nameOfTarget, resolveModel } from './model-map.ts'
import type { ProviderName, RoutingRules } from './types.ts'

export interface ListedModel {
  /** As an app names it. */
  id: string
  provider: ProviderName
}

interface Reach {
  rules: RoutingRules
  /** Providers that are configured. */
  available: ReadonlySet<ProviderName>
}

/** The providers' own names of what they offer, as far as they told. */
export type OfferedModels = ReadonlyMap<ProviderName, readonly string[]>

/**
 * Every name in full by which routing reaches a configured provider: those that the configuration writes out, and those of
 * what the providers say they offer that a rule knows. Each once, in that order.
 */
export function listModels(reach: Reach, offered: OfferedModels = new Map()): ListedModel[] {
  const listed = new Map<string, ListedModel>()
  for (const id of writtenOut(reach.rules)) {
    const provider = answererOf(id, reach)
    if (provider !== null) listed.set(id, { id, provider })
  }
  for (const [provider, models] of offered) {
    for (const id of models.flatMap((model) => [nameOfTarget({ provider, model }), model])) {
      if (!listed.has(id) && answererOf(id, reach) === provider) listed.set(id, { id, provider })
    }
  }
  return [...listed.values()]
}

/** Who would answer a model of this name, where nothing speaks against it; null: nobody. */
export function answererOf(id: string, { rules, available }: Reach): ProviderName | null {
  const isConfigured = ({ provider }: { provider: ProviderName }) => available.has(provider)
  const named = rules.routes.filter(({ when }) => when.model !== undefined && matchesGlob(when.model, id))
  const targets = [...resolveModel(id, rules), ...named.flatMap(({ use }) => use)]
  return targets.find(isConfigured)?.provider ?? null
}

/** Names without a wildcard that stand in the rules. */
function writtenOut({ models, routes, regionDefaults, providers }: RoutingRules): string[] {
  const all = [...models, ...defaultModelRules]
  const targets = [...routes.flatMap(({ use }) => use), ...Object.values(regionDefaults)]
  const deployments = Object.keys(providers.azure?.deployments ?? {})
  return [
    ...all.map(({ match }) => match),
    ...all.flatMap(({ fallbacks }) => fallbacks),
    ...routes.flatMap(({ when }) => when.model ?? []),
    ...deployments.flatMap((model) => [model, nameOfTarget({ provider: 'azure', model })]),
    ...targets.map(nameOfTarget),
  ].filter((name) => !name.includes('*'))
}
