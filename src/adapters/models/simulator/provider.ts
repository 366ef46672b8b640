import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatChunk, ChatCompletion, ChunkChoice, Usage } from '../../../domain/chat/types.ts'
import { type ModelCall, ModelError, type ModelProvider } from '../../../ports/model-provider.ts'
import { kindOfStatus } from '../http/failures.ts'
import { type SimulatedAnswer, simulatedAnswer } from './answer.ts'

export interface SimulatorOptions {
  /** Milliseconds since the epoch. */
  now: () => number
  /** A fresh id for each answer. */
  newId: () => string
}

/** UTF-16 units in each piece of a stream. */
const DEFAULT_CHUNK = 12

/**
 * The simulated models `simulated/echo` and `simulated/chat`: deterministic, free, no network. Tokens are counted as
 * one for each four UTF-16 units begun. `simulate.delay_ms` is waited before the answer; in a stream before its first
 * piece, or before every piece where `simulate.chunk` is given too.
 */
export function createSimulatorProvider(options: SimulatorOptions): ModelProvider & { close(): Promise<void> } {
  const head = (call: ModelCall) => ({
    id: `chatcmpl-${options.newId()}`,
    created: Math.floor(options.now() / 1000),
    model: call.model,
    system_fingerprint: 'simulator',
  })

  async function complete(call: ModelCall): Promise<ChatCompletion> {
    await wait(call, call.simulate?.delay_ms)
    failAsTold(call)
    const answer = simulatedAnswer(call.model, call.request)
    return {
      ...head(call),
      object: 'chat.completion',
      choices: Array.from({ length: answer.choices }, (_, index) => ({
        index,
        message: {
          role: 'assistant' as const,
          content: answer.toolCall === null ? answer.text : null,
          refusal: null,
          ...(answer.toolCall && { tool_calls: [{ ...answer.toolCall, id: callId(index) }] }),
        },
        logprobs: null,
        finish_reason: answer.finishReason,
      })),
      usage: answer.usage,
    }
  }

  async function* stream(call: ModelCall): AsyncGenerator<ChatChunk> {
    const { delay_ms, chunk: size } = call.simulate ?? {}
    await wait(call, delay_ms)
    failAsTold(call)
    const answer = simulatedAnswer(call.model, call.request)
    const common = { ...head(call), object: 'chat.completion.chunk' as const }
    const chunk = (choices: ChunkChoice[], usage: Usage | null = null): ChatChunk => ({ ...common, choices, usage })
    let first = true
    for (let index = 0; index < answer.choices; index++) {
      for (const delta of deltas(answer, index, size ?? DEFAULT_CHUNK)) {
        if (call.signal.aborted) throw new ModelError('aborted')
        if (!first && size !== undefined) await wait(call, delay_ms)
        first = false
        yield chunk([{ index, delta, logprobs: null, finish_reason: null }])
      }
      yield chunk([{ index, delta: {}, logprobs: null, finish_reason: answer.finishReason }])
    }
    yield chunk([], answer.usage)
  }

  return { name: 'simulator', complete, stream, close: async () => undefined }
}

async function wait(call: ModelCall, delayMs: number | undefined): Promise<void> {
  if (call.signal.aborted) throw new ModelError('aborted', { sent: false })
  if (delayMs === undefined || delayMs <= 0) return
  try {
    await sleep(delayMs, undefined, { signal: call.signal })
  } catch {
    throw new ModelError('aborted')
  }
}

function failAsTold(call: ModelCall): void {
  const { status, retry_after_s } = call.simulate ?? {}
  if (status === undefined || status < 300) return
  throw new ModelError(kindOfStatus(status), {
    status,
    retryAfterMs: retry_after_s === undefined ? null : Math.ceil(retry_after_s * 1000),
  })
}

const callId = (index: number) => `call_simulated_${index}`

function* deltas(answer: SimulatedAnswer, index: number, size: number): Generator<ChunkChoice['delta']> {
  if (answer.toolCall === null) {
    yield { role: 'assistant', content: '', refusal: null }
    for (const content of pieces(answer.text, size)) yield { content }
    return
  }
  const { name, arguments: json } = answer.toolCall.function
  yield {
    role: 'assistant',
    content: null,
    tool_calls: [{ index: 0, id: callId(index), type: 'function', function: { name, arguments: '' } }],
  }
  for (const part of pieces(json, size)) yield { tool_calls: [{ index: 0, function: { arguments: part } }] }
}

/** Pieces of `size` UTF-16 units, one more where a surrogate pair would be cut. */
export function* pieces(text: string, size: number): Generator<string> {
  const step = Math.max(1, Math.floor(size))
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + step, text.length)
    const last = text.charCodeAt(end - 1)
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end++
    yield text.slice(start, end)
    start = end
  }
}
