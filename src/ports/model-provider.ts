import type { ChatChunk, ChatCompletion, ChatRequest } from '../domain/chat/types.ts'
import type { ModelErrorKind } from '../domain/requests/types.ts'

export type ProviderName = 'openai' | 'anthropic' | 'azure' | 'ollama-local' | 'simulator'

export interface ModelCall {
  /** The redacted request in OpenAI's shape. `model` in it is what the app asked for; send `model` below instead. */
  request: ChatRequest
  /** The provider's own name for the model. */
  model: string
  /** What the simulator is told to do (development only); other providers ignore it. */
  simulate?: { delay_ms?: number; status?: number; retry_after_s?: number; chunk?: number }
  /** W3C `traceparent` that goes with the request; absent: none does. */
  traceparent?: string
  signal: AbortSignal
}

/**
 * One vendor's API. Duties: exactly one HTTP request per call, no retry inside; the answer is translated into OpenAI's
 * shape; aborting the signal closes the connection; every failure is a ModelError whose message holds no text of
 * request or answer. Nothing is logged. Safe for concurrent use.
 */
export interface ModelProvider {
  readonly name: ProviderName
  complete(call: ModelCall): Promise<ChatCompletion>
  /** Chunks in OpenAI's shape, usage in the last one where the vendor reports it. Ends only on the vendor's end mark. */
  stream(call: ModelCall): AsyncIterable<ChatChunk>
  /**
   * Asks the vendor, in one request that holds nothing of anybody, for its own names of the models that it offers. Absent: it
   * has no such list.
   */
  offered?(signal: AbortSignal): Promise<string[]>
}

export type { ModelErrorKind }

export interface ModelErrorFields {
  status?: number | null
  retryAfterMs?: number | null
  vendorCode?: string | null
  sent?: boolean
}

export class ModelError extends Error {
  readonly kind: ModelErrorKind
  /** The vendor's HTTP status, if there was one. */
  readonly status: number | null
  readonly retryAfterMs: number | null
  /** The vendor's own error code where it is from a closed list (`context_length_exceeded`, …), else null. Never free text. */
  readonly vendorCode: string | null
  /** False only where it is certain that no byte of the request left; otherwise the vendor may have seen it. */
  readonly sent: boolean

  constructor(kind: ModelErrorKind, fields: ModelErrorFields = {}) {
    super(`model call ${kind}`)
    this.name = 'ModelError'
    this.kind = kind
    this.status = fields.status ?? null
    this.retryAfterMs = fields.retryAfterMs ?? null
    this.vendorCode = fields.vendorCode ?? null
    this.sent = fields.sent ?? true
  }
}
