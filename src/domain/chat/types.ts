/**
 * OpenAI's chat completion shapes, as far as Palimpsest looks into them.
 * Source: OpenAI API reference, "Create chat completion" and "The chat completion chunk object".
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function'

/** A validated request body. Every field it was sent with is kept; only the ones read here are typed. */
export type ChatRequest = JsonObject & {
  model: string
  messages: JsonObject[]
}

export interface ToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

export interface ChatChoice {
  index: number
  message: {
    role: 'assistant'
    content: string | null
    refusal?: string | null
    tool_calls?: ToolCall[]
  }
  finish_reason: string
  logprobs?: Json
}

export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details?: {
    cached_tokens?: number
    cache_write_tokens?: number
    /** Those of the written ones that are kept for an hour. */
    cache_write_1h_tokens?: number
    audio_tokens?: number
  }
  completion_tokens_details?: { reasoning_tokens?: number; audio_tokens?: number }
}

export interface ChatCompletion {
  id: string
  object: 'chat.completion'
  created: number
  model: string
  choices: ChatChoice[]
  usage?: Usage
  service_tier?: string | null
  system_fingerprint?: string | null
}

export interface ToolCallDelta {
  index: number
  id?: string
  type?: 'function'
  function?: { name?: string; arguments?: string }
}

export interface ChunkChoice {
  index: number
  delta: {
    role?: 'assistant'
    content?: string | null
    refusal?: string | null
    tool_calls?: ToolCallDelta[]
  }
  finish_reason: string | null
  logprobs?: Json
}

export interface ChatChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  choices: ChunkChoice[]
  usage?: Usage | null
  system_fingerprint?: string | null
}
