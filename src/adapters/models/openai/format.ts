import { randomUUID } from 'node:crypto'
import type { ChatChunk, ChatCompletion, JsonObject } from '../../../domain/chat/types.ts'
import type { ModelCall, ProviderName } from '../../../ports/model-provider.ts'
import { parseJson } from '../http/client.ts'
import type { ModelList, StreamDecoder, Wire } from '../http/provider.ts'
import { readEvents } from '../http/server-sent-events.ts'
import { checkChunk, checkCompletion, type Defaults } from './check.ts'
import { embeddedError } from './errors.ts'

export interface OpenAiFormatOptions {
  name: ProviderName
  /** The path of a call for this model, below the base URL. */
  path: (model: string) => string
  models?: ModelList
  now?: (() => number) | undefined
  newId?: (() => string) | undefined
}

/** OpenAI's chat completions. The request goes as it is but for `model` and the fields that ask for a stream. */
export function openAiFormat(options: OpenAiFormatOptions): Wire {
  const now = options.now ?? Date.now
  const newId = options.newId ?? randomUUID
  const defaults = (call: ModelCall): Defaults => ({
    id: `chatcmpl-${newId()}`,
    created: Math.floor(now() / 1000),
    model: call.model,
  })
  return {
    name: options.name,
    path: options.path,
    ...(options.models && { models: options.models }),
    streamType: 'text/event-stream',
    body: requestBody,
    answer: (text, call) => readAnswer(text, defaults(call)),
    frames: readEvents,
    decoder: (call) => new ChunkDecoder(defaults(call)),
  }
}

function requestBody(call: ModelCall, stream: boolean): string {
  const { stream: _stream, stream_options: asked, ...request } = call.request
  if (!stream) return JSON.stringify({ ...request, model: call.model })
  const kept: JsonObject = typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? asked : {}
  const stream_options = { ...kept, include_usage: true }
  return JSON.stringify({ ...request, model: call.model, stream: true, stream_options })
}

function readAnswer(text: string, defaults: Defaults): ChatCompletion {
  const answer = parseJson(text)
  const error = embeddedError(answer)
  if (error !== null) throw error
  return checkCompletion(answer, defaults)
}

/** Chunks as they come; the first one's id, time and model stand in where a later one leaves them out. */
class ChunkDecoder implements StreamDecoder {
  done = false
  #head: Defaults

  constructor(head: Defaults) {
    this.#head = head
  }

  decode(frame: string): ChatChunk[] {
    if (frame === '[DONE]') {
      this.done = true
      return []
    }
    const value = parseJson(frame)
    const error = embeddedError(value)
    if (error !== null) throw error
    const chunk = checkChunk(value, this.#head)
    if (chunk.choices.length > 0) this.#head = { id: chunk.id, created: chunk.created, model: chunk.model }
    else if (!chunk.usage) return []
    return [chunk]
  }
}
