import { createVendorHttp, type HttpOptions } from '../http/client.ts'
import { type ClosableProvider, createProvider } from '../http/provider.ts'
import { openAiCode } from './errors.ts'
import { openAiFormat } from './format.ts'

export interface OpenAiOptions extends Omit<HttpOptions, 'baseUrl'> {
  apiKey: string
  /** Default `https://api.openai.com/v1`. */
  baseUrl?: string
  /** For answers of compatible servers that come without an id. */
  newId?: () => string
}

/** "List models" of the same reference: all of them at once. */
const MODELS = { path: '/models', list: 'data', name: 'id' }

/** OpenAI's chat completions, or any server that speaks them. Source: OpenAI API reference, "Create chat completion". */
export function createOpenAiProvider(options: OpenAiOptions): ClosableProvider {
  const { apiKey, baseUrl = 'https://api.openai.com/v1', newId, ...rest } = options
  const http = createVendorHttp({ ...rest, baseUrl }, { authorization: `Bearer ${apiKey}` }, openAiCode)
  const path = () => '/chat/completions'
  return createProvider(openAiFormat({ name: 'openai', path, models: MODELS, now: rest.now, newId }), http)
}
