import type { ChatRequest, Json, JsonObject } from '../../../domain/chat/types.ts'
import type { ModelCall } from '../../../ports/model-provider.ts'
import { parseArguments } from '../http/exact-json.ts'
import { refuse, refuseValue } from '../http/refuse.ts'

/** Hints that change nothing an app can rely on, and identities: left out. */
const LEFT_OUT = new Set([
  'metadata',
  'modalities',
  'parallel_tool_calls',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'user',
  'verbosity',
])

const TRANSLATED = new Set([
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'model',
  'n',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'seed',
  'stop',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
])

/**
 * The body of Ollama's `POST /api/chat` for an OpenAI request. Source: Ollama's docs/api.md and api/types.go. Settings
 * that are not given stay the model's own.
 *
 * @throws PalimpsestError 400 `unsupported_parameter` or `unsupported_value`
 */
export function chatBody(call: ModelCall, stream: boolean): string {
  const { request } = call
  refuseForeign(request)
  const tools = request.tool_choice === 'none' ? [] : ((request.tools ?? []) as JsonObject[]).map(toolOf)
  return JSON.stringify({
    model: call.model,
    messages: messagesOf(request),
    stream,
    options: optionsOf(request),
    ...(tools.length > 0 && { tools }),
    ...formatOf(request.response_format),
    ...thinkOf(request.reasoning_effort),
  })
}

function refuseForeign(request: ChatRequest): void {
  for (const key of Object.keys(request)) {
    if (LEFT_OUT.has(key) || TRANSLATED.has(key) || request[key] === null) continue
    refuse('*', 'A field of this request means nothing to Ollama: leave it out or ask a model of OpenAI.')
  }
  if (typeof request.n === 'number' && request.n > 1) {
    refuse('n', 'Ollama gives one answer a call: leave `n` out and ask again for more.')
  }
  if (request.logprobs === true) refuse('logprobs', 'Ask a model of OpenAI for `logprobs`, or leave it out.')
  if (Object.keys((request.logit_bias ?? {}) as JsonObject).length > 0) {
    refuse('logit_bias', 'Ollama knows no `logit_bias`: leave it out.')
  }
  const choice = request.tool_choice ?? 'auto'
  if (choice !== 'auto' && choice !== 'none') {
    refuseValue('tool_choice', 'Ollama lets the model choose: use `auto` or `none`.')
  }
  if (request.tools !== undefined && request.parallel_tool_calls === false) {
    refuseValue('parallel_tool_calls', 'Ollama cannot keep a model from several calls at once: leave it out.')
  }
}

function optionsOf(request: ChatRequest): JsonObject {
  const options: JsonObject = {}
  for (const key of ['temperature', 'top_p', 'seed', 'frequency_penalty', 'presence_penalty']) {
    if (typeof request[key] === 'number') options[key] = request[key]
  }
  const limit = request.max_completion_tokens ?? request.max_tokens
  if (typeof limit === 'number') options.num_predict = limit
  if (typeof request.stop === 'string') options.stop = [request.stop]
  else if (Array.isArray(request.stop)) options.stop = request.stop
  return options
}

function messagesOf(request: ChatRequest): JsonObject[] {
  const names = new Map<string, string>()
  return request.messages.map((message, position) => {
    const at = `messages[${position}]`
    const content = textOf(message.content, `${at}.content`) + textOf(message.refusal, `${at}.refusal`)
    const role = String(message.role)
    if (role === 'tool') {
      const id = String(message.tool_call_id)
      const name = names.get(id)
      return { role, content, tool_call_id: id, ...(name !== undefined && { tool_name: name }) }
    }
    if (role === 'function')
      return refuseValue(`${at}.role`, 'Ollama takes no message of this role: use `tool` messages.')
    const calls = Array.isArray(message.tool_calls) ? (message.tool_calls as JsonObject[]) : []
    const tool_calls = calls.map((call, index) => callOf(call, index, names, at))
    return { role: role === 'developer' ? 'system' : role, content, ...(calls.length > 0 && { tool_calls }) }
  })
}

function callOf(call: JsonObject, index: number, names: Map<string, string>, at: string): JsonObject {
  const named = call.function as JsonObject
  const name = String(named.name)
  names.set(String(call.id), name)
  const input = parseArguments(String(named.arguments))
  if (input === null) {
    const path = `${at}.tool_calls[${index}].function.arguments`
    return refuseValue(path, 'Ollama takes only a JSON object here: correct or leave out the call.')
  }
  return { id: String(call.id), function: { index, name, arguments: input as JsonObject } }
}

function textOf(content: Json | undefined, at: string): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return refuseValue(at, 'Give the content as a string or as a list of text parts.')
  return content
    .map((part, position) => {
      const { type, text, refusal } = part as JsonObject
      if (type === 'text' && typeof text === 'string') return text
      if (type === 'refusal' && typeof refusal === 'string') return refusal
      return refuseValue(`${at}[${position}]`, 'Only text goes to Ollama through this gateway: leave the part out.')
    })
    .join('\n')
}

function toolOf(tool: JsonObject): JsonObject {
  const { name, description, parameters } = tool.function as JsonObject
  return {
    type: 'function',
    function: {
      name: name ?? '',
      ...(typeof description === 'string' && { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  }
}

function formatOf(value: Json | undefined): JsonObject {
  const format = (value ?? { type: 'text' }) as JsonObject
  if (format.type === 'text') return {}
  if (format.type === 'json_object') return { format: 'json' }
  const { schema } = (format.json_schema ?? {}) as JsonObject
  if (schema === undefined || schema === null) refuseValue('response_format', 'Give the `json_schema` a `schema`.')
  return { format: schema ?? null }
}

function thinkOf(effort: Json | undefined): JsonObject {
  if (effort === undefined || effort === null) return {}
  if (effort === 'none') return { think: false }
  return { think: effort === 'minimal' ? 'low' : effort === 'xhigh' || effort === 'max' ? 'high' : effort }
}
