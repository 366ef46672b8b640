import type { ChatRequest, Json, JsonObject, ToolCall, Usage } from '../../../domain/chat/types.ts'
import { ModelError } from '../../../ports/model-provider.ts'

export interface SimulatedAnswer {
  text: string
  toolCall: Omit<ToolCall, 'id'> | null
  finishReason: 'stop' | 'length' | 'tool_calls'
  choices: number
  usage: Usage
}

const CANNED = 'This is the simulated model: no provider is configured. It answers every question with this sentence.'
const UNITS_PER_TOKEN = 4

/**
 * What a simulated model answers. `simulated/echo`: the last message's text, or, where `tool_choice` names a function,
 * a call of it with `{"text": <that text>}`. `simulated/chat`: one fixed sentence. `stop`, `max_tokens` and `n` are kept.
 */
export function simulatedAnswer(model: string, request: ChatRequest): SimulatedAnswer {
  const name = model.replace(/^simulated\//, '')
  if (name !== 'echo' && name !== 'chat') {
    throw new ModelError('rejected', { status: 404, vendorCode: 'model_not_found', sent: false })
  }
  const said = name === 'echo' ? textOf(request.messages.at(-1)) : CANNED
  const called = name === 'echo' ? forcedFunction(request) : null
  const toolCall =
    called === null
      ? null
      : ({ type: 'function', function: { name: called, arguments: JSON.stringify({ text: said }) } } as const)
  const { text, cut } = limited(said, request)
  const choices = typeof request.n === 'number' ? request.n : 1
  const completion = choices * tokens(toolCall?.function.arguments ?? text)
  const prompt = promptTokens(request)
  return {
    text,
    toolCall,
    finishReason: toolCall !== null ? 'tool_calls' : cut ? 'length' : 'stop',
    choices,
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  }
}

function tokens(text: string): number {
  return Math.ceil(text.length / UNITS_PER_TOKEN)
}

function promptTokens(request: ChatRequest): number {
  let total = request.tools === undefined ? 0 : tokens(JSON.stringify(request.tools))
  for (const message of request.messages) {
    total += tokens(textOf(message))
    if (message.tool_calls !== undefined) total += tokens(JSON.stringify(message.tool_calls))
  }
  return total
}

function textOf(message: JsonObject | undefined): string {
  const content = message?.content
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map(partText).join('') : ''
}

function partText(part: Json): string {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return ''
  return typeof part.text === 'string' ? part.text : ''
}

function forcedFunction(request: ChatRequest): string | null {
  const choice = request.tool_choice
  if (typeof choice !== 'object' || choice === null || Array.isArray(choice)) return null
  const named = choice.function
  if (typeof named !== 'object' || named === null || Array.isArray(named)) return null
  return typeof named.name === 'string' ? named.name : null
}

function limited(said: string, request: ChatRequest): { text: string; cut: boolean } {
  let text = said
  const stops = typeof request.stop === 'string' ? [request.stop] : Array.isArray(request.stop) ? request.stop : []
  for (const stop of stops) {
    const at = typeof stop === 'string' && stop !== '' ? text.indexOf(stop) : -1
    if (at >= 0) text = text.slice(0, at)
  }
  const limit = request.max_completion_tokens ?? request.max_tokens
  const units = typeof limit === 'number' ? limit * UNITS_PER_TOKEN : text.length
  if (units >= text.length) return { text, cut: false }
  const kept = text.slice(0, units)
  return { text: kept.isWellFormed() || !text.isWellFormed() ? kept : kept.slice(0, -1), cut: true }
}
