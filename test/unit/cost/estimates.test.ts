import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenCounter } from '../../../src/adapters/tokens/tokenizer.ts'
import type { ChatCompletion, ChatRequest } from '../../../src/domain/chat/types.ts'
import { estimateUsage } from '../../../src/domain/requests/estimate-usage.ts'
import { toldUsage } from '../../../src/domain/requests/outcome.ts'

const count = createTokenCounter()

function completionOf(content: string | null, more: object = {}): ChatCompletion {
  return {
    ...{ id: 'c', object: 'chat.completion', created: 0, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: 'stop' }],
  }
}

describe('tokens that a provider does not tell', () => {
  it('are counted as OpenAI’s models count them', () => {
    expect(count('hello world')).toBe(2)
    expect(count('')).toBe(0)
    expect(count('Der Bürgermeister heißt [PERSON_1].')).toBeGreaterThan(6)
    expect(count('Der Bürgermeister heißt [PERSON_1].')).toBeLessThan(16)
  })

  it('are counted in what looks like a special token, too', () => {
    expect(count('<|endoftext|>')).toBeGreaterThan(1)
    expect(count('<|im_start|>system')).toBeGreaterThan(1)
  })

  it('of any text are no more than three for each of its UTF-16 units', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        expect(count(text)).toBeLessThanOrEqual(3 * text.length)
      }),
      { numRuns: 50 },
    )
  })

  it('of texts without a break, and of very long ones, are counted all the same', () => {
    expect(count('a'.repeat(300_000))).toBeGreaterThan(10_000)
    const words = 'seven words that are said ever again '
    const once = count(words.repeat(1_000)) / 1_000
    expect(count(words.repeat(30_000)) / 30_000).toBeCloseTo(once, 1)
  })

  it('are those of messages, tools and calls, marked as an estimate', () => {
    const request = {
      model: 'm',
      messages: [
        { role: 'user', content: 'hello world' },
        { role: 'user', content: [{ type: 'text', text: 'hello world' }] },
      ],
    } as unknown as ChatRequest
    const calls = [{ id: 'call', type: 'function', function: { name: 'look_up', arguments: '{"name":"[PERSON_1]"}' } }]
    const plain = estimateUsage(request, completionOf('hello world'), count)
    // Each message has two words and four tokens of its own; the part says that it is text.
    expect(plain).toEqual({
      ...{ promptTokens: 2 * 2 + 2 * 4 + 1, responseTokens: 2, cachedTokens: 0, reasoningTokens: 0, estimated: true },
    })
    expect(estimateUsage(request, completionOf(null, { tool_calls: calls }), count).responseTokens).toBeGreaterThan(8)
    const tools = [{ type: 'function', function: { name: 'look_up', description: 'Looks a person up' } }]
    expect(estimateUsage({ ...request, tools }, completionOf(''), count).promptTokens).toBeGreaterThan(
      plain.promptTokens,
    )
    const image = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(50_000)}` } }]
    const withImage = { ...request, messages: [{ role: 'user', content: image }] } as unknown as ChatRequest
    expect(estimateUsage(withImage, completionOf(''), count).promptTokens).toBeLessThan(20)
  })

  it('are not looked for where the provider told them', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }
    expect(toldUsage({ ...completionOf('hello world'), usage })).toMatchObject({ promptTokens: 7, estimated: false })
    expect(toldUsage(completionOf('hello world'))).toBeUndefined()
  })

  it('told by a provider keep written and spoken ones apart, where there are any', () => {
    const usage = {
      ...{ prompt_tokens: 100, completion_tokens: 30, total_tokens: 130 },
      prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 20, cache_write_1h_tokens: 30, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 },
    }
    expect(toldUsage({ ...completionOf(''), usage })).toEqual({
      ...{ promptTokens: 100, responseTokens: 30, cachedTokens: 10, reasoningTokens: 4 },
      // What is kept for an hour is part of what is written.
      ...{ cacheWriteTokens: 20, cacheWriteHourTokens: 20, audioPromptTokens: 5, estimated: false },
    })
  })
})
