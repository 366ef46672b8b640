import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createOpenAiProvider } from '../../../src/adapters/models/openai/provider.ts'
import { ModelError, type ModelProvider } from '../../../src/ports/model-provider.ts'
import { type OpenAiDouble, startOpenAiDouble } from '../../support/vendors/openai.ts'
import { describeFailures } from './failures.ts'
import { argumentsOf, callOf, collect, failure, textOf, UNICODE, userSays } from './support.ts'

let double: OpenAiDouble
let provider: ModelProvider & { close(): Promise<void> }

beforeAll(async () => {
  double = await startOpenAiDouble()
  provider = createOpenAiProvider({ apiKey: double.apiKey, baseUrl: double.baseUrl })
})
afterEach(() => double.reset())
afterAll(async () => {
  await provider.close()
  await double.close()
})

const ask = userSays
const call = (request: ReturnType<typeof ask>) => callOf(request, 'gpt-4o')
const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }]

describe('openai, the request', () => {
  it('is the given one with the model replaced, once', async () => {
    await provider.complete(call(ask('hello', { temperature: 0.5, stop: ['x'], seed: 7, n: 2 })))
    expect(double.requests).toHaveLength(1)
    expect(JSON.parse(String(double.requests[0]?.body))).toEqual({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0.5,
      stop: ['x'],
      seed: 7,
      n: 2,
    })
  })

  it('of a stream asks for usage and keeps other stream options', async () => {
    await collect(provider.stream(call(ask('hello', { stream: true, stream_options: { include_obfuscation: false } }))))
    expect(JSON.parse(String(double.requests[0]?.body))).toMatchObject({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    })
  })

  it('of a plain call carries no stream fields, whatever the app sent', async () => {
    await provider.complete(call(ask('hello', { stream: true, stream_options: { include_usage: true } })))
    expect(String(double.requests[0]?.body)).not.toContain('stream')
  })
})

describe('openai, the answer', () => {
  it('comes back whole with usage', async () => {
    const answer = await provider.complete(call(ask(UNICODE)))
    expect(answer.choices[0]?.message.content).toBe(UNICODE)
    expect(answer.usage).toMatchObject({ prompt_tokens: 4, prompt_tokens_details: { cached_tokens: 2 } })
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(1)
  })

  it.each([1, 2, 3, 7, 64])('comes back streamed, cut anywhere at every %i bytes', async (splitBytes) => {
    double.script({ splitBytes })
    const chunks = await collect(provider.stream(call(ask(UNICODE))))
    expect(textOf(chunks, 0)).toBe(UNICODE)
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(4)
    expect(chunks.at(-1)?.choices).toEqual([])
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason === 'stop')).toHaveLength(1)
  })

  it('holds parallel tool calls, whole and with streamed arguments', async () => {
    const toolCalls = [
      { name: 'look_up', arguments: '{"who":"[PERSON_1]","n":1}' },
      { name: 'look_up', arguments: '{"who":"Zoë"}' },
    ]
    double.script({ toolCalls }, { toolCalls, pieceLength: 3 })
    const answer = await provider.complete(call(ask('go', { tools, tool_choice: 'auto' })))
    expect(answer.choices[0]?.message.tool_calls?.map((one) => one.function)).toEqual(toolCalls)
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
    const chunks = await collect(provider.stream(call(ask('go', { tools }))))
    expect(argumentsOf(chunks, 0)).toEqual(toolCalls.map((one) => one.arguments))
  })

  it('keeps n choices apart', async () => {
    const answer = await provider.complete(call(ask('hi', { n: 3 })))
    expect(answer.choices.map((choice) => choice.index)).toEqual([0, 1, 2])
    const chunks = await collect(provider.stream(call(ask('hello there', { n: 2 }))))
    expect([textOf(chunks, 0), textOf(chunks, 1)]).toEqual(['hello there', 'hello there'])
  })
})

describeFailures('openai', {
  start: startOpenAiDouble,
  create: (one, limits) => createOpenAiProvider({ apiKey: 'sk-double', baseUrl: `${one.origin}/v1`, ...limits }),
  statuses: [
    [400, 'context_length_exceeded', 'rejected', 'context_length_exceeded'],
    [401, undefined, 'unauthorized', 'invalid_api_key'],
    [403, 'something private', 'unauthorized', null],
    [404, 'model_not_found', 'rejected', 'model_not_found'],
    [408, undefined, 'unavailable', null],
    [409, undefined, 'unavailable', null],
    [422, undefined, 'rejected', null],
    [429, undefined, 'rate_limited', 'rate_limit_exceeded'],
    [429, 'insufficient_quota', 'rate_limited', 'insufficient_quota'],
    [500, undefined, 'unavailable', 'server_error'],
    [503, undefined, 'unavailable', 'server_error'],
  ],
  secret: 'sk-double',
  model: 'gpt-4o',
  streamErrorCode: 'server_error',
})

describe('the double of openai', () => {
  it('is taken for the real one by the official client', async () => {
    const client = new OpenAI({ apiKey: double.apiKey, baseURL: double.baseUrl, maxRetries: 0 })
    const stream = client.chat.completions.stream({ model: 'gpt-4o', messages: [{ role: 'user', content: UNICODE }] })
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(UNICODE)
  })

  it.each<[string, unknown]>([
    ['an unknown field', { model: 'm', messages: [{ role: 'user', content: 'x' }], surprise: 1 }],
    ['an unknown field of a message', { model: 'm', messages: [{ role: 'user', content: 'x', surprise: 1 }] }],
    ['no messages', { model: 'm', messages: [] }],
    ['a wrong type', { model: 'm', messages: [{ role: 'user', content: 'x' }], temperature: 'hot' }],
    ['a name with a space', { model: 'm', messages: [{ role: 'user', content: 'x', name: 'Ann Lee' }] }],
    ['a tool answer to no call', { model: 'm', messages: [{ role: 'tool', content: 'x', tool_call_id: 'a' }] }],
    ['stream options without a stream', { ...ask('x'), stream_options: { include_usage: true } }],
  ])('refuses %s', async (_name, body) => {
    const answer = await fetch(`${double.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  it('refuses a wrong key, which is unauthorized', async () => {
    const other = createOpenAiProvider({ apiKey: 'wrong', baseUrl: double.baseUrl })
    const error = await failure(other.complete(call(ask('hi'))))
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({ kind: 'unauthorized', status: 401, vendorCode: 'invalid_api_key' })
    await other.close()
  })
})
