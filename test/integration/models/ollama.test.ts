import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createOllamaProvider } from '../../../src/adapters/models/ollama/provider.ts'
import type { ModelProvider } from '../../../src/ports/model-provider.ts'
import { type OllamaDouble, startOllamaDouble } from '../../support/vendors/ollama.ts'
import { describeFailures } from './failures.ts'
import { argumentsOf, callOf, collect, failure, lastBody, textOf, UNICODE, userSays } from './support.ts'

let double: OllamaDouble
let provider: ModelProvider & { close(): Promise<void> }

beforeAll(async () => {
  double = await startOllamaDouble({ models: ['llama3.1:8b'] })
  provider = createOllamaProvider({ baseUrl: `${double.baseUrl}/v1`, newId: () => 'a-b' })
})
afterEach(() => double.reset())
afterAll(async () => {
  await provider.close()
  await double.close()
})

const call = (request: ReturnType<typeof userSays>) => callOf(request, 'llama3.1:8b')
const tools = [{ type: 'function', function: { name: 'look_up', strict: true } }]
const BIG = '{"id":12345678901234567890,"share":1.0}'

describe('ollama, the answer', () => {
  it('comes back whole in the shape of OpenAI', async () => {
    const answer = await provider.complete(call(userSays(UNICODE)))
    expect(answer).toMatchObject({
      id: 'chatcmpl-a-b',
      object: 'chat.completion',
      created: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
      model: 'llama3.1:8b',
      choices: [{ index: 0, message: { role: 'assistant', content: UNICODE }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    })
  })

  it.each([1, 3, 7, 64])('comes back streamed, cut anywhere at every %i bytes', async (splitBytes) => {
    double.script({ splitBytes, thinking: 'hm' })
    const chunks = await collect(provider.stream(call(userSays(UNICODE))))
    expect(textOf(chunks, 0)).toBe(UNICODE)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 8 } })
  })

  it('holds parallel tool calls with ids, whole and streamed, every number as the model wrote it', async () => {
    const toolCalls = [BIG, '{"who":"[PERSON_1]"}'].map((json) => ({ name: 'look_up', arguments: json }))
    double.script({ toolCalls }, { toolCalls })
    const answer = await provider.complete(call(userSays('go', { tools })))
    expect(answer.choices[0]?.message.tool_calls).toEqual([
      { id: 'call_ab_0', type: 'function', function: toolCalls[0] },
      { id: 'call_ab_1', type: 'function', function: toolCalls[1] },
    ])
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
    const chunks = await collect(provider.stream(call(userSays('go', { tools }))))
    expect(argumentsOf(chunks, 0)).toEqual(toolCalls.map((one) => one.arguments))
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('ends with length as length', async () => {
    double.script({ finishReason: 'length' })
    expect((await provider.complete(call(userSays('x')))).choices[0]?.finish_reason).toBe('length')
  })

  it('says that a model is not there', async () => {
    expect(await failure(provider.complete(callOf(userSays('x'), 'other')))).toMatchObject({
      kind: 'rejected',
      status: 404,
      vendorCode: 'model_not_found',
    })
  })
})

describe('ollama, the request', () => {
  it('is one that the vendor takes: options, tools, results by name, schema', async () => {
    await provider.complete(
      call({
        model: 'asked',
        messages: [
          {
            role: 'developer',
            content: [
              { type: 'text', text: 'Be' },
              { type: 'text', text: 'kind.' },
            ],
          },
          { role: 'user', content: 'hi', name: 'x' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: BIG } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'one' },
        ],
        tools,
        max_tokens: 9,
        temperature: 0.1,
        top_p: 0.9,
        seed: 7,
        stop: 'END',
        user: 'nobody',
        reasoning_effort: 'none',
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
      }),
    )
    expect(double.requests).toHaveLength(1)
    expect(lastBody(double)).toEqual({
      model: 'llama3.1:8b',
      messages: [
        { role: 'system', content: 'Be\nkind.' },
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'call_1', function: { index: 0, name: 'look_up', arguments: JSON.parse(BIG) } }],
        },
        { role: 'tool', content: 'one', tool_call_id: 'call_1', tool_name: 'look_up' },
      ],
      stream: false,
      options: { num_predict: 9, temperature: 0.1, top_p: 0.9, seed: 7, stop: ['END'] },
      tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }],
      format: { type: 'object' },
      think: false,
    })
    expect(String(double.requests[0]?.body)).toContain('12345678901234567890')
  })

  it.each<[string, object]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 1: 2 } }],
    ['tool_choice', { tools, tool_choice: 'required' }],
    ['parallel_tool_calls', { tools, parallel_tool_calls: false }],
    ['*', { unheard_of: 1 }],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
  ])('that needs %s is refused clearly, unsent', async (param, more) => {
    const error = await provider.complete(call({ ...userSays('secret words'), ...more })).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'PalimpsestError', status: 400, param })
    expect(double.requests).toHaveLength(0)
  })
})

describeFailures('ollama', {
  start: startOllamaDouble,
  create: (one, limits) => createOllamaProvider({ baseUrl: one.origin, ...limits }),
  statuses: [
    [400, undefined, 'rejected', null],
    [404, undefined, 'rejected', null],
    [429, undefined, 'rate_limited', null],
    [500, undefined, 'unavailable', null],
    [502, undefined, 'unavailable', null],
  ],
  secret: 'nothing-secret-here',
  model: 'llama3.1:8b',
  streamErrorCode: null,
})
