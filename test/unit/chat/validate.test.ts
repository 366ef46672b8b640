import { describe, expect, it } from 'vitest'
import { endUserOf, validateChatRequest } from '../../../src/domain/chat/validate.ts'
import { call, functionTool, nested, request, user, withMessages } from './requests.ts'

describe('a request that OpenAI accepts is accepted', () => {
  const rows: [string, Record<string, unknown>][] = [
    ['the least', request()],
    ['a developer message', withMessages({ role: 'developer', content: 'be kind' }, user)],
    [
      'every kind of part',
      withMessages({
        role: 'user',
        content: [
          { type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://example.com/b.png', detail: 'original' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'file', file: { file_data: 'AAAA', filename: 'a.pdf' } },
        ],
      }),
    ],
    [
      'parallel calls and their answers, in any order',
      withMessages(
        user,
        { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'call_2' }] },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'b' }] },
        { role: 'tool', tool_call_id: 'call_1', content: '', name: 'lookup' },
        user,
      ),
    ],
    ['a refusal sent back', withMessages(user, { role: 'assistant', content: null, refusal: 'no' }, user)],
    [
      'every number at its bound',
      request({
        temperature: 2,
        top_p: 0,
        presence_penalty: -2,
        frequency_penalty: 2,
        n: 128,
        seed: -5,
        logprobs: true,
        top_logprobs: 20,
      }),
    ],
    [
      'streaming with usage',
      request({ stream: true, stream_options: { include_usage: true, include_obfuscation: false } }),
    ],
    [
      'tools and a named choice',
      request({
        tools: [functionTool],
        tool_choice: { type: 'function', function: { name: 'lookup' } },
        parallel_tool_calls: false,
      }),
    ],
    [
      'allowed tools',
      request({
        tools: [functionTool],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'lookup' } }] },
        },
      }),
    ],
    [
      'a JSON schema',
      request({
        response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } },
      }),
    ],
    ['a prediction', request({ prediction: { type: 'content', content: 'const a = 1' } })],
    [
      '64 levels of nesting',
      request({ tools: [{ type: 'function', function: { name: 'a', parameters: nested(60) } }] }),
    ],
    [
      'what newer models take',
      request({ reasoning_effort: 'minimal', verbosity: 'low', service_tier: 'fast', max_completion_tokens: 1 }),
    ],
  ]

  it.each(rows)('%s', (_what, body) => {
    expect(validateChatRequest(structuredClone(body))).toEqual(body)
  })
})

describe('what is given back', () => {
  it('leaves out null fields, as if they had not been sent', () => {
    expect(validateChatRequest(request({ temperature: null, tools: null, stop: null }))).toEqual(request())
  })

  it('leaves out what would be kept at a provider or names a person by the word of the app', () => {
    const body = request({ metadata: { case: 'Ann Lee' }, store: false, prompt_cache_key: 'ann@example.com' })
    expect(validateChatRequest(body)).toEqual(request())
  })

  it("leaves out a client's copies of an answer, which would travel unscanned", () => {
    const body = withMessages(
      {
        role: 'assistant',
        content: 'Ann',
        parsed: { name: 'Ann' },
        annotations: [],
        audio: null,
        function_call: null,
        refusal: null,
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ ...call, index: 0, function: { ...call.function, parsed_arguments: { a: 'Ann' } } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
    )
    expect(validateChatRequest(body).messages).toEqual([
      { role: 'assistant', content: 'Ann' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
    ])
  })

  it('does not change the body it was given', () => {
    const body = request({ metadata: { a: 'b' }, messages: [{ role: 'assistant', content: 'a', parsed: {} }] })
    const before = structuredClone(body)
    validateChatRequest(body)
    expect(body).toEqual(before)
  })

  it('names the end user by user, else by safety_identifier', () => {
    expect(endUserOf(validateChatRequest(request({ user: 'a', safety_identifier: 'b' })))).toBe('a')
    expect(endUserOf(validateChatRequest(request({ safety_identifier: 'b' })))).toBe('b')
    expect(endUserOf(validateChatRequest(request()))).toBe(null)
  })
})
