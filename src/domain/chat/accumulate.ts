import { keepLast, mergeDelta, merged, withoutIndexes } from './merge-delta.ts'
import type {
  ChatChoice,
  ChatChunk,
  ChatCompletion,
  ChunkChoice,
  Json,
  JsonObject,
  ToolCall,
  ToolCallDelta,
  Usage,
} from './types.ts'

interface ChoiceSoFar {
  message: JsonObject
  /** Lists of tokens; null: the provider said that it tells none. */
  logprobs: Json | undefined
  finishReason: string | null
  /** What else stands beside a delta. */
  beside: JsonObject
}

/**
 * Puts a stream's chunks together into the completion they amount to, with every field that they have: what a provider adds
 * is in both or in neither. Pure but for its own state; chunks of several choices and tool calls may come in any order.
 */
export class CompletionAccumulator {
  private id = ''
  private created = 0
  private model = ''
  private usage: Usage | undefined
  private readonly beside: JsonObject = {}
  private readonly choices = new Map<number, ChoiceSoFar>()

  add(chunk: ChatChunk): void {
    const {
      id,
      object: _,
      created,
      model,
      choices,
      usage,
      obfuscation: __,
      ...beside
    } = chunk as ChatChunk & JsonObject
    this.id ||= id
    this.created ||= created
    this.model ||= model
    if (usage) this.usage = usage
    keepLast(this.beside, beside)
    for (const { index, delta, finish_reason, logprobs, ...more } of choices) {
      const soFar = this.choice(index)
      mergeDelta(soFar.message, delta as JsonObject)
      if (logprobs !== undefined) soFar.logprobs = merged(soFar.logprobs, logprobs, 'logprobs')
      if (finish_reason) soFar.finishReason = finish_reason
      keepLast(soFar.beside, more)
    }
  }

  /** The completion so far. Choices that did not finish get `unfinished` as their finish reason. */
  completion(unfinished = 'stop'): ChatCompletion {
    const choices = [...this.choices]
      .sort(([a], [b]) => a - b)
      .map(([index, soFar]) => asChoice(index, soFar, unfinished))
    return {
      id: this.id,
      object: 'chat.completion',
      created: this.created,
      model: this.model,
      choices,
      ...(this.usage && { usage: this.usage }),
      ...this.beside,
    }
  }

  private choice(index: number): ChoiceSoFar {
    let soFar = this.choices.get(index)
    if (!soFar) {
      soFar = { message: {}, logprobs: undefined, finishReason: null, beside: {} }
      this.choices.set(index, soFar)
    }
    return soFar
  }
}

function asChoice(index: number, soFar: ChoiceSoFar, unfinished: string): ChatChoice {
  const { role: _, content, tool_calls, ...message } = soFar.message
  const calls = wholeCalls((tool_calls ?? []) as unknown as ToolCallDelta[])
  return {
    ...soFar.beside,
    index,
    message: {
      role: 'assistant',
      content: typeof content === 'string' ? content : null,
      ...(withoutIndexes(message) as JsonObject),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    ...(soFar.logprobs !== undefined && { logprobs: soFar.logprobs }),
    finish_reason: soFar.finishReason ?? unfinished,
  }
}

/** Calls in their order; one that was cut off may lack what had not come yet. */
function wholeCalls(calls: readonly ToolCallDelta[]): ToolCall[] {
  return calls
    .toSorted((a, b) => a.index - b.index)
    .map(({ index: _, ...call }) => ({
      ...call,
      id: call.id ?? '',
      type: 'function',
      function: { ...call.function, name: call.function?.name ?? '', arguments: call.function?.arguments ?? '' },
    }))
}

/**
 * A completion as the chunks of a stream, in the order of OpenAI's: of each choice its role, its delta with all that came with
 * it, and its end; then the usage if it is wanted. Clients take the first chunk of a choice for its beginning alone.
 */
export function chunksOf(completion: ChatCompletion, includeUsage: boolean): ChatChunk[] {
  const { id, object: _, created, model, choices, usage, ...beside } = completion
  const head = { id, object: 'chat.completion.chunk' as const, created, model, ...beside }
  const chunks: ChatChunk[] = []
  for (const { index, message, finish_reason, logprobs, ...more } of choices) {
    const { role, tool_calls, ...said } = message
    const calls = tool_calls?.map((call, callIndex) => ({ index: callIndex, ...call }))
    const delta = { ...said, ...(calls && { tool_calls: calls }) }
    const untold = logprobs === undefined ? {} : { logprobs: null }
    const choicesInTurn: ChunkChoice[] = [
      { index, delta: { role, content: said.content === null ? null : '' }, ...untold, finish_reason: null },
      { index, delta, ...(logprobs !== undefined && { logprobs }), ...more, finish_reason: null },
      { index, delta: {}, ...untold, finish_reason },
    ]
    for (const choice of choicesInTurn) {
      chunks.push({ ...head, choices: [choice], ...(includeUsage && { usage: null }) })
    }
  }
  if (includeUsage && usage) chunks.push({ ...head, choices: [], usage })
  return chunks
}
