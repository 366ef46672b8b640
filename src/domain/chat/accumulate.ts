import type { ChatChoice, ChatChunk, ChatCompletion, ToolCall, Usage } from './types.ts'

interface ChoiceSoFar {
  content: string | null
  refusal: string | null
  toolCalls: Map<number, ToolCall>
  finishReason: string | null
}

/**
 * Puts a stream's chunks together into the completion they amount to. Pure but for its own state; chunks of several
 * choices and tool calls may come in any order.
 */
export class CompletionAccumulator {
  private id = ''
  private created = 0
  private model = ''
  private fingerprint: string | null | undefined
  private usage: Usage | undefined
  private readonly choices = new Map<number, ChoiceSoFar>()

  add(chunk: ChatChunk): void {
    this.id ||= chunk.id
    this.created ||= chunk.created
    this.model ||= chunk.model
    this.fingerprint ??= chunk.system_fingerprint
    if (chunk.usage) this.usage = chunk.usage
    for (const choice of chunk.choices) {
      const soFar = this.choice(choice.index)
      const { content, refusal, tool_calls } = choice.delta
      if (typeof content === 'string') soFar.content = (soFar.content ?? '') + content
      if (typeof refusal === 'string') soFar.refusal = (soFar.refusal ?? '') + refusal
      for (const call of tool_calls ?? []) addToolCall(soFar.toolCalls, call)
      if (choice.finish_reason) soFar.finishReason = choice.finish_reason
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
      ...(this.fingerprint !== undefined && { system_fingerprint: this.fingerprint }),
    }
  }

  private choice(index: number): ChoiceSoFar {
    let soFar = this.choices.get(index)
    if (!soFar) {
      soFar = { content: null, refusal: null, toolCalls: new Map(), finishReason: null }
      this.choices.set(index, soFar)
    }
    return soFar
  }
}

function addToolCall(
  calls: Map<number, ToolCall>,
  delta: { index: number; id?: string; function?: { name?: string; arguments?: string } },
): void {
  const call = calls.get(delta.index) ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
  calls.set(delta.index, call)
  if (delta.id) call.id = delta.id
  call.function.name += delta.function?.name ?? ''
  call.function.arguments += delta.function?.arguments ?? ''
}

function asChoice(index: number, soFar: ChoiceSoFar, unfinished: string): ChatChoice {
  const toolCalls = [...soFar.toolCalls].sort(([a], [b]) => a - b).map(([, call]) => call)
  return {
    index,
    message: {
      role: 'assistant',
      content: soFar.content,
      ...(soFar.refusal !== null && { refusal: soFar.refusal }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    finish_reason: soFar.finishReason ?? unfinished,
  }
}

/** A completion as the chunks of a stream: one delta a choice, then its end, then the usage if it is wanted. */
export function chunksOf(completion: ChatCompletion, includeUsage: boolean): ChatChunk[] {
  const head = {
    id: completion.id,
    object: 'chat.completion.chunk' as const,
    created: completion.created,
    model: completion.model,
    ...(completion.system_fingerprint !== undefined && { system_fingerprint: completion.system_fingerprint }),
  }
  const chunks: ChatChunk[] = []
  for (const { index, message, finish_reason } of completion.choices) {
    const calls = message.tool_calls?.map((call, callIndex) => ({ index: callIndex, ...call }))
    const delta = {
      role: 'assistant' as const,
      content: message.content,
      ...(message.refusal !== undefined && { refusal: message.refusal }),
      ...(calls && { tool_calls: calls }),
    }
    chunks.push({ ...head, choices: [{ index, delta, finish_reason: null }] })
    chunks.push({ ...head, choices: [{ index, delta: {}, finish_reason }] })
  }
  if (includeUsage && completion.usage) chunks.push({ ...head, choices: [], usage: completion.usage })
  return chunks
}
