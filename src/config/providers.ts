import type { ProviderName } from '../domain/routing/types.ts'
import type { Environment } from './env.ts'

/** The providers that may be used in this process: those the environment configures, and the simulator in development. */
export function availableProviders(env: Pick<Environment, 'production' | 'providers'>): ReadonlySet<ProviderName> {
  const available = new Set<ProviderName>()
  if (env.providers.openai !== null) available.add('openai')
  if (env.providers.anthropic !== null) available.add('anthropic')
  if (env.providers.azure !== null) available.add('azure')
  if (env.providers.ollama !== null) available.add('ollama-local')
  if (!env.production) available.add('simulator')
  return available
}
