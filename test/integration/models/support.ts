import type { ChatChunk, ChatRequest } from '../../../src/domain/chat/types.ts'
import { type ModelCall, ModelError } from '../../../src/ports/model-provider.ts'
import type { Double } from '../../support/vendors/server.ts'

/** Four words with characters of one to four bytes, and quotes that JSON escapes. */
export const UNICODE = 'Grüße,\u2028„Zoë"\n\\ 👩‍👩‍👧[PERSON_1]'

export async function collect(stream: AsyncIterable<ChatChunk>): Promise<ChatChunk[]> {
  const chunks: ChatChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

export function textOf(chunks: ChatChunk[], index: number): string {
  return chunks
    .flatMap((chunk) => chunk.choices.filter((one) => one.index === index).map((one) => one.delta.content ?? ''))
    .join('')
}

/** The streamed arguments of each tool call of one choice. */
export function argumentsOf(chunks: ChatChunk[], choice: number): string[] {
  const calls: string[] = []
  for (const one of chunks.flatMap((chunk) => chunk.choices)) {
    if (one.index !== choice) continue
    for (const part of one.delta.tool_calls ?? []) {
      calls[part.index] = (calls[part.index] ?? '') + (part.function?.arguments ?? '')
    }
  }
  return calls
}

/** The ModelError a call ends with; anything else fails the test. */
export async function failure(running: Promise<unknown>): Promise<ModelError> {
  const outcome = await running.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof ModelError) return outcome
  throw outcome
}

export function userSays(content: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'asked', messages: [{ role: 'user', content }], ...more }
}

export function callOf(request: ChatRequest, model: string, signal = new AbortController().signal): ModelCall {
  return { request, model, signal }
}

/** The JSON body of the last request a double received. */
export function lastBody(double: Double): Record<string, unknown> {
  return JSON.parse(String(double.requests.at(-1)?.body))
}
