import { randomUUID } from 'node:crypto'
import type { ChatChunk, ChatCompletion, JsonObject } from '../../../domain/chat/types.ts'
import { type ModelCall, ModelError, type ModelProvider, type ProviderName } from '../../../ports/model-provider.ts'
import { parseJson, type VendorHttp } from '../http/client.ts'
import { EventReader } from '../http/server-sent-events.ts'
import { checkChunk, checkCompletion, type Defaults } from './check.ts'
import { embeddedError } from './errors.ts'

export interface OpenAiFormatOptions {
  name: ProviderName
  http: VendorHttp
  /** The path of a call for this model, below the base URL. */
  pathOf: (model: string) => string
  now?: () => number
  newId?: () => string
}

/** A provider that speaks OpenAI's chat completions over the given connection. The request goes as it is but for `model`. */
export function createOpenAiFormat(options: OpenAiFormatOptions): ModelProvider & { close(): Promise<void> } {
  const now = options.now ?? Date.now
  const newId = options.newId ?? randomUUID

  function defaults(call: ModelCall): Defaults {
    return { id: `chatcmpl-${newId()}`, created: Math.floor(now() / 1000), model: call.model }
  }

  async function complete(call: ModelCall): Promise<ChatCompletion> {
    const { stream: _stream, stream_options: _options, ...request } = call.request
    const body = JSON.stringify({ ...request, model: call.model })
    const text = await options.http.post({
      path: options.pathOf(call.model),
      body,
      accept: 'application/json',
      signal: call.signal,
    })
    const answer = parseJson(text)
    const error = embeddedError(answer)
    if (error !== null) throw error
    return checkCompletion(answer, defaults(call))
  }

  async function* stream(call: ModelCall): AsyncGenerator<ChatChunk> {
    const exchange = await options.http.open({
      path: options.pathOf(call.model),
      body: streamBody(call),
      accept: 'text/event-stream',
      signal: call.signal,
    })
    try {
      const reader = new EventReader(exchange)
      const head = defaults(call)
      for (let batch = await reader.read(); batch !== null; batch = await reader.read()) {
        for (const event of batch) {
          if (event.data === '[DONE]') {
            exchange.finish()
            return
          }
          const chunk = readChunk(event.data, head)
          if (chunk.choices.length > 0 || chunk.usage) yield chunk
        }
      }
      throw new ModelError('interrupted', { status: exchange.status })
    } finally {
      exchange.abandon()
    }
  }

  return { name: options.name, complete, stream, close: () => options.http.close() }
}

function streamBody(call: ModelCall): string {
  const asked = call.request.stream_options
  const kept: JsonObject = typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? asked : {}
  return JSON.stringify({
    ...call.request,
    model: call.model,
    stream: true,
    stream_options: { ...kept, include_usage: true },
  })
}

/** A chunk; the first one's id, time and model stand in where a later one leaves them out. */
function readChunk(data: string, head: Defaults): ChatChunk {
  const value = parseJson(data)
  const error = embeddedError(value)
  if (error !== null) throw error
  const chunk = checkChunk(value, head)
  if (chunk.choices.length > 0) {
    head.id = chunk.id
    head.created = chunk.created
    head.model = chunk.model
  }
  return chunk
}
