import { ANTHROPIC_ANSWER_TOKENS } from '../../../domain/chat/answer-length.ts'
import type { ChatRequest, Json, JsonObject } from '../../../domain/chat/types.ts'
import type { ModelCall } from '../../../ports/model-provider.ts'
import { refuse, refuseValue } from '../http/refuse.ts'
import { conversationOf } from './messages.ts'

/**
 * Hints that change nothing an app can rely on; they are left out. Identities (`user`, `safety_identifier`) and what an
 * app keeps at OpenAI (`metadata`, `store`) never go to another vendor.
 */
const LEFT_OUT = new Set([
  'metadata',
  'modalities',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'seed',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'user',
  'verbosity',
])

const TRANSLATED = new Set([
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'model',
  'n',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'stop',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
])

/**
 * The body of `POST /v1/messages` for an OpenAI request. Source: Anthropic API reference, "Create a message", version
 * 2023-06-01. `seed` and other hints are left out; what would change the answer's shape is refused.
 *
 * @throws PalimpsestError 400 `unsupported_parameter` or `unsupported_value`
 */
export function messagesBody(call: ModelCall, stream: boolean): string {
  const { request } = call
  refuseForeign(request)
  const { system, turns, called } = conversationOf(request)
  return JSON.stringify({
    model: call.model,
    max_tokens: request.max_completion_tokens ?? request.max_tokens ?? ANTHROPIC_ANSWER_TOKENS,
    ...(system.length > 0 && { system }),
    messages: turns,
    ...toolFields(request, called),
    ...sampling(request),
    ...outputConfig(request),
    ...(stream && { stream }),
  })
}

function refuseForeign(request: ChatRequest): void {
  for (const key of Object.keys(request)) {
    if (LEFT_OUT.has(key) || TRANSLATED.has(key) || request[key] === null) continue
    refuse('*', "A field of this request means nothing to Anthropic's models: leave it out or ask a model of OpenAI.")
  }
  if (typeof request.n === 'number' && request.n > 1) {
    refuse('n', "Anthropic's models give one answer a call: leave `n` out and ask again for more.")
  }
  if (request.logprobs === true) refuse('logprobs', "Anthropic's models tell no probabilities: leave `logprobs` out.")
  for (const key of ['frequency_penalty', 'presence_penalty']) {
    if (request[key]) refuse(key, `Anthropic's models know no \`${key}\`: leave it out.`)
  }
  if (Object.keys((request.logit_bias ?? {}) as JsonObject).length > 0) {
    refuse('logit_bias', "Anthropic's models know no `logit_bias`: leave it out.")
  }
}

function sampling(request: ChatRequest) {
  const { temperature, top_p } = request
  if (typeof temperature === 'number' && temperature > 1) {
    refuseValue('temperature', "Anthropic's models take a `temperature` from 0 to 1: lower it.")
  }
  // 1 is what both are without being given; newer models take no such field at all, or only one of the two.
  const warmth = isGiven(temperature) ? { temperature } : {}
  const share = isGiven(top_p) ? { top_p } : {}
  if (isGiven(temperature) && isGiven(top_p)) {
    refuseValue('top_p', "Anthropic's models take `temperature` or `top_p`, not both: leave one of them out.")
  }
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const stop_sequences = stops as Json[]
  if (stop_sequences.some((stop) => String(stop).trim() === '')) {
    refuseValue('stop', "Anthropic's models take no `stop` of white space alone: leave it out or add a character.")
  }
  return {
    ...warmth,
    ...share,
    ...(stop_sequences.length > 0 && { stop_sequences }),
  }
}

function isGiven(value: Json | undefined): boolean {
  return typeof value === 'number' && value !== 1
}

function outputConfig(request: ChatRequest) {
  const { reasoning_effort } = request
  const format = formatOf(request.response_format)
  const effort =
    reasoning_effort === 'minimal' ? 'low' : reasoning_effort === 'none' ? null : (reasoning_effort ?? null)
  const output_config = { ...(effort !== null && { effort }), ...(format !== null && { format }) }
  return {
    ...(Object.keys(output_config).length > 0 && { output_config }),
    ...(reasoning_effort === 'none' && { thinking: { type: 'disabled' } }),
  }
}

function formatOf(value: Json | undefined): JsonObject | null {
  const format = (value ?? { type: 'text' }) as JsonObject
  if (format.type === 'text') return null
  const { schema } = (format.json_schema ?? {}) as JsonObject
  if (format.type !== 'json_schema' || schema === undefined || schema === null) {
    return refuseValue('response_format', "Anthropic's models need a schema: use `json_schema` with a `schema`.")
  }
  return { type: 'json_schema', schema }
}

function toolFields(request: ChatRequest, called: string[]) {
  const tools = ((request.tools ?? []) as JsonObject[]).map(toolOf)
  if (tools.length === 0) {
    if (called.length === 0) return {}
    // Anthropic wants a definition for every tool that the history speaks of, even where none may be called any more.
    const past = called.map((name) => ({ name, input_schema: { type: 'object' } }))
    return { tools: past, tool_choice: { type: 'none' } }
  }
  const choice = choiceOf(request.tool_choice ?? 'auto')
  const alone = request.parallel_tool_calls === false && choice.type !== 'none'
  return { tools, tool_choice: alone ? { ...choice, disable_parallel_tool_use: true } : choice }
}

function toolOf(tool: JsonObject): JsonObject {
  const { name, description, parameters, strict } = tool.function as JsonObject
  const schema = (parameters ?? {}) as JsonObject
  return {
    name: name ?? '',
    ...(typeof description === 'string' && { description }),
    input_schema: schema.type === 'object' ? schema : { ...schema, type: 'object' },
    ...(strict === true && { strict }),
  }
}

function choiceOf(choice: Json): JsonObject {
  if (choice === 'auto' || choice === 'none') return { type: choice }
  if (choice === 'required') return { type: 'any' }
  const { type, function: named } = choice as JsonObject
  if (type === 'function') return { type: 'tool', name: (named as JsonObject).name ?? '' }
  return refuseValue('tool_choice', "Anthropic's models take no list of allowed tools: give only these in `tools`.")
}
