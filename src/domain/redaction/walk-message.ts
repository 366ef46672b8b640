import type { Json, JsonObject } from '../chat/types.ts'
import type { UnscannableKind } from './types.ts'
import type { Walker } from './walker.ts'

const MESSAGE = new Set(['role', 'content', 'refusal', 'tool_calls', 'function_call', 'name', 'tool_call_id', 'audio'])
const TEXT_PART = new Set(['type', 'text'])
const REFUSAL_PART = new Set(['type', 'refusal'])
const CALL = new Set(['id', 'type', 'function', 'custom', 'index'])
const CALLED_FUNCTION = new Set(['name', 'arguments'])
const CALLED_CUSTOM = new Set(['name', 'input'])

/** Parts that a policy may let through, and how an error calls them. */
const KNOWN_PARTS: ReadonlyMap<Json | undefined, { what: string; kind: UnscannableKind }> = new Map([
  ['image_url', { what: 'An image', kind: 'image' }],
  ['input_audio', { what: 'An audio part', kind: 'audio' }],
  ['file', { what: 'A file part', kind: 'file' }],
])

/** Copies a message and collects its strings: content, refusal, calls, then names and ids. */
export function walkMessage(walker: Walker, message: JsonObject, path: string): JsonObject {
  const copy = { ...message }
  walkContent(walker, copy, `${path}.content`)
  walker.text(copy, 'refusal', `${path}.refusal`)
  const calls = copy.tool_calls
  if (Array.isArray(calls)) {
    copy.tool_calls = walkList(walker, calls, `${path}.tool_calls`, walkCall)
  } else walker.structure(copy, 'tool_calls', `${path}.tool_calls`)
  walkCalled(walker, copy, 'function_call', `${path}.function_call`)
  if (copy.audio !== undefined && copy.audio !== null) {
    walker.unscannable(`${path}.audio`, 'A reference to audio', 'audio')
  }
  walker.name(copy, 'role', `${path}.role`)
  walker.name(copy, 'name', `${path}.name`)
  walker.name(copy, 'tool_call_id', `${path}.tool_call_id`)
  walker.rest(copy, MESSAGE, `${path}.*`)
  return copy
}

/** Also the content of a prediction. */
export function walkContent(walker: Walker, holder: JsonObject, path: string): void {
  const content = holder.content
  if (content === undefined || content === null) return
  if (typeof content === 'string') walker.text(holder, 'content', path)
  else if (Array.isArray(content)) {
    holder.content = content.map((part, i) => walkPart(walker, part, `${path}[${i}]`))
  } else walker.unscannable(path, 'Content that is neither text nor a list of parts', null)
}

function walkPart(walker: Walker, part: Json, path: string): Json {
  if (!isObject(part)) {
    walker.unscannable(path, 'A content part of unknown shape', null)
    return part
  }
  const copy = { ...part }
  if (part.type === 'text' && typeof part.text === 'string') {
    walker.text(copy, 'text', `${path}.text`)
    walker.rest(copy, TEXT_PART, `${path}.*`)
  } else if (part.type === 'refusal' && typeof part.refusal === 'string') {
    walker.text(copy, 'refusal', `${path}.refusal`)
    walker.rest(copy, REFUSAL_PART, `${path}.*`)
  } else {
    const known = KNOWN_PARTS.get(part.type)
    walker.unscannable(path, known?.what ?? 'A content part of unknown type', known?.kind ?? null)
  }
  return copy
}

function walkCall(walker: Walker, call: JsonObject, path: string): JsonObject {
  const copy = { ...call }
  walkCalled(walker, copy, 'function', `${path}.function`)
  const custom = copy.custom
  if (isObject(custom)) {
    const inner = { ...custom }
    copy.custom = inner
    walker.text(inner, 'input', `${path}.custom.input`)
    walker.name(inner, 'name', `${path}.custom.name`)
    walker.rest(inner, CALLED_CUSTOM, `${path}.custom.*`)
  } else walker.structure(copy, 'custom', `${path}.custom`)
  walker.name(copy, 'id', `${path}.id`)
  walker.name(copy, 'type', `${path}.type`)
  walker.rest(copy, CALL, `${path}.*`)
  return copy
}

function walkCalled(walker: Walker, holder: JsonObject, key: string, path: string): void {
  const called = holder[key]
  if (!isObject(called)) {
    walker.structure(holder, key, path)
    return
  }
  const copy = { ...called }
  holder[key] = copy
  walker.json(copy, 'arguments', `${path}.arguments`)
  walker.name(copy, 'name', `${path}.name`)
  walker.rest(copy, CALLED_FUNCTION, `${path}.*`)
}

/** Copies a list; what is no object in it is read as it is. */
export function walkList(
  walker: Walker,
  list: readonly Json[],
  path: string,
  walk: (walker: Walker, item: JsonObject, path: string) => JsonObject,
): Json[] {
  const copy = [...list]
  list.forEach((item, i) => {
    if (isObject(item)) copy[i] = walk(walker, item, `${path}[${i}]`)
    else walker.structure(copy, i, `${path}[${i}]`)
  })
  return copy
}

/** A JSON object, not an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
