import type { ChatRequest } from '../chat/types.ts'

/** Characters a token: quick, because every request is estimated. */
const CHARACTERS_A_TOKEN = 4
/** Tokens of an answer whose length the request does not bound. */
const ANSWER_TOKENS = 1024

/** What a request may use, before anybody has counted. */
export interface TokenEstimate {
  prompt: number
  /** For all of its answers. */
  answer: number
  /** False: the request does not bound its answer, and this is a guess. */
  isBounded: boolean
}

/** A token for four characters of text, and the answer that the request allows: `max_completion_tokens` × `n`. */
export function estimateTokens(body: ChatRequest): TokenEstimate {
  const characters = ['messages', 'tools', 'functions', 'response_format'].map((name) => charactersIn(body[name]))
  const most = positive(body.max_completion_tokens) ?? positive(body.max_tokens)
  return {
    prompt: Math.ceil(characters.reduce((sum, part) => sum + part, 0) / CHARACTERS_A_TOKEN),
    answer: (most ?? ANSWER_TOKENS) * (positive(body.n) ?? 1),
    isBounded: most !== null,
  }
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
}

/** Characters of all strings within, but for images, audio and files, which no model reads as text. */
function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.startsWith('data:') ? 0 : value.length
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + charactersIn(part), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [name, part]) => {
    const isBinary = (name === 'data' || name === 'file_data') && typeof part === 'string'
    return isBinary ? sum : sum + charactersIn(part)
  }, 0)
}
