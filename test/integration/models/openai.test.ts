import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createOpenAiProvider } from '../../../src/adapters/models/openai/provider.ts'
import type { ChatChunk, ChatRequest } from '../../../src/domain/chat/types.ts'
import { ModelError, type ModelProvider } from '../../../src/ports/model-provider.ts'
import { type OpenAiDouble, startOpenAiDouble } from '../../support/vendors/openai.ts'
import { argumentsOf, collect, failure, textOf, UNICODE } from './support.ts'

let double: OpenAiDouble
let provider: ModelProvider & { close(): Promise<void> }

beforeAll(async () => {
  double = await startOpenAiDouble()
  provider = createOpenAiProvider({ apiKey: double.apiKey, baseUrl: double.baseUrl, idleTimeoutMs: 400 })
})
afterEach(() => double.reset())
afterAll(async () => {
  await provider.close()
  await double.close()
})

const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'asked',
  messages: [{ role: 'user', content }],
  ...more,
})
const call = (request: ChatRequest, signal = new AbortController().signal) => ({ request, model: 'gpt-4o', signal })
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

  it('reuses the connection after a whole answer and after a stream', async () => {
    const before = double.connections
    for (let round = 0; round < 5; round++) {
      await provider.complete(call(ask('a')))
      await collect(provider.stream(call(ask('b'))))
    }
    expect(double.connections - before).toBeLessThanOrEqual(1)
  })
})

describe('openai, failures', () => {
  const SECRET = 'canary-in-the-request'
  const both: [string, (signal?: AbortSignal) => Promise<unknown>][] = [
    ['plain', (signal) => provider.complete(call(ask(SECRET), signal))],
    ['streamed', (signal) => collect(provider.stream(call(ask(SECRET), signal)))],
  ]

  describe.each(both)('%s', (kind, run) => {
    it.each([
      [400, 'rejected', 'context_length_exceeded', 'context_length_exceeded'],
      [401, 'unauthorized', undefined, 'invalid_api_key'],
      [403, 'unauthorized', 'something private', null],
      [404, 'rejected', 'model_not_found', 'model_not_found'],
      [408, 'unavailable', undefined, null],
      [409, 'unavailable', undefined, null],
      [422, 'rejected', undefined, null],
      [429, 'rate_limited', undefined, 'rate_limit_exceeded'],
      [500, 'unavailable', undefined, 'server_error'],
      [503, 'unavailable', undefined, 'server_error'],
    ])('status %i is %s', async (status, expected, code, vendorCode) => {
      double.script({ status, ...(code !== undefined && { code }) })
      expect(await failure(run())).toMatchObject({ kind: expected, status, vendorCode, retryAfterMs: null, sent: true })
      expect(double.requests).toHaveLength(1)
    })

    it('429 says how long to wait: seconds, date or milliseconds', async () => {
      const later = new Date(Date.now() + 90_000).toUTCString()
      double.script({ status: 429, headers: { 'retry-after': '7' } }, { status: 429, headers: { 'retry-after': later } })
      double.script({ status: 429, headers: { 'retry-after': '7', 'retry-after-ms': '250' } })
      expect((await failure(run())).retryAfterMs).toBe(7000)
      const byDate = (await failure(run())).retryAfterMs ?? 0
      expect(byDate).toBeGreaterThan(80_000)
      expect(byDate).toBeLessThanOrEqual(90_000)
      expect((await failure(run())).retryAfterMs).toBe(250)
    })

    it('garbage is malformed', async () => {
      double.script({ fault: 'garbage' })
      expect((await failure(run())).kind).toBe('malformed')
    })

    it('a reset before the answer is unreachable', async () => {
      double.script({ fault: 'reset' })
      expect(await failure(run())).toMatchObject({ kind: 'unreachable', sent: true })
    })

    it('silence is a timeout and closes the connection', async () => {
      double.script({ fault: 'silence' })
      expect((await failure(run())).kind).toBe('timeout')
      expect(await double.requests[0]?.outcome).toBe('cut')
    })

    it('half an answer, then silence, is a timeout', async () => {
      double.script({ fault: 'silence_midway' })
      expect((await failure(run())).kind).toBe('timeout')
      expect(await double.requests[0]?.outcome).toBe('cut')
    })

    it('half an answer, then a reset, is interrupted', async () => {
      double.script({ fault: 'reset_midway' })
      expect((await failure(run())).kind).toBe('interrupted')
    })

    it('half an answer, cleanly ended, is no answer', async () => {
      double.script({ fault: 'half' })
      expect((await failure(run())).kind).toBe(kind === 'plain' ? 'malformed' : 'interrupted')
    })

    it('abort closes the connection', async () => {
      double.script({ delayMs: 5000 })
      const controller = new AbortController()
      const running = failure(run(controller.signal))
      while (double.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      controller.abort()
      expect((await running).kind).toBe('aborted')
      expect(await double.requests[0]?.outcome).toBe('cut')
    })

    it('a call aborted before it begins sends nothing', async () => {
      expect(await failure(run(AbortSignal.abort()))).toMatchObject({ kind: 'aborted', sent: false })
      expect(double.requests).toHaveLength(0)
    })

    it('no error holds text of request, answer or key', async () => {
      double.script({ status: 400, code: 'my private words' }, { status: 401 }, { fault: 'garbage' }, { fault: 'half' })
      for (let round = 0; round < 4; round++) {
        const error = await failure(run())
        const everything = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
        for (const text of [SECRET, 'my-secret-error-text', 'my private', double.apiKey, 'Bad gateway']) {
          expect(everything).not.toContain(text)
        }
      }
    })
  })

  it('an error object within a stream is an error, after what came before it', async () => {
    double.script({ fault: 'error_midway' })
    const seen: ChatChunk[] = []
    const running = (async () => {
      for await (const chunk of provider.stream(call(ask('a text long enough for many pieces')))) seen.push(chunk)
    })()
    expect(await failure(running)).toMatchObject({ kind: 'unavailable', vendorCode: 'server_error' })
    expect(seen.length).toBeGreaterThan(1)
  })

  it('a consumer that stops reading closes the connection', async () => {
    double.script({ pieceDelayMs: 20 })
    for await (const _chunk of provider.stream(call(ask('a text long enough for many pieces')))) break
    expect(await double.requests[0]?.outcome).toBe('cut')
  })

  it('abort in the middle of a stream ends it and closes the connection', async () => {
    double.script({ pieceDelayMs: 50 })
    const controller = new AbortController()
    let seen = 0
    const running = (async () => {
      for await (const _chunk of provider.stream(call(ask('a text long enough for many pieces'), controller.signal))) {
        if (++seen === 2) controller.abort()
      }
    })()
    expect((await failure(running)).kind).toBe('aborted')
    expect(await double.requests[0]?.outcome).toBe('cut')
  })

  it('a refused connection is unreachable and nothing was sent', async () => {
    const gone = await startOpenAiDouble()
    await gone.close()
    const other = createOpenAiProvider({ apiKey: 'k', baseUrl: gone.baseUrl })
    expect(await failure(other.complete(call(ask('hi'))))).toMatchObject({ kind: 'unreachable', sent: false })
    await other.close()
  })

  it('an answer larger than the limit is malformed', async () => {
    const small = createOpenAiProvider({ apiKey: double.apiKey, baseUrl: double.baseUrl, maxAnswerBytes: 500 })
    expect((await failure(small.complete(call(ask('x'.repeat(600)))))).kind).toBe('malformed')
    await small.close()
  })
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
