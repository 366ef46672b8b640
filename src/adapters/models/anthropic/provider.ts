import { createVendorHttp, type HttpOptions } from '../http/client.ts'
import { type ClosableProvider, createProvider } from '../http/provider.ts'
import { readEvents } from '../http/server-sent-events.ts'
import { completionOf } from './answer.ts'
import { anthropicCode } from './errors.ts'
import { messagesBody } from './request.ts'
import { MessageStreamDecoder } from './stream.ts'

export interface AnthropicOptions extends Omit<HttpOptions, 'baseUrl'> {
  apiKey: string
  /** Default `https://api.anthropic.com`. */
  baseUrl?: string
}

/** The version of the API that requests and answers are written in. */
const VERSION = '2023-06-01'

/** "List Models" of Anthropic's reference, on one page. */
const MODELS = { path: '/v1/models?limit=1000', list: 'data', name: 'id' }

/** Anthropic's Messages API, translated from and to OpenAI's format. A request it cannot express is a PalimpsestError. */
export function createAnthropicProvider(options: AnthropicOptions): ClosableProvider {
  const { apiKey, baseUrl = 'https://api.anthropic.com', now = Date.now, ...rest } = options
  const headers = { 'x-api-key': apiKey, 'anthropic-version': VERSION }
  const http = createVendorHttp({ ...rest, baseUrl, now }, headers, anthropicCode)
  const seconds = () => Math.floor(now() / 1000)
  return createProvider(
    {
      name: 'anthropic',
      path: () => '/v1/messages',
      models: MODELS,
      streamType: 'text/event-stream',
      body: messagesBody,
      answer: (text) => completionOf(text, seconds()),
      frames: readEvents,
      decoder: () => new MessageStreamDecoder(seconds()),
    },
    http,
  )
}
