import type { ChatChunk, ChunkChoice, Usage } from '../../../domain/chat/types.ts'
import { ModelError } from '../../../ports/model-provider.ts'
import { parseJson } from '../http/client.ts'
import type { StreamDecoder } from '../http/provider.ts'
import { count, object, type Shape, string } from '../http/shape.ts'
import { finishReason, usageOf } from './answer.ts'
import { streamError } from './errors.ts'

interface OpenTool {
  /** Its place among the calls of the answer. */
  place: number
  started: boolean
}

/**
 * Anthropic's events as OpenAI's chunks, with the usage in a last one. Unknown events and kinds of blocks are passed
 * over, as Anthropic's versioning policy asks. Source: Anthropic docs, "Streaming messages".
 */
export class MessageStreamDecoder implements StreamDecoder {
  done = false
  #created: number
  #head: Pick<ChatChunk, 'id' | 'model'> | null = null
  #usage: Shape = {}
  #tools = new Map<number, OpenTool>()
  #finished = false

  constructor(created: number) {
    this.#created = created
  }

  decode(frame: string): ChatChunk[] {
    const event = object(parseJson(frame))
    switch (event.type) {
      case 'message_start':
        return this.#start(object(event.message))
      case 'content_block_start':
        return this.#blockStart(count(event.index), object(event.content_block))
      case 'content_block_delta':
        return this.#blockDelta(count(event.index), object(event.delta))
      case 'content_block_stop':
        return this.#blockStop(count(event.index))
      case 'message_delta':
        return this.#messageDelta(event)
      case 'message_stop':
        return this.#stop()
      case 'error':
        throw streamError(event)
      default:
        return []
    }
  }

  #start(message: Shape): ChatChunk[] {
    this.#head = { id: string(message.id), model: string(message.model) }
    this.#usage = object(message.usage)
    return this.#chunk({ role: 'assistant', content: '' })
  }

  #blockStart(index: number, block: Shape): ChatChunk[] {
    if (block.type === 'text') return block.text ? this.#chunk({ content: string(block.text) }) : []
    if (block.type !== 'tool_use') return []
    const place = this.#tools.size
    this.#tools.set(index, { place, started: false })
    const named = { name: string(block.name), arguments: '' }
    return this.#chunk({ tool_calls: [{ index: place, id: string(block.id), type: 'function', function: named }] })
  }

  #blockDelta(index: number, delta: Shape): ChatChunk[] {
    if (delta.type === 'text_delta') return this.#chunk({ content: string(delta.text) })
    const tool = this.#tools.get(index)
    if (delta.type !== 'input_json_delta' || tool === undefined) return []
    const part = string(delta.partial_json)
    if (part === '') return []
    tool.started = true
    return this.#chunk({ tool_calls: [{ index: tool.place, function: { arguments: part } }] })
  }

  /** A call without arguments streams none; OpenAI's clients parse what they collected, so they get an empty object. */
  #blockStop(index: number): ChatChunk[] {
    const tool = this.#tools.get(index)
    if (tool === undefined || tool.started) return []
    return this.#chunk({ tool_calls: [{ index: tool.place, function: { arguments: '{}' } }] })
  }

  #messageDelta(event: Shape): ChatChunk[] {
    for (const [key, value] of Object.entries(object(event.usage))) if (value !== null) this.#usage[key] = value
    const { stop_reason } = object(event.delta)
    if (stop_reason === null || stop_reason === undefined) return []
    this.#finished = true
    return this.#chunk({}, finishReason(stop_reason))
  }

  #stop(): ChatChunk[] {
    if (!this.#finished) throw new ModelError('malformed')
    this.done = true
    return [this.#body([], usageOf(this.#usage))]
  }

  #chunk(delta: ChunkChoice['delta'], finish_reason: string | null = null): ChatChunk[] {
    return [this.#body([{ index: 0, delta, logprobs: null, finish_reason }], null)]
  }

  #body(choices: ChunkChoice[], usage: Usage | null): ChatChunk {
    if (this.#head === null) throw new ModelError('malformed')
    return { ...this.#head, object: 'chat.completion.chunk', created: this.#created, choices, usage }
  }
}
