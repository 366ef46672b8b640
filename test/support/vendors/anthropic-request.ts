import { z } from 'zod'

/**
 * Anthropic's request, strictly: unknown fields, wrong types and turns out of order are refused with the words of the
 * real API. Source: Anthropic API reference, "Create a message", 2023-06-01. Stricter than the original in one thing:
 * neighbours of one role are refused, though it has come to join them.
 */
const cache = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish()
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'")
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
const text = z.strictObject({ type: z.literal('text'), text: z.string(), cache_control: cache })
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  cache_control: cache,
})
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: z.union([z.string(), z.array(text)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cache,
})
const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, toolUse, toolResult]))]),
})
const parallel = { disable_parallel_tool_use: z.boolean().optional() }
const request = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1, 'at least one message is required'),
  max_tokens: z.int().min(0),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z.strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  stop_sequences: z
    .array(z.string().refine((stop) => stop.trim() !== '', 'each stop sequence must contain non-whitespace'))
    .optional(),
  stream: z.boolean().optional(),
  system: z.union([z.string(), z.array(text)]).optional(),
  temperature: z.number().min(0).max(1).optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
      z.strictObject({ type: z.literal('disabled') }),
      z.strictObject({ type: z.literal('adaptive') }),
    ])
    .optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), ...parallel }),
      z.strictObject({ type: z.literal('any'), ...parallel }),
      z.strictObject({ type: z.literal('tool'), name: toolName, ...parallel }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  tools: z
    .array(
      z.strictObject({
        name: toolName,
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal('object') }),
        strict: z.boolean().optional(),
        type: z.literal('custom').nullish(),
        cache_control: cache,
      }),
    )
    .optional(),
  top_k: z.int().min(0).optional(),
  top_p: z.number().min(0).max(1).optional(),
})

export type AnthropicRequest = z.infer<typeof request>
type Turn = AnthropicRequest['messages'][number]

/** What Anthropic would say to this body, or null where it would answer. */
export function refusalOf(body: unknown): string | null {
  const role = systemRole(body)
  if (role !== null) return role
  const result = request.safeParse(body)
  if (!result.success) return messageOf(result.error.issues[0])
  const { messages, system, tools, tool_choice } = result.data
  if (tool_choice !== undefined && !tools?.length) return 'tool_choice may only be specified while providing tools'
  if (Array.isArray(system) && system.some((block) => block.text.trim() === '')) {
    return 'system: text content blocks must contain non-whitespace text'
  }
  return (
    newerModels(result.data) ?? turnOrder(messages) ?? emptyText(messages) ?? toolTurns(messages, tools !== undefined)
  )
}

function systemRole(body: unknown): string | null {
  const messages = (body as { messages?: unknown })?.messages
  const found = Array.isArray(messages) && messages.some((one: { role?: unknown }) => one?.role === 'system')
  if (!found) return null
  return 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.'
}

function messageOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'Invalid request'
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.map((issues) => issues[0]).find((first) => first !== undefined && first.path.length > 0)
    if (inner !== undefined) return messageOf({ ...inner, path: [...issue.path, ...inner.path] })
  }
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return `${[path, issue.keys[0]].filter((step) => step !== '').join('.')}: Extra inputs are not permitted`
  }
  if (issue.code === 'invalid_type' && issue.message.includes('undefined')) return `${path}: Field required`
  return `${path}: ${issue.message}`
}

/** Models since Claude 4.7 and 5 take no sampling, those since 4.6 no beginning of their own answer. */
const WITHOUT_SAMPLING = /^claude-(opus-4-[7-9]|(opus|sonnet|haiku|fable)-[5-9])/
const WITHOUT_PREFILL = /^claude-((opus|sonnet)-4-[6-9]|(opus|sonnet|haiku|fable)-[5-9])/

function newerModels({ model, messages, ...sampling }: AnthropicRequest): string | null {
  const given = (['temperature', 'top_p', 'top_k'] as const).find((key) => sampling[key] !== undefined)
  if (given !== undefined && WITHOUT_SAMPLING.test(model)) return `\`${given}\` is deprecated for this model.`
  if (sampling.temperature !== undefined && sampling.top_p !== undefined) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
  }
  if (messages.at(-1)?.role === 'assistant' && WITHOUT_PREFILL.test(model)) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.'
  }
  return null
}

function turnOrder(messages: Turn[]): string | null {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  for (const [position, turn] of messages.entries()) {
    if (position > 0 && messages[position - 1]?.role === turn.role) {
      return 'messages: roles must alternate between "user" and "assistant", but found multiple in a row'
    }
  }
  return null
}

function emptyText(messages: Turn[]): string | null {
  for (const [position, turn] of messages.entries()) {
    if (turn.content.length === 0) return `messages.${position}: all messages must have non-empty content`
    const texts = typeof turn.content === 'string' ? [turn.content] : turn.content.flatMap(textsIn)
    if (texts.some((one) => one === '')) return 'messages: text content blocks must be non-empty'
    if (texts.some((one) => one.trim() === '')) return 'messages: text content blocks must contain non-whitespace text'
  }
  const last = messages.at(-1)
  const end = typeof last?.content === 'string' ? last.content : last?.content.flatMap(textsIn).at(-1)
  if (last?.role === 'assistant' && end !== undefined && end.trimEnd() !== end) {
    return 'messages: final assistant content cannot end with trailing whitespace'
  }
  return null
}

function textsIn(block: Exclude<Turn['content'], string>[number]): string[] {
  if (block.type === 'text') return [block.text]
  return block.type === 'tool_result' && Array.isArray(block.content) ? block.content.map((part) => part.text) : []
}

/** Each call is answered at the very beginning of the next turn, and nothing else is. */
function toolTurns(messages: Turn[], defined: boolean): string | null {
  let open: string[] = []
  for (const [position, turn] of messages.entries()) {
    const blocks = typeof turn.content === 'string' ? [] : turn.content
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []))
    const uses = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
    if (turn.role === 'assistant' ? results.length > 0 : uses.length > 0) {
      return `messages.${position}: \`${turn.role === 'user' ? 'tool_use' : 'tool_result'}\` blocks can not be in ${turn.role} messages`
    }
    if ((results.length > 0 || uses.length > 0) && !defined) {
      return 'Requests which have `tool_use` or `tool_result` blocks in their content must define tools'
    }
    const missing = open.filter((one) => !results.includes(one))
    const late = blocks.slice(0, results.length).some((block) => block.type !== 'tool_result')
    if (missing.length > 0 || (open.length > 0 && late)) {
      return `messages.${position - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}.`
    }
    const foreign = results.find((one) => !open.includes(one))
    if (foreign !== undefined) {
      return `messages.${position}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${foreign}.`
    }
    if (new Set(uses).size < uses.length) return `messages.${position}: \`tool_use\` ids must be unique`
    open = uses
  }
  return open.length > 0
    ? `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks`
    : null
}
