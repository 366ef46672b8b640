import type { ChatChunk, ChatCompletion } from '../../../domain/chat/types.ts'
import { ModelError } from '../../../ports/model-provider.ts'
import { array, count, object, optionalString, type Shape, string } from '../http/shape.ts'

/** What a field is taken as when the answer leaves it out, as some servers that speak OpenAI's format do. */
export interface Defaults {
  id: string
  created: number
  model: string
}

/**
 * Checks an answer against "The chat completion object" of OpenAI's API reference: strict on what is read here,
 * fields unknown here are kept. The value is completed in place.
 */
export function checkCompletion(value: unknown, defaults: Defaults): ChatCompletion {
  const answer = object(value)
  const choices = array(answer.choices)
  if (choices.length === 0) throw new ModelError('malformed')
  head(answer, 'chat.completion', defaults)
  for (const [position, item] of choices.entries()) {
    const choice = object(item)
    choice.index = count(choice.index ?? position)
    choice.finish_reason = string(choice.finish_reason)
    const message = object(choice.message)
    message.role = 'assistant'
    message.content = optionalString(message.content)
    if (!toolCalls(message)) delete message.tool_calls
    for (const call of message.tool_calls === undefined ? [] : array(message.tool_calls)) fullToolCall(object(call))
  }
  usage(answer)
  if (answer.usage === undefined || answer.usage === null) delete answer.usage
  return answer as unknown as ChatCompletion
}

/** The same for "The chat completion chunk object". A chunk without choices is kept: it may carry the usage. */
export function checkChunk(value: unknown, defaults: Defaults): ChatChunk {
  const chunk = object(value)
  const choices = array(chunk.choices)
  head(chunk, 'chat.completion.chunk', defaults)
  for (const [position, item] of choices.entries()) {
    const choice = object(item)
    choice.index = count(choice.index ?? position)
    choice.finish_reason = optionalString(choice.finish_reason)
    choice.delta = object(choice.delta ?? {})
    const delta = choice.delta as Shape
    if (delta.content !== undefined) delta.content = optionalString(delta.content)
    if (!toolCalls(delta)) delete delta.tool_calls
    const calls = delta.tool_calls === undefined ? [] : array(delta.tool_calls)
    for (const [place, call] of calls.entries()) partToolCall(object(call), place)
  }
  usage(chunk)
  return chunk as unknown as ChatChunk
}

function head(answer: Shape, kind: string, defaults: Defaults): void {
  answer.object = kind
  if (answer.id === undefined || answer.id === null || answer.id === '') answer.id = defaults.id
  else string(answer.id)
  if (answer.model === undefined || answer.model === null || answer.model === '') answer.model = defaults.model
  else string(answer.model)
  answer.created = typeof answer.created === 'number' && answer.created > 0 ? answer.created : defaults.created
}

function toolCalls(message: Shape): boolean {
  return message.tool_calls !== undefined && message.tool_calls !== null
}

function fullToolCall(call: Shape): void {
  string(call.id)
  if ((call.type ?? 'function') !== 'function') throw new ModelError('malformed')
  call.type = 'function'
  const named = object(call.function)
  string(named.name)
  string(named.arguments)
}

function partToolCall(call: Shape, place: number): void {
  call.index = count(call.index ?? place)
  if (call.id === null) delete call.id
  if (call.id !== undefined) string(call.id)
  if (call.type === null) delete call.type
  if (call.type !== undefined && call.type !== 'function') throw new ModelError('malformed')
  if (call.function === undefined) return
  const named = object(call.function)
  for (const key of ['name', 'arguments']) {
    if (named[key] === null) delete named[key]
    if (named[key] !== undefined) string(named[key])
  }
}

function usage(answer: Shape): void {
  if (answer.usage === undefined || answer.usage === null) return
  const usage = object(answer.usage)
  const total = count(usage.prompt_tokens) + count(usage.completion_tokens ?? 0)
  usage.completion_tokens ??= 0
  usage.total_tokens = usage.total_tokens === undefined ? total : count(usage.total_tokens)
  for (const key of ['prompt_tokens_details', 'completion_tokens_details']) {
    if (usage[key] === null || usage[key] === undefined) delete usage[key]
    else details(object(usage[key]))
  }
}

const COUNTS = ['cached_tokens', 'cache_write_tokens', 'cache_write_1h_tokens', 'reasoning_tokens', 'audio_tokens']

function details(details: Shape): void {
  for (const key of COUNTS) {
    if (details[key] === null) delete details[key]
    if (details[key] !== undefined) count(details[key])
  }
}
