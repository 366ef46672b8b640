import { defaultModelRules } from '../domain/routing/model-map.ts'
import type { ProviderName } from '../domain/routing/types.ts'
import type { Config } from './types.ts'

/** Names without a wildcard that a usable provider answers, for `GET /v1/models`. */
export function listModels(
  config: Pick<Config, 'routing'>,
  available: ReadonlySet<ProviderName>,
): { id: string; ownedBy: string }[] {
  const named = [...config.routing.models, ...defaultModelRules].filter(
    ({ match, provider }) => !match.includes('*') && available.has(provider),
  )
  return [...new Map(named.map(({ match, provider }) => [match, { id: match, ownedBy: provider }])).values()]
}
