import { createVendorHttp, type HttpOptions } from '../http/client.ts'
import { type ClosableProvider, createProvider } from '../http/provider.ts'
import { openAiCode } from '../openai/errors.ts'
import { openAiFormat } from '../openai/format.ts'

export interface AzureOptions extends Omit<HttpOptions, 'baseUrl'> {
  apiKey: string
  /** The resource's address, `https://<resource>.openai.azure.com`. */
  endpoint: string
  /** Default `2024-10-21`, the newest dated version that is generally available. */
  apiVersion?: string
  newId?: () => string
}

/**
 * Azure OpenAI's chat completions. The model of a call is the deployment's name. What the content filter adds to answers
 * is kept; chunks that hold nothing else are dropped. Source: Azure OpenAI REST reference, data plane, 2024-10-21.
 */
export function createAzureProvider(options: AzureOptions): ClosableProvider {
  const { apiKey, endpoint, apiVersion = '2024-10-21', newId, ...rest } = options
  const query = `?api-version=${encodeURIComponent(apiVersion)}`
  const path = (deployment: string) => `/openai/deployments/${encodeURIComponent(deployment)}/chat/completions${query}`
  const http = createVendorHttp({ ...rest, baseUrl: endpoint }, { 'api-key': apiKey }, openAiCode)
  return createProvider(openAiFormat({ name: 'azure', path, now: rest.now, newId }), http)
}
