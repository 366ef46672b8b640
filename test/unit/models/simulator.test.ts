import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSimulatorProvider, pieces } from '../../../src/adapters/models/simulator/provider.ts'
import { CompletionAccumulator } from '../../../src/domain/chat/accumulate.ts'
import type { ChatChunk, ChatRequest } from '../../../src/domain/chat/types.ts'
import type { ModelCall } from '../../../src/ports/model-provider.ts'
import { collect, failure, textOf, UNICODE, userSays } from '../../integration/models/support.ts'

const provider = createSimulatorProvider({ now: () => 1_700_000_000_999, newId: () => 'one' })
const call = (request: ChatRequest, more: Partial<ModelCall> = {}): ModelCall => ({
  request,
  model: 'simulated/echo',
  signal: new AbortController().signal,
  ...more,
})
const tools = [{ type: 'function', function: { name: 'look_up' } }]

describe('the simulated model', () => {
  it('echoes the text of the last message and says what it is', async () => {
    const answer = await provider.complete(
      call({
        model: 'x',
        messages: [
          { role: 'system', content: 'no' },
          { role: 'user', content: [{ type: 'text', text: UNICODE }] },
        ],
      }),
    )
    expect(answer).toEqual({
      id: 'chatcmpl-one',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'simulated/echo',
      system_fingerprint: 'simulator',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: UNICODE, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 1 + Math.ceil(UNICODE.length / 4),
        completion_tokens: Math.ceil(UNICODE.length / 4),
        total_tokens: 1 + 2 * Math.ceil(UNICODE.length / 4),
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    })
    expect(provider.name).toBe('simulator')
  })

  it('chats with one fixed sentence', async () => {
    const ask = (text: string) => provider.complete(call(userSays(text), { model: 'simulated/chat' }))
    const [first, second] = [await ask('a'), await ask('b')]
    expect(first.choices[0]?.message.content).toBe(second.choices[0]?.message.content)
    expect(first.choices[0]?.message.content).toContain('simulated')
  })

  it('says the same streamed as whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 40 }),
        fc.record(
          { n: fc.integer({ min: 1, max: 3 }), max_tokens: fc.integer({ min: 1, max: 9 }) },
          { requiredKeys: [] },
        ),
        async (text, chunk, more) => {
          const request = userSays(text, more)
          const accumulator = new CompletionAccumulator()
          const chunks = await collect(provider.stream(call(request, { simulate: { chunk } })))
          for (const one of chunks) accumulator.add(one)
          const whole = await provider.complete(call(request))
          const streamed = accumulator.completion()
          expect(streamed.choices).toEqual(whole.choices)
          expect(streamed.usage).toEqual(whole.usage)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('cuts a stream into pieces of the asked length and no character in two', () => {
    expect([...pieces('abcdefg', 3)]).toEqual(['abc', 'def', 'g'])
    expect([...pieces('a👩b', 2)]).toEqual(['a👩', 'b'])
    expect([...pieces('', 3)]).toEqual([])
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const parts = [...pieces(text, size)]
        expect(parts.join('')).toBe(text)
        for (const part of parts) expect(part.isWellFormed()).toBe(true)
      }),
    )
  })

  it('calls the function that tool_choice names, streamed too', async () => {
    const request = userSays(UNICODE, { tools, tool_choice: { type: 'function', function: { name: 'look_up' } } })
    const answer = await provider.complete(call(request))
    const json = JSON.stringify({ text: UNICODE })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ type: 'function', function: { name: 'look_up', arguments: json } }] },
    })
    const accumulator = new CompletionAccumulator()
    for (const chunk of await collect(provider.stream(call(request)))) accumulator.add(chunk)
    expect(accumulator.completion().choices[0]?.message.tool_calls).toEqual(answer.choices[0]?.message.tool_calls)
  })

  it('keeps stop and the token limit', async () => {
    const stopped = await provider.complete(call(userSays('one two three', { stop: [' three', ' two'] })))
    expect(stopped.choices[0]).toMatchObject({ message: { content: 'one' }, finish_reason: 'stop' })
    const cut = await provider.complete(call(userSays('one two three', { max_completion_tokens: 1 })))
    expect(cut.choices[0]).toMatchObject({ message: { content: 'one ' }, finish_reason: 'length' })
    const pair = await provider.complete(call(userSays('one👩', { max_tokens: 1 })))
    expect(pair.choices[0]?.message.content).toBe('one')
  })

  it.each([
    [429, 3, 'rate_limited', 3000],
    [429, undefined, 'rate_limited', null],
    [500, undefined, 'unavailable', null],
    [401, undefined, 'unauthorized', null],
    [400, undefined, 'rejected', null],
  ])(
    'fails with %i (retry after %s s) when told so, streamed too',
    async (status, retry_after_s, kind, retryAfterMs) => {
      const simulate = { status, ...(retry_after_s !== undefined && { retry_after_s }) }
      const expected = { kind, status, retryAfterMs }
      expect(await failure(provider.complete(call(userSays('x'), { simulate })))).toMatchObject(expected)
      expect(await failure(collect(provider.stream(call(userSays('x'), { simulate }))))).toMatchObject(expected)
    },
  )

  it('waits before the answer, and before every piece where a length is given', async () => {
    const timed = async (run: () => Promise<unknown>) => {
      const start = performance.now()
      await run()
      return performance.now() - start
    }
    const text = userSays('abcdefgh')
    expect(await timed(() => provider.complete(call(text, { simulate: { delay_ms: 40 } })))).toBeGreaterThan(35)
    const once = await timed(() => collect(provider.stream(call(text, { simulate: { delay_ms: 40 } }))))
    expect(once).toBeGreaterThan(35)
    const each = await timed(() => collect(provider.stream(call(text, { simulate: { delay_ms: 40, chunk: 2 } }))))
    expect(each).toBeGreaterThan(4 * 35)
  })

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController()
    const options = { simulate: { delay_ms: 60_000 }, signal: controller.signal }
    const running = [
      failure(provider.complete(call(userSays('x'), options))),
      failure(collect(provider.stream(call(userSays('x'), options)))),
    ]
    controller.abort()
    for (const error of await Promise.all(running)) expect(error.kind).toBe('aborted')
    const midway = new AbortController()
    const seen: ChatChunk[] = []
    const error = await failure(
      (async () => {
        for await (const chunk of provider.stream(call(userSays('a'.repeat(90)), { signal: midway.signal }))) {
          seen.push(chunk)
          if (seen.length === 3) midway.abort()
        }
      })(),
    )
    expect(error.kind).toBe('aborted')
    expect(seen).toHaveLength(3)
    expect(textOf(seen, 0)).toBe('a'.repeat(24))
  })

  it('knows no other model', async () => {
    expect(await failure(provider.complete(call(userSays('x'), { model: 'simulated/other' })))).toMatchObject({
      kind: 'rejected',
      status: 404,
      vendorCode: 'model_not_found',
    })
  })
})
