import { z } from 'zod'

/**
 * OpenAI's request, strictly: unknown fields, wrong types and impossible tool turns are refused with the messages and
 * codes of the real API. Source: API reference, "Create chat completion".
 */
const breakpoint = z.strictObject({ mode: z.literal('explicit'), ttl: z.enum(['30m', '12h']).optional() }).optional()
const text = z.strictObject({ type: z.literal('text'), text: z.string(), prompt_cache_breakpoint: breakpoint })
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() })
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string(), detail: z.enum(['auto', 'low', 'high', 'original']).optional() }),
})
const texts = z.union([z.string(), z.array(text).min(1)])
const name = z
  .string()
  .regex(/^[^\s<|\\/>]{1,64}$/)
  .optional()
const functionName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const call = z.strictObject({
  id: z.string().min(1).max(40),
  type: z.literal('function'),
  function: z.strictObject({ name: functionName, arguments: z.string() }),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: texts, name }),
  z.strictObject({ role: z.literal('developer'), content: texts, name }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.union([text, image])).min(1)]),
    name,
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.union([text, refusal])).min(1), z.null()]).optional(),
    refusal: z.string().nullish(),
    name,
    audio: z.null().optional(),
    function_call: z.strictObject({ name: functionName, arguments: z.string() }).nullish(),
    tool_calls: z.array(call).min(1).max(128).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: texts, tool_call_id: z.string().min(1).max(40), name }),
  z.strictObject({ role: z.literal('function'), content: z.string().nullable(), name: functionName }),
])
const definition = z.strictObject({
  name: functionName,
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  strict: z.boolean().nullish(),
})
const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: functionName,
      description: z.string().optional(),
      schema: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
])
const named = z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: functionName }) })
const allowed = z.strictObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.strictObject({ mode: z.enum(['auto', 'required']), tools: z.array(named).min(1) }),
})
const unit = (low: number, high: number) => z.number().min(low).max(high).nullish()

const request = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  frequency_penalty: unit(-2, 2),
  function_call: z.union([z.enum(['none', 'auto']), z.strictObject({ name: functionName })]).optional(),
  functions: z.array(definition).min(1).optional(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  logprobs: z.boolean().nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  modalities: z.array(z.enum(['text', 'audio'])).nullish(),
  n: z.int().min(1).max(128).nullish(),
  parallel_tool_calls: z.boolean().optional(),
  prediction: z.strictObject({ type: z.literal('content'), content: texts }).nullish(),
  presence_penalty: unit(-2, 2),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: z.strictObject({ mode: z.string().optional(), ttl: z.string().optional() }).optional(),
  prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  response_format: responseFormat.optional(),
  safety_identifier: z.string().max(64).nullish(),
  seed: z.int().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).nullish(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4), z.null()]).optional(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  temperature: unit(0, 2),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), named, allowed]).optional(),
  tools: z
    .array(z.strictObject({ type: z.literal('function'), function: definition }))
    .min(1)
    .max(128)
    .optional(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  top_p: unit(0, 1),
  user: z.string().optional(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  web_search_options: z.record(z.string(), z.unknown()).optional(),
})

export type OpenAiRequest = z.infer<typeof request>

export interface OpenAiRefusal {
  message: string
  param: string | null
  code: string | null
}

/** What OpenAI would say to this body, or null where it would answer. */
export function refusalOf(body: unknown): OpenAiRefusal | null {
  const result = request.safeParse(body)
  if (!result.success) return refusalOfIssue(result.error.issues[0])
  const { data } = result
  if (data.stream_options && !data.stream) {
    return wrong("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
  }
  if (data.tools === undefined && (data.tool_choice ?? data.parallel_tool_calls) !== undefined) {
    return wrong("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice')
  }
  return toolTurns(data.messages)
}

function refusalOfIssue(issue: z.core.$ZodIssue | undefined): OpenAiRefusal {
  if (issue === undefined) return wrong('Invalid request.', null)
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.map((issues) => issues[0]).find((first) => first !== undefined && first.path.length > 0)
    if (inner !== undefined) return refusalOfIssue({ ...inner, path: [...issue.path, ...inner.path] })
  }
  const param = paramOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    if (param === '') return wrong(`Unrecognized request argument supplied: ${key}`, null)
    return { message: `Unknown parameter: '${param}.${key}'.`, param: `${param}.${key}`, code: 'unknown_parameter' }
  }
  if (issue.code === 'invalid_type' && issue.message.includes('undefined')) {
    return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
  }
  const code = issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 'invalid_type' : 'invalid_value'
  return { message: `Invalid ${code === 'invalid_type' ? 'type' : 'value'} for '${param}'.`, param, code }
}

/** Each tool message answers a call of the assistant message before it, and each call is answered. */
function toolTurns(messages: OpenAiRequest['messages']): OpenAiRefusal | null {
  let open = new Set<string>()
  for (const [position, item] of messages.entries()) {
    if (item.role === 'tool') {
      if (open.delete(item.tool_call_id)) continue
      return wrong(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${position}].role`,
      )
    }
    if (open.size > 0) return unanswered(position)
    if (item.role === 'assistant') {
      if (item.tool_calls) open = new Set(item.tool_calls.map((one) => one.id))
      else if ((item.content ?? item.refusal ?? null) === null) {
        return wrong(`Invalid value for 'content': expected a string, got null.`, `messages.[${position}].content`)
      }
    }
  }
  return open.size > 0 ? unanswered(messages.length) : null
}

function unanswered(position: number): OpenAiRefusal {
  return wrong(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
    `messages.[${position}].role`,
  )
}

function wrong(message: string, param: string | null): OpenAiRefusal {
  return { message, param, code: null }
}

function paramOf(path: PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('')
}
