import { randomUUID } from 'node:crypto'
import { createAnthropicProvider } from '../adapters/models/anthropic/provider.ts'
import { createAzureProvider } from '../adapters/models/azure/provider.ts'
import type { ClosableProvider } from '../adapters/models/http/provider.ts'
import { createOllamaProvider } from '../adapters/models/ollama/provider.ts'
import { createOpenAiProvider } from '../adapters/models/openai/provider.ts'
import { createSimulatorProvider } from '../adapters/models/simulator/provider.ts'
import type { Environment } from '../config/env.ts'
import type { Config } from '../config/types.ts'
import type { ProviderName } from '../domain/routing/types.ts'

/** The providers that the environment configures, and in development the simulator. */
export function buildProviders(
  env: Pick<Environment, 'production' | 'providers'>,
  config: Pick<Config, 'providers'>,
): Map<ProviderName, ClosableProvider> {
  const { openai, anthropic, azure, ollama } = env.providers
  const limits = (name: ProviderName) => {
    const { connectTimeoutMs = null, idleTimeoutMs = null } = config.providers[name] ?? {}
    return {
      ...(connectTimeoutMs !== null && { connectTimeoutMs }),
      ...(idleTimeoutMs !== null && { idleTimeoutMs }),
      now: Date.now,
    }
  }
  const built = new Map<ProviderName, ClosableProvider>()
  if (openai) built.set('openai', createOpenAiProvider({ ...openai, ...limits('openai') }))
  if (anthropic) built.set('anthropic', createAnthropicProvider({ ...anthropic, ...limits('anthropic') }))
  if (azure) {
    const apiVersion = config.providers.azure?.apiVersion
    built.set(
      'azure',
      createAzureProvider({
        apiKey: azure.apiKey,
        endpoint: azure.baseUrl,
        ...(apiVersion && { apiVersion }),
        ...limits('azure'),
      }),
    )
  }
  if (ollama) built.set('ollama-local', createOllamaProvider({ baseUrl: ollama.baseUrl, ...limits('ollama-local') }))
  if (!env.production) built.set('simulator', createSimulatorProvider({ now: Date.now, newId: randomUUID }))
  return built
}
