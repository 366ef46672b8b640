import { randomUUID } from 'node:crypto'
import { createVendorHttp, type HttpOptions } from '../http/client.ts'
import { readJsonLines } from '../http/json-lines.ts'
import { type ClosableProvider, createProvider } from '../http/provider.ts'
import { ChatStreamDecoder, completionOf, type Naming } from './answer.ts'
import { chatBody } from './request.ts'

export interface OllamaOptions extends HttpOptions {
  /** A fresh id for each answer; a name for its calls grows out of it. */
  newId?: () => string
}

/** Ollama's own chat API, translated from and to OpenAI's format. A request it cannot express is a PalimpsestError. */
export function createOllamaProvider(options: OllamaOptions): ClosableProvider {
  const { newId = randomUUID, baseUrl, ...rest } = options
  const http = createVendorHttp({ ...rest, baseUrl: baseUrl.replace(/\/v1\/?$/, '') }, {}, ollamaCode)
  const naming = (): Naming => {
    const id = newId()
    const short = id.replaceAll('-', '').slice(-24)
    return { id: `chatcmpl-${id}`, callId: (place) => `call_${short}_${place}` }
  }
  return createProvider(
    {
      name: 'ollama-local',
      path: () => '/api/chat',
      models: { path: '/api/tags', list: 'models', name: 'name' },
      streamType: 'application/x-ndjson',
      body: chatBody,
      answer: (text) => completionOf(text, naming()),
      frames: readJsonLines,
      decoder: () => new ChatStreamDecoder(naming()),
    },
    http,
  )
}

/** Ollama has no codes, only sentences; that a model is not there is the one worth telling. */
function ollamaCode(body: unknown): string | null {
  const text = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  return typeof text === 'string' && /^model '.*' not found/.test(text) ? 'model_not_found' : null
}
