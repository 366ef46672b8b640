import type { ChatCompletion, ToolCall, Usage } from '../../../domain/chat/types.ts'
import { ModelError } from '../../../ports/model-provider.ts'
import { parseJson } from '../http/client.ts'
import { parseExactly } from '../http/exact-json.ts'
import { array, count, object, optionalCount, type Shape, string } from '../http/shape.ts'

/**
 * Anthropic's message as OpenAI's completion. Thinking blocks have no place there and are left out; their tokens are
 * counted as reasoning. `created` is in seconds.
 */
export function completionOf(text: string, created: number): ChatCompletion {
  const message = object(parseJson(text))
  if (message.type !== 'message') throw new ModelError('malformed')
  const blocks = array(message.content).map(object)
  const texts = blocks.filter((block) => block.type === 'text').map((block) => string(block.text))
  const toolCalls = blocks.some((block) => block.type === 'tool_use') ? toolCallsOf(text) : []
  return {
    id: string(message.id),
    object: 'chat.completion',
    created,
    model: string(message.model),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: texts.length === 0 ? null : texts.join(''),
          refusal: null,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: finishReason(message.stop_reason),
      },
    ],
    usage: usageOf(object(message.usage)),
  }
}

/** The calls, read once more so that every number in their input stays as the model wrote it. */
function toolCallsOf(text: string): ToolCall[] {
  return array(object(parseExactly(text)).content)
    .map(object)
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({
      id: string(block.id),
      type: 'function',
      function: { name: string(block.name), arguments: JSON.stringify(object(block.input)) },
    }))
}

/** Source: Anthropic API reference, `stop_reason`. A reason that came later than this list is `stop`. */
export function finishReason(reason: unknown): string {
  if (typeof reason !== 'string') throw new ModelError('malformed')
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length'
  if (reason === 'tool_use') return 'tool_calls'
  return reason === 'refusal' ? 'content_filter' : 'stop'
}

/** Anthropic counts cached tokens beside the input; OpenAI counts them in. What is written is kept for five minutes, or an hour. */
export function usageOf(usage: Shape): Usage {
  const cached = optionalCount(usage.cache_read_input_tokens)
  const written = optionalCount(usage.cache_creation_input_tokens)
  const kept = usage.cache_creation ? optionalCount(object(usage.cache_creation).ephemeral_1h_input_tokens) : 0
  const prompt = count(usage.input_tokens) + cached + written
  const completion = count(usage.output_tokens)
  const details = usage.output_tokens_details ? object(usage.output_tokens_details) : {}
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: cached,
      cache_write_tokens: written,
      ...(kept > 0 && { cache_write_1h_tokens: kept }),
    },
    completion_tokens_details: { reasoning_tokens: optionalCount(details.thinking_tokens) },
  }
}
