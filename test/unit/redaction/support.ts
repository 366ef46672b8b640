import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import type { ChatChunk, ChatRequest, Json, JsonObject } from '../../../src/domain/chat/types.ts'
import { findInText, redactChat } from '../../../src/domain/redaction/redact-chat.ts'
import type {
  PlaceholderEntry,
  RedactedChat,
  RedactionPolicy,
  TextAnalyzer,
} from '../../../src/domain/redaction/types.ts'

export const engine = createBuiltinEngine()

/** What the built-in engine finds in a text by the policy of everybody. */
export async function found(text: string): Promise<string[]> {
  return (await findInText({ text, engine, policy: {} })).map(({ start, end }) => text.slice(start, end))
}

/** What stands at places of a text. */
export function cut(text: string, places: readonly { start: number; end: number }[]): string[] {
  return places.map(({ start, end }) => text.slice(start, end))
}

/** Redacts with the built-in engine, or another one. */
export function redact(
  request: JsonObject,
  policy: RedactionPolicy = {},
  by: TextAnalyzer = engine,
): Promise<RedactedChat> {
  return redactChat({ request: { model: 'gpt-4o', messages: [], ...request } as ChatRequest, engine: by, policy })
}

/** One user message; gives its redacted content. */
export async function redactText(text: string): Promise<{ text: string; redacted: RedactedChat }> {
  const redacted = await redact({ messages: [{ role: 'user', content: text }] })
  return { text: String(redacted.request.messages[0]?.content), redacted }
}

/** One tool call; gives its redacted arguments. */
export async function redactArguments(text: string): Promise<{ text: string; redacted: RedactedChat }> {
  const call = { id: 'call_1', type: 'function', function: { name: 'lookup', arguments: text } }
  const redacted = await redact({ messages: [{ role: 'assistant', content: null, tool_calls: [call] }] })
  const calls = redacted.request.messages[0]?.tool_calls as { function: { arguments: string } }[]
  return { text: calls[0]?.function.arguments ?? '', redacted }
}

export function entry(placeholder: string, value: string): PlaceholderEntry {
  const entityType = placeholder.replace(/^\[|_[0-9]+\]$/g, '').replace(/_DIGITS$/, '')
  return { placeholder, entityType, value }
}

export function chunk(delta: JsonObject, finish: string | null = null, index = 0): ChatChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index, delta: delta as ChatChunk['choices'][number]['delta'], finish_reason: finish }],
  }
}

/** The text of one field of all deltas of a choice, put together. */
export function joined(
  chunks: readonly ChatChunk[],
  field: (delta: JsonObject) => Json | undefined,
  index = 0,
): string {
  return chunks
    .flatMap((one) => one.choices.filter((choice) => choice.index === index))
    .map((choice) => field(choice.delta as JsonObject) ?? '')
    .join('')
}

/** All strings and keys of a value. */
export function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(stringsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsOf(inner)])
}
