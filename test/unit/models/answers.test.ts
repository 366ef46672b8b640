import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionOf as anthropicCompletion } from '../../../src/adapters/models/anthropic/answer.ts'
import { MessageStreamDecoder } from '../../../src/adapters/models/anthropic/stream.ts'
import { parseArguments, parseExactly } from '../../../src/adapters/models/http/exact-json.ts'
import { ChatStreamDecoder, completionOf as ollamaCompletion } from '../../../src/adapters/models/ollama/answer.ts'
import { checkChunk, checkCompletion } from '../../../src/adapters/models/openai/check.ts'
import { embeddedError } from '../../../src/adapters/models/openai/errors.ts'
import { ModelError } from '../../../src/ports/model-provider.ts'

const defaults = { id: 'chatcmpl-1', created: 5, model: 'asked' }
const naming = { id: 'chatcmpl-1', callId: (place: number) => `call_${place}` }

/** JSON that often looks like an answer, with something wrong in it. */
const noise = fc.oneof(fc.constantFrom(null, 0, -1, 1.5, '', 'x', true, [], {}, [null]), fc.jsonValue())
const almost = fc.record(
  {
    id: noise,
    type: fc.constantFrom(
      'message',
      'message_start',
      'content_block_start',
      'content_block_delta',
      'message_delta',
      'x',
    ),
    choices: fc.oneof(
      noise,
      fc.array(fc.record({ index: noise, message: noise, delta: noise, finish_reason: noise }, { requiredKeys: [] })),
    ),
    usage: fc.oneof(noise, fc.record({ prompt_tokens: noise, completion_tokens: noise }, { requiredKeys: [] })),
    content: fc.oneof(
      noise,
      fc.array(fc.record({ type: fc.constantFrom('text', 'tool_use'), text: noise, input: noise })),
    ),
    message: fc.oneof(noise, fc.record({ content: noise, tool_calls: noise, usage: noise }, { requiredKeys: [] })),
    model: noise,
    index: noise,
    delta: noise,
    content_block: noise,
    stop_reason: noise,
    created_at: noise,
    done: noise,
  },
  { requiredKeys: [] },
)

describe('an answer that is not the vendor’s format', () => {
  it.each<[string, (text: string) => unknown]>([
    ['openai whole', (text) => checkCompletion(JSON.parse(text), { ...defaults })],
    ['openai streamed', (text) => checkChunk(JSON.parse(text), { ...defaults })],
    ['anthropic whole', (text) => anthropicCompletion(text, 5)],
    ['anthropic streamed', (text) => new MessageStreamDecoder(5).decode(text)],
    ['ollama whole', (text) => ollamaCompletion(text, naming)],
    ['ollama streamed', (text) => new ChatStreamDecoder(naming).decode(text)],
  ])('is a ModelError and nothing else: %s', (_name, read) => {
    fc.assert(
      fc.property(fc.oneof(almost, noise), (value) => {
        try {
          read(JSON.stringify(value))
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('an answer of a server that only speaks like OpenAI', () => {
  it('is completed where it leaves out what is not needed', () => {
    const answer = checkCompletion({ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] }, defaults)
    expect(answer).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 5,
      model: 'asked',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    })
    const chunk = checkChunk({ choices: [{ delta: { content: 'hi' } }], usage: null }, defaults)
    expect(chunk).toMatchObject({
      id: 'chatcmpl-1',
      choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }],
    })
  })

  it('keeps what is unknown here', () => {
    const answer = checkCompletion(
      { choices: [{ message: { content: 'hi', more: 1 }, finish_reason: 'stop', extra: 2 }], service_tier: 'x' },
      defaults,
    )
    expect(answer).toMatchObject({ choices: [{ message: { more: 1 }, extra: 2 }], service_tier: 'x' })
  })

  it.each([
    [{}, 'malformed'],
    [{ choices: [] }, 'malformed'],
    [{ choices: [{ message: { content: 1 }, finish_reason: 'stop' }] }, 'malformed'],
    [{ choices: [{ message: { content: 'x' } }] }, 'malformed'],
    [{ choices: [{ message: { tool_calls: [{ id: 'a', type: 'custom' }] }, finish_reason: 'stop' }] }, 'malformed'],
    [{ choices: [{ message: {}, finish_reason: 'stop' }], usage: { prompt_tokens: -1 } }, 'malformed'],
  ])('is refused without what is needed: %j', (value, kind) => {
    expect(() => checkCompletion(value, defaults)).toThrow(expect.objectContaining({ kind }))
  })

  it.each([
    [{ type: 'server_error' }, 'unavailable', 'server_error'],
    [{ code: 'rate_limit_exceeded' }, 'rate_limited', 'rate_limit_exceeded'],
    [{ type: 'invalid_request_error', code: 'context_length_exceeded' }, 'rejected', 'context_length_exceeded'],
    [{ code: 'invalid_api_key' }, 'unauthorized', 'invalid_api_key'],
    [{ code: 502, message: 'private' }, 'unavailable', null],
  ])('that is an error with status 200 is an error: %j', (error, kind, vendorCode) => {
    expect(embeddedError({ error })).toMatchObject({ kind, vendorCode })
  })
})

describe('JSON whose numbers count', () => {
  it('comes out of parsing as it went in', () => {
    const text = '{"id":12345678901234567890,"a":[1.0,1e3,-0,0.10],"b":"1.0","c":{"d":1}}'
    expect(JSON.stringify(parseExactly(text))).toBe(text)
  })

  it('is the same as ever for any other value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(parseExactly(JSON.stringify(value)))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('is arguments only where it is an object', () => {
    expect(parseArguments('')).toEqual({})
    expect(parseArguments('{"a":1}')).toEqual({ a: 1 })
    for (const text of ['[1]', '1', '12345678901234567890', '"x"', 'null', '{', 'x']) {
      expect(parseArguments(text)).toBeNull()
    }
  })
})

describe('a stream of Anthropic', () => {
  const start = {
    type: 'message_start',
    message: { id: 'm', model: 'c', usage: { input_tokens: 1, output_tokens: 1 } },
  }
  const decode = (...events: object[]) => {
    const decoder = new MessageStreamDecoder(5)
    return events.flatMap((event) => decoder.decode(JSON.stringify(event)))
  }

  it('without message_start is malformed', () => {
    expect(() => decode({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } })).toThrow(
      ModelError,
    )
  })

  it('that stops without a reason is malformed', () => {
    expect(() => decode(start, { type: 'message_stop' })).toThrow(expect.objectContaining({ kind: 'malformed' }))
  })

  it('passes over events and blocks that came after this version', () => {
    const chunks = decode(
      start,
      { type: 'brand_new' },
      { type: 'content_block_start', index: 0, content_block: { type: 'new' } },
    )
    expect(chunks).toHaveLength(1)
  })

  it.each([
    ['overloaded_error', 'unavailable'],
    ['rate_limit_error', 'rate_limited'],
    ['authentication_error', 'unauthorized'],
    ['invalid_request_error', 'rejected'],
    ['constructor', 'unavailable'],
  ])('ends with %s as %s', (type, kind) => {
    expect(() => decode(start, { type: 'error', error: { type, message: 'private' } })).toThrow(
      expect.objectContaining({ kind }),
    )
  })
})
