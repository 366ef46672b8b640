import type { ModelProvider } from '../../../ports/model-provider.ts'
import { createVendorHttp, type HttpOptions } from '../http/client.ts'
import { openAiCode } from './errors.ts'
import { createOpenAiFormat } from './format.ts'

export interface OpenAiOptions extends Omit<HttpOptions, 'baseUrl'> {
  apiKey: string
  /** Default `https://api.openai.com/v1`. */
  baseUrl?: string
  newId?: () => string
}

/** OpenAI's chat completions, or any server that speaks them. Source: OpenAI API reference, "Create chat completion". */
export function createOpenAiProvider(options: OpenAiOptions): ModelProvider & { close(): Promise<void> } {
  const { apiKey, baseUrl = 'https://api.openai.com/v1', newId, ...rest } = options
  const http = createVendorHttp({ ...rest, baseUrl }, { authorization: `Bearer ${apiKey}` }, openAiCode)
  return createOpenAiFormat({
    name: 'openai',
    http,
    pathOf: () => '/chat/completions',
    ...(rest.now && { now: rest.now }),
    ...(newId && { newId }),
  })
}
