import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnthropicDouble, startAnthropicDouble } from '../../support/vendors/anthropic.ts'

let double: AnthropicDouble
beforeAll(async () => {
  double = await startAnthropicDouble()
})
afterAll(() => double.close())

describe('the double of anthropic', () => {
  const valid = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }
  const use = { type: 'tool_use', id: 'a', name: 'f', input: {} }
  const result = { type: 'tool_result', tool_use_id: 'a' }
  const told = [{ name: 'f', input_schema: { type: 'object' } }]
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${double.baseUrl}/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': double.apiKey,
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    })

  it.each<[string, string, object]>([
    ['a missing limit', 'max_tokens: Field required', { ...valid, max_tokens: undefined }],
    [
      'a name',
      'messages.0.name: Extra inputs are not permitted',
      { ...valid, messages: [{ role: 'user', content: 'x', name: 'n' }] },
    ],
    ['a system role', 'Unexpected role "system"', { ...valid, messages: [{ role: 'system', content: 'x' }] }],
    ['temperature beside top_p', 'cannot both be specified', { ...valid, temperature: 0.5, top_p: 0.5 }],
    [
      'a temperature for a model without one',
      '`temperature` is deprecated for this model.',
      { ...valid, model: 'claude-opus-4-7', temperature: 1 },
    ],
    [
      'the beginning of an answer',
      'does not support assistant message prefill',
      { ...valid, model: 'claude-opus-4-6', messages: [...valid.messages, { role: 'assistant', content: 'I' }] },
    ],
    ['an assistant first', 'first message', { ...valid, messages: [{ role: 'assistant', content: 'x' }] }],
    [
      'an empty text',
      'must be non-empty',
      { ...valid, messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
    ],
    [
      'an odd tool id',
      "String should match pattern '^[a-zA-Z0-9_-]+$'",
      { ...valid, tools: told, messages: [...valid.messages, { role: 'assistant', content: [{ ...use, id: 'a b' }] }] },
    ],
    [
      'a call without its result',
      'were found without `tool_result` blocks',
      {
        ...valid,
        tools: told,
        messages: [...valid.messages, { role: 'assistant', content: [use] }, { role: 'user', content: 'y' }],
      },
    ],
    [
      'a result after text',
      'were found without `tool_result` blocks',
      {
        ...valid,
        tools: told,
        messages: [
          ...valid.messages,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ type: 'text', text: 'y' }, result] },
        ],
      },
    ],
    [
      'a result to no call',
      'unexpected `tool_use_id`',
      { ...valid, tools: told, messages: [{ role: 'user', content: [result] }] },
    ],
  ])('refuses %s in the words of the vendor', async (_name, message, body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    const { type, error } = (await answer.json()) as { type: string; error: { type: string; message: string } }
    expect({ type, inner: error.type }).toEqual({ type: 'error', inner: 'invalid_request_error' })
    expect(error.message).toContain(message)
  })

  it('refuses a wrong key and a missing version', async () => {
    expect((await post(valid, { 'x-api-key': 'wrong' })).status).toBe(401)
    expect((await post(valid, { 'anthropic-version': '' })).status).toBe(400)
    expect((await post(valid)).status).toBe(200)
  })
})
