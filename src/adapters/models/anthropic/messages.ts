import type { ChatRequest, Json, JsonObject } from '../../../domain/chat/types.ts'
import { parseArguments } from '../http/exact-json.ts'
import { refuseValue } from '../http/refuse.ts'

export interface TextBlock {
  type: 'text'
  text: string
}

export type Block =
  | TextBlock
  | { type: 'tool_use'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; tool_use_id: string; content?: TextBlock[] }

export interface Turn {
  role: 'user' | 'assistant'
  content: Block[]
}

export interface Conversation {
  system: TextBlock[]
  turns: Turn[]
  /** Names of the functions that were called, in order, each once. */
  called: string[]
}

/**
 * OpenAI's messages as Anthropic's: system and developer messages become the system prompt, neighbours of one role one
 * turn, tool messages the `tool_result` blocks at the beginning of the next user turn. Texts without a visible
 * character are left out, since Anthropic refuses them. `name` of a message has no place there and is left out.
 *
 * @throws PalimpsestError 400 `unsupported_value` for what cannot be said in Anthropic's format
 */
export function conversationOf(request: ChatRequest): Conversation {
  const system: TextBlock[] = []
  const turns: Turn[] = []
  const ids = new ToolIds()
  const called = new Set<string>()
  for (const [position, message] of request.messages.entries()) {
    const at = `messages[${position}]`
    const texts = textBlocks(message.content, `${at}.content`)
    if (message.role === 'system' || message.role === 'developer') {
      system.push(...texts)
    } else if (message.role === 'user') {
      if (texts.length === 0)
        refuseValue(`${at}.content`, "Anthropic's models take no empty user message: leave it out.")
      append(turns, 'user', texts)
    } else if (message.role === 'assistant') {
      const refusal = textBlocks(message.refusal, `${at}.refusal`)
      append(turns, 'assistant', [...texts, ...refusal, ...toolUses(message, at, ids, called)])
    } else if (message.role === 'tool') {
      append(turns, 'user', [toolResult(message, texts, ids)])
    } else {
      refuseValue(`${at}.role`, "Anthropic's models take no message of this role: use `tool` messages.")
    }
  }
  if (turns[0]?.role !== 'user')
    refuseValue('messages', "Anthropic's models need a user message before the assistant's.")
  trimEnd(turns)
  return { system, turns, called: [...called] }
}

function append(turns: Turn[], role: Turn['role'], blocks: Block[]): void {
  if (blocks.length === 0) return
  const last = turns.at(-1)
  if (last?.role === role) last.content.push(...blocks)
  else turns.push({ role, content: blocks })
}

function textBlocks(content: Json | undefined, at: string): TextBlock[] {
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return visible(content)
  if (!Array.isArray(content)) return refuseValue(at, 'Give the content as a string or as a list of text parts.')
  return content.flatMap((part, position) => {
    const { type, text, refusal } = part as JsonObject
    if (type === 'text' && typeof text === 'string') return visible(text)
    if (type === 'refusal' && typeof refusal === 'string') return visible(refusal)
    return refuseValue(
      `${at}[${position}]`,
      "Only text goes to Anthropic's models through this gateway: leave the part out.",
    )
  })
}

function visible(text: string): TextBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }]
}

function toolUses(message: JsonObject, at: string, ids: ToolIds, called: Set<string>): Block[] {
  if (!Array.isArray(message.tool_calls)) return []
  return (message.tool_calls as JsonObject[]).map((call, position) => {
    const named = call.function as JsonObject
    called.add(String(named.name))
    const input = parseArguments(String(named.arguments))
    if (input === null) {
      const path = `${at}.tool_calls[${position}].function.arguments`
      return refuseValue(path, "Anthropic's models take only a JSON object here: correct or leave out the call.")
    }
    return { type: 'tool_use', id: ids.safe(String(call.id)), name: String(named.name), input }
  })
}

function toolResult(message: JsonObject, content: TextBlock[], ids: ToolIds): Block {
  const tool_use_id = ids.safe(String(message.tool_call_id))
  return content.length === 0 ? { type: 'tool_result', tool_use_id } : { type: 'tool_result', tool_use_id, content }
}

/** Anthropic refuses white space at the end of a last assistant turn, which its answer continues. */
function trimEnd(turns: Turn[]): void {
  const last = turns.at(-1)
  const block = last?.content.at(-1)
  if (last?.role === 'assistant' && block?.type === 'text') block.text = block.text.trimEnd()
}

/** Tool ids of other vendors may hold characters that Anthropic refuses; those get a number instead. */
class ToolIds {
  #known = new Map<string, string>()

  safe(id: string): string {
    if (/^[a-zA-Z0-9_-]{1,64}$/.test(id)) return id
    const known = this.#known.get(id) ?? `call_renamed_${this.#known.size}`
    this.#known.set(id, known)
    return known
  }
}
