import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAnthropicProvider } from '../../../src/adapters/models/anthropic/provider.ts'
import type { ModelProvider } from '../../../src/ports/model-provider.ts'
import { type AnthropicDouble, startAnthropicDouble } from '../../support/vendors/anthropic.ts'
import { describeFailures } from './failures.ts'
import { argumentsOf, callOf, collect, lastBody, textOf, UNICODE, userSays } from './support.ts'

let double: AnthropicDouble
let provider: ModelProvider & { close(): Promise<void> }
const now = () => 1_700_000_000_000

beforeAll(async () => {
  double = await startAnthropicDouble()
  provider = createAnthropicProvider({ apiKey: double.apiKey, baseUrl: double.baseUrl, now })
})
afterEach(() => double.reset())
afterAll(async () => {
  await provider.close()
  await double.close()
})

const call = (request: ReturnType<typeof userSays>) => callOf(request, 'claude-sonnet-5')
const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }]
const BIG = '{"id":12345678901234567890,"share":1.0,"who":"[PERSON_1]"}'

describe('anthropic, the answer', () => {
  it('comes back whole in the shape of OpenAI, cached tokens counted in', async () => {
    const answer = await provider.complete(call(userSays(UNICODE)))
    expect(answer).toMatchObject({
      id: 'msg_double',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'claude-sonnet-5',
      choices: [{ index: 0, message: { role: 'assistant', content: UNICODE }, finish_reason: 'stop' }],
    })
    const { usage } = answer
    expect(usage?.prompt_tokens_details).toEqual({
      ...{ cached_tokens: 2, cache_write_tokens: 3, cache_write_1h_tokens: 2 },
    })
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(1)
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))
  })

  it.each([1, 3, 7, 64])('comes back streamed, cut anywhere at every %i bytes', async (splitBytes) => {
    double.script({ splitBytes, thinking: 'hm' })
    const chunks = await collect(provider.stream(call(userSays(UNICODE))))
    expect(textOf(chunks, 0)).toBe(UNICODE)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } })
  })

  it('counts the same streamed as whole', async () => {
    const whole = await provider.complete(call(userSays(UNICODE)))
    const chunks = await collect(provider.stream(call(userSays(UNICODE))))
    expect(chunks.at(-1)?.usage).toEqual(whole.usage)
  })

  it('holds parallel tool calls, whole and streamed, every number as the model wrote it', async () => {
    const toolCalls = [BIG, '{}'].map((json) => ({ name: 'look_up', arguments: json }))
    double.script({ toolCalls }, { toolCalls, pieceLength: 3 })
    const answer = await provider.complete(call(userSays('go', { tools })))
    expect(answer.choices[0]?.message.tool_calls?.map((one) => one.function)).toEqual(toolCalls)
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
    const chunks = await collect(provider.stream(call(userSays('go', { tools }))))
    expect(argumentsOf(chunks, 0)).toEqual([BIG, '{}'])
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('leaves thinking out of the text', async () => {
    double.script({ thinking: 'private thoughts' })
    expect(JSON.stringify(await provider.complete(call(userSays('x'))))).not.toContain('private thoughts')
  })

  it.each([
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['refusal', 'content_filter'],
  ])('ends with %s as %s', async (finishReason, expected) => {
    double.script({ finishReason }, { finishReason })
    expect((await provider.complete(call(userSays('x')))).choices[0]?.finish_reason).toBe(expected)
    const chunks = await collect(provider.stream(call(userSays('x'))))
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(expected)
  })
})

describe('anthropic, the request', () => {
  it('is one that the vendor takes: system, tools, parallel results, parts, limits', async () => {
    const request = {
      model: 'asked',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be short.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Who is' },
            { type: 'text', text: '[PERSON_1]?' },
          ],
          name: 'x',
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'look_up', arguments: BIG } },
            { id: 'odd id!', type: 'function', function: { name: 'look_up', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'one' },
        { role: 'tool', tool_call_id: 'odd id!', content: '' },
        { role: 'user', content: 'And?' },
      ],
      tools,
      tool_choice: 'required',
      parallel_tool_calls: false,
      max_completion_tokens: 100,
      temperature: 1,
      top_p: 1,
      stop: 'END',
      seed: 3,
      user: 'nobody',
      reasoning_effort: 'high',
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
    }
    await provider.complete(call(request))
    expect(lastBody(double)).toEqual({
      model: 'claude-sonnet-5',
      max_tokens: 100,
      system: [
        { type: 'text', text: 'Be kind.' },
        { type: 'text', text: 'Be short.' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Who is' },
            { type: 'text', text: '[PERSON_1]?' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'call_1', name: 'look_up', input: JSON.parse(BIG) },
            { type: 'tool_use', id: 'call_renamed_0', name: 'look_up', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'one' }] },
            { type: 'tool_result', tool_use_id: 'call_renamed_0' },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
      tools: [{ name: 'look_up', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      output_config: { effort: 'high', format: { type: 'json_schema', schema: { type: 'object' } } },
    })
    expect(String(double.requests[0]?.body)).toContain('12345678901234567890')
    expect(double.requests[0]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' })
  })

  it.each([{ temperature: 0.5 }, { top_p: 0.5 }, { temperature: 0, top_p: 1 }])(
    'takes %j to a model that samples',
    async (given) => {
      await provider.complete(callOf(userSays('x', given), 'claude-sonnet-4-5'))
      const { temperature, top_p } = lastBody(double)
      expect({ temperature, top_p }).toEqual(
        Object.hasOwn(given, 'temperature') ? { temperature: given.temperature } : given,
      )
    },
  )

  it.each([
    ['a temperature', userSays('x', { temperature: 0 }), 'unsupported_parameter'],
    ['a share', userSays('x', { top_p: 0.5 }), 'unsupported_parameter'],
    [
      'the beginning of an answer',
      { model: 'asked', messages: [...userSays('x').messages, { role: 'assistant', content: 'I' }] },
      'unsupported_value',
    ],
  ])('with %s for a model that takes none fails with a code that says so', async (_, request, vendorCode) => {
    await expect(provider.complete(call(request))).rejects.toMatchObject({ kind: 'rejected', status: 400, vendorCode })
  })

  it('defines the tools of a history that comes without definitions', async () => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'y' },
    ]
    const answer = await provider.complete(call({ model: 'asked', messages }))
    expect(answer.choices[0]?.message.content).toBe('y')
  })

  it('joins neighbours and passes over empty turns, so that roles alternate', async () => {
    const messages = ['user', 'user', 'assistant', 'assistant', 'user', 'assistant'].map((role, position) => ({
      role,
      content: position === 3 ? '' : `${position} `,
    }))
    await provider.complete(callOf({ model: 'asked', messages }, 'claude-sonnet-4-5'))
    expect((lastBody(double).messages as { role: string }[]).map((turn) => turn.role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ])
  })

  it.each<[string, object]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 1: 2 } }],
    ['presence_penalty', { presence_penalty: 0.1 }],
    ['temperature', { temperature: 1.5 }],
    ['top_p', { temperature: 0.5, top_p: 0.5 }],
    ['stop', { stop: '\n' }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['*', { unheard_of: 1 }],
    ['messages[0].content', { messages: [{ role: 'user', content: ' ' }] }],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
    ['messages', { messages: [{ role: 'assistant', content: 'x' }] }],
    ['messages', { messages: [{ role: 'system', content: 'x' }] }],
    [
      'messages[1].tool_calls[0].function.arguments',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '[1]' } }] },
          { role: 'tool', tool_call_id: 'a', content: 'y' },
        ],
      },
    ],
  ])('that needs %s is refused clearly, unsent', async (param, more) => {
    const error = await provider.complete(call({ ...userSays('secret words'), ...more })).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'PalimpsestError', status: 400, param })
    expect(error.code).toMatch(/^unsupported_(parameter|value)$/)
    expect(String(error.message)).not.toContain('secret words')
    expect(double.requests).toHaveLength(0)
  })
})

describeFailures('anthropic', {
  start: startAnthropicDouble,
  create: (one, limits) => createAnthropicProvider({ apiKey: 'sk-double', baseUrl: one.origin, ...limits }),
  statuses: [
    [400, undefined, 'rejected', 'invalid_request_error'],
    [400, 'made up', 'rejected', null],
    [401, undefined, 'unauthorized', 'authentication_error'],
    [403, undefined, 'unauthorized', 'permission_error'],
    [404, undefined, 'rejected', 'not_found_error'],
    [413, undefined, 'rejected', 'request_too_large'],
    [429, undefined, 'rate_limited', 'rate_limit_error'],
    [500, undefined, 'unavailable', 'api_error'],
    [529, undefined, 'unavailable', 'overloaded_error'],
  ],
  secret: 'sk-double',
  model: 'claude-sonnet-5',
  streamErrorCode: 'overloaded_error',
})
