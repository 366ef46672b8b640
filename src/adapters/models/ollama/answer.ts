import type { ChatChunk, ChatCompletion, ChunkChoice, ToolCall, Usage } from '../../../domain/chat/types.ts'
import { ModelError } from '../../../ports/model-provider.ts'
import { parseJson } from '../http/client.ts'
import { parseExactly } from '../http/exact-json.ts'
import type { StreamDecoder } from '../http/provider.ts'
import { array, object, optionalCount, optionalString, type Shape, string } from '../http/shape.ts'

/** What Ollama's answers lack: the id of the answer and, before newer versions, those of tool calls. */
export interface Naming {
  id: string
  /** The id of the answer's n-th call, counted from 0. */
  callId: (place: number) => string
}

/** Ollama's answer as OpenAI's completion. Thinking has no place there and is left out. */
export function completionOf(text: string, naming: Naming): ChatCompletion {
  const answer = readFrame(text)
  if (answer.done !== true) throw new ModelError('malformed')
  const message = object(answer.message)
  const content = optionalString(message.content) ?? ''
  const calls = toolCallsOf(text, message, naming, 0)
  return {
    id: naming.id,
    object: 'chat.completion',
    created: createdOf(answer),
    model: string(answer.model),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 && content === '' ? null : content,
          refusal: null,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: finishReason(answer.done_reason, calls.length > 0),
      },
    ],
    usage: usageOf(answer),
  }
}

/** Ollama's lines as OpenAI's chunks, with the usage in a last one. A call comes whole in one line. */
export class ChatStreamDecoder implements StreamDecoder {
  done = false
  #naming: Naming
  #calls = 0
  #first = true

  constructor(naming: Naming) {
    this.#naming = naming
  }

  decode(frame: string): ChatChunk[] {
    const line = readFrame(frame)
    const message = object(line.message)
    const calls = toolCallsOf(frame, message, this.#naming, this.#calls)
    const content = optionalString(message.content) ?? ''
    const deltas: ChunkChoice['delta'][] = []
    if (this.#first) deltas.push({ role: 'assistant', content: '' })
    if (content !== '') deltas.push({ content })
    if (calls.length > 0) {
      deltas.push({ tool_calls: calls.map((call, place) => ({ ...call, index: this.#calls + place })) })
    }
    this.#first = false
    this.#calls += calls.length
    const head = { id: this.#naming.id, model: string(line.model), created: createdOf(line) }
    const chunk = (choices: ChunkChoice[], usage: Usage | null = null): ChatChunk => ({
      ...head,
      object: 'chat.completion.chunk',
      choices,
      usage,
    })
    const choice = (delta: ChunkChoice['delta'], finish_reason: string | null = null) =>
      chunk([{ index: 0, delta, logprobs: null, finish_reason }])
    const chunks = deltas.map((delta) => choice(delta))
    if (line.done !== true) return chunks
    this.done = true
    return [...chunks, choice({}, finishReason(line.done_reason, this.#calls > 0)), chunk([], usageOf(line))]
  }
}

function readFrame(text: string): Shape {
  const frame = object(parseJson(text))
  if ('error' in frame) throw new ModelError('unavailable', { status: 200 })
  return frame
}

/** The calls, read once more so that every number in their arguments stays as the model wrote it. */
function toolCallsOf(text: string, message: Shape, naming: Naming, before: number): ToolCall[] {
  if (message.tool_calls === undefined || message.tool_calls === null) return []
  return array(object(object(parseExactly(text)).message).tool_calls).map((item, place) => {
    const call = object(item)
    const named = object(call.function)
    const id = typeof call.id === 'string' && call.id !== '' ? call.id : naming.callId(before + place)
    return {
      id,
      type: 'function',
      function: { name: string(named.name), arguments: JSON.stringify(object(named.arguments)) },
    }
  })
}

function finishReason(reason: unknown, called: boolean): string {
  if (reason === 'length') return 'length'
  return called ? 'tool_calls' : 'stop'
}

/** Ollama leaves a count of 0 out, as of a prompt that it had in its cache. */
function usageOf(answer: Shape): Usage {
  const prompt = optionalCount(answer.prompt_eval_count)
  const completion = optionalCount(answer.eval_count)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}

function createdOf(answer: Shape): number {
  const ms = Date.parse(string(answer.created_at))
  if (Number.isNaN(ms)) throw new ModelError('malformed')
  return Math.floor(ms / 1000)
}
