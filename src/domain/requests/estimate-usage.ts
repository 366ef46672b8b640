import type { ChatCompletion, ChatRequest, Json } from '../chat/types.ts'
import type { TokenUsage } from './types.ts'

/** Tokens that a message has beside its text: its role and its ends. */
const PER_MESSAGE = 4

/** What a call used, by the texts that were sent and received: where the provider did not tell. */
export function estimateUsage(
  request: ChatRequest | null,
  completion: ChatCompletion,
  countTokens: (text: string) => number,
): TokenUsage {
  const count = (texts: readonly string[]) => texts.reduce((sum, text) => sum + countTokens(text), 0)
  const messages = request?.messages ?? []
  const sent = [...messages.flatMap(({ role: _, ...rest }) => textsOf(rest)), ...textsOf(request?.tools ?? null)]
  const said = completion.choices.flatMap(({ message: { content, refusal, tool_calls: calls = [] } }) => [
    ...[content ?? '', refusal ?? ''],
    ...calls.flatMap(({ function: { name, arguments: json } }) => [name, json]),
  ])
  return {
    promptTokens: count(sent) + messages.length * PER_MESSAGE,
    responseTokens: count(said),
    ...{ cachedTokens: 0, reasoningTokens: 0, estimated: true },
  }
}

/** Every text in a value, names of fields too where they are the app's own. An address of data, such as an image, is none. */
function textsOf(value: Json): string[] {
  if (typeof value === 'string') return value.startsWith('data:') ? [] : [value]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}
