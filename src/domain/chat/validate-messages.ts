/** The message list, role by role, as OpenAI's API validates it. */
import type { JsonObject } from './types.ts'
import {
  fail,
  functionNamePattern,
  functionNameWords,
  refuseUnknownFields,
  requireArray,
  requireObject,
  requireOneOf,
  requirePattern,
  requireString,
} from './validate-checks.ts'
import { validateParts } from './validate-parts.ts'

export const maxMessages = 2048
export const maxToolCalls = 128

const roles = ['developer', 'system', 'user', 'assistant', 'tool']
const fieldsOfRole: Record<string, ReadonlySet<string>> = {
  developer: new Set(['role', 'content', 'name']),
  system: new Set(['role', 'content', 'name']),
  user: new Set(['role', 'content', 'name']),
  assistant: new Set([
    'role',
    'content',
    'name',
    'refusal',
    'tool_calls',
    'function_call',
    'audio',
    'annotations',
    'parsed',
  ]),
  tool: new Set(['role', 'content', 'name', 'tool_call_id']),
}
const toolCallFields = new Set(['id', 'type', 'function', 'index'])
const toolCallFunctionFields = new Set(['name', 'arguments', 'parsed_arguments'])
/** What clients keep of an answer beside it: copies of `content` and `arguments`, which must not travel unscanned. */
const droppedOfAssistant = ['annotations', 'parsed']

/** Checks every message and gives them without null fields and without the client's own copies of an answer. */
export function validateMessages(value: unknown): JsonObject[] {
  const list = requireArray(value, 'messages', { min: 1, max: maxMessages })
  const messages = list.map((item, index) => validateMessage(item, `messages[${index}]`))
  validateToolOrder(messages)
  return messages
}

function validateMessage(value: unknown, at: string): JsonObject {
  const message = requireObject(value, at)
  if (message.role === 'function') {
    fail('unsupported_value', `${at}.role`, "Messages of role 'function' are not supported: use 'tool' messages.")
  }
  const role = requireOneOf(message.role, `${at}.role`, roles)
  refuseUnknownFields(message, fieldsOfRole[role] ?? new Set(), at)
  if (isPresent(message.name)) {
    requirePattern(
      message.name,
      `${at}.name`,
      /^[^\s<|\\/>]{1,64}$/u,
      "1 to 64 characters without spaces, '<', '|', '\\', '/' and '>'",
    )
  }
  if (role === 'assistant') return validateAssistant(message, at)
  if (!isPresent(message.content)) {
    return fail('missing_required_parameter', `${at}.content`, `'${at}.content' is required for role '${role}'.`)
  }
  validateParts(message.content, `${at}.content`, role)
  if (role === 'tool') requireString(message.tool_call_id, `${at}.tool_call_id`, { min: 1, max: 512 })
  return without(message, [])
}

function validateAssistant(message: JsonObject, at: string): JsonObject {
  for (const field of ['audio', 'function_call']) {
    if (!isPresent(message[field])) continue
    fail('unsupported_parameter', `${at}.${field}`, `'${at}.${field}' is not supported: leave it out.`)
  }
  if (isPresent(message.refusal)) requireString(message.refusal, `${at}.refusal`)
  if (isPresent(message.content)) validateParts(message.content, `${at}.content`, 'assistant')
  else if (!isPresent(message.tool_calls) && !isPresent(message.refusal)) {
    fail('missing_required_parameter', `${at}.content`, `'${at}.content' may be left out only with 'tool_calls'.`)
  }
  const checked = without(message, droppedOfAssistant)
  if (isPresent(message.tool_calls)) checked.tool_calls = validateToolCalls(message.tool_calls, `${at}.tool_calls`)
  if (!('content' in checked)) checked.content = null
  return checked
}

function validateToolCalls(value: unknown, path: string): JsonObject[] {
  return requireArray(value, path, { min: 1, max: maxToolCalls }).map((item, index) => {
    const at = `${path}[${index}]`
    const call = requireObject(item, at)
    if (call.type === 'custom') {
      fail('unsupported_value', `${at}.type`, 'Custom tool calls are not supported: use function tools.')
    }
    requireOneOf(call.type, `${at}.type`, ['function'])
    refuseUnknownFields(call, toolCallFields, at)
    const id = requireString(call.id, `${at}.id`, { min: 1, max: 512 })
    const called = requireObject(call.function, `${at}.function`)
    refuseUnknownFields(called, toolCallFunctionFields, `${at}.function`)
    const name = requirePattern(called.name, `${at}.function.name`, functionNamePattern, functionNameWords)
    return {
      id,
      type: 'function',
      function: { name, arguments: requireString(called.arguments, `${at}.function.arguments`) },
    }
  })
}

/** Tool messages answer the calls of the assistant message before them, every call once, nothing between. */
function validateToolOrder(messages: readonly JsonObject[]): void {
  let open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id as string)) {
        fail(
          'invalid_value',
          `messages[${index}].tool_call_id`,
          "A 'tool' message must answer a tool call of the assistant message before it, once.",
        )
      }
      continue
    }
    refuseOpenCalls(open, index)
    const calls = message.tool_calls
    open = new Set(Array.isArray(calls) ? calls.map((call) => (call as { id: string }).id) : [])
  }
  refuseOpenCalls(open, messages.length)
}

function refuseOpenCalls(open: ReadonlySet<string>, index: number): void {
  if (open.size === 0) return
  fail(
    'invalid_value',
    `messages[${index}]`,
    "An assistant message with 'tool_calls' must be followed by one 'tool' message for each 'tool_call_id'.",
  )
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function without(message: JsonObject, dropped: readonly string[]): JsonObject {
  const kept: JsonObject = {}
  for (const [key, value] of Object.entries(message)) {
    if (value !== null && !dropped.includes(key)) kept[key] = value
  }
  return kept
}
