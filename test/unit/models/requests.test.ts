import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messagesBody } from '../../../src/adapters/models/anthropic/request.ts'
import { chatBody } from '../../../src/adapters/models/ollama/request.ts'
import type { ChatRequest, JsonObject } from '../../../src/domain/chat/types.ts'
import { validateChatRequest } from '../../../src/domain/chat/validate.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import { refusalOf } from '../../support/vendors/anthropic-request.ts'
import { refusalOf as ollamaRefusalOf } from '../../support/vendors/ollama.ts'
import { refusalOf as openAiRefusalOf } from '../../support/vendors/openai-request.ts'

const text = fc.oneof(
  { weight: 9, arbitrary: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('hello', '[PERSON_1] ', 'tail \n')) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n') },
)
const content = fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }), { minLength: 1, maxLength: 3 }))
const turn = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer', 'user'), content }),
  fc.record({ role: fc.constant('assistant'), content }),
  fc.record({ role: fc.constant('assistant'), content: fc.constant(null), refusal: text }),
)
const json = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.constantFrom('', '{}'),
)

/** An assistant's calls and their answers, as OpenAI wants them. */
const exchange = fc
  .tuple(
    fc.array(fc.tuple(json, text), { minLength: 1, maxLength: 3 }),
    fc.string({ minLength: 1, maxLength: 20 }),
    content,
  )
  .map(([calls, id, said]): JsonObject[] => [
    {
      role: 'assistant',
      content: said,
      tool_calls: calls.map(([args], place) => ({
        id: `${id}${place}`,
        type: 'function',
        function: { name: 'look_up', arguments: args },
      })),
    },
    ...calls.map(([, result], place) => ({ role: 'tool', tool_call_id: `${id}${place}`, content: result })),
  ])

const conversation = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: turn.map((one) => [one as JsonObject]) }, { weight: 1, arbitrary: exchange }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((turns) => [{ role: 'user', content: 'hello' }, ...turns.flat()])

const settings = fc.record(
  {
    temperature: fc.double({ min: 0, max: 1.1, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    max_tokens: fc.integer({ min: 1, max: 9999 }),
    stop: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 })),
    seed: fc.integer(),
    n: fc.constantFrom(1, 1, 1, 1, 2),
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    tools: fc.constant([{ type: 'function', function: { name: 'look_up', strict: true } }]),
    response_format: fc.constantFrom(
      { type: 'text' },
      { type: 'text' },
      { type: 'json_object' },
      { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
    ),
    user: fc.constant('somebody'),
  },
  { requiredKeys: [] },
)

/** A request that this gateway takes; null where the arbitrary one is none. */
function accepted(messages: JsonObject[], more: object): ChatRequest | null {
  try {
    return validateChatRequest({ model: 'asked', messages, ...more })
  } catch (error) {
    if (error instanceof PalimpsestError) return null
    throw error
  }
}

type Write = (request: ChatRequest) => string

function holds(write: Write, judge: (body: unknown) => string | null): void {
  let written = 0
  fc.assert(
    fc.property(conversation, settings, (messages, more) => {
      const request = accepted(messages, more)
      if (request === null) return
      let body: string
      try {
        body = write(request)
      } catch (error) {
        expect(error).toBeInstanceOf(PalimpsestError)
        expect(error).toMatchObject({ status: 400, code: expect.stringMatching(/^unsupported_(parameter|value)$/) })
        return
      }
      written++
      expect(judge(JSON.parse(body))).toBeNull()
    }),
    { numRuns: 600 },
  )
  expect(written).toBeGreaterThan(50)
}

const call = (request: ChatRequest) => ({ request, model: 'the-model', signal: new AbortController().signal })

describe('any request that the gateway takes', () => {
  it('is written so that Anthropic takes it, or refused clearly', () => {
    holds((request) => messagesBody(call(request), false), refusalOf)
  })

  it('is written so that Ollama takes it, or refused clearly', () => {
    holds((request) => chatBody(call(request), false), ollamaRefusalOf)
  })

  it('never carries the end user to Anthropic or Ollama', () => {
    const request: ChatRequest = {
      model: 'asked',
      messages: [{ role: 'user', content: 'x', name: 'canary' }],
      user: 'canary',
      safety_identifier: 'canary',
      metadata: { who: 'canary' },
    }
    expect(messagesBody(call(request), true)).not.toContain('canary')
    expect(chatBody(call(request), true)).not.toContain('canary')
  })

  it('says everything it said, in order, to Anthropic', () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const request = accepted(messages, {})
        if (request === null) return
        let body: {
          system?: { text: string }[]
          messages: { content: { text?: string; content?: { text: string }[] }[] }[]
        }
        try {
          body = JSON.parse(messagesBody(call(request), false))
        } catch {
          return
        }
        const said = (list: JsonObject[]) =>
          list.flatMap((message) => [...partsOf(message.content), ...partsOf(message.refusal)])
        const isSystem = (message: JsonObject) => message.role === 'system' || message.role === 'developer'
        expect((body.system ?? []).map((block) => block.text)).toEqual(said(request.messages.filter(isSystem)))
        const turns = body.messages.flatMap((one) => one.content)
        const texts = turns.flatMap((block) =>
          [block.text ?? [], ...(block.content ?? []).map((part) => part.text)].flat(),
        )
        const expected = said(request.messages.filter((message) => !isSystem(message)))
        expect(texts.map((one) => one.trimEnd())).toEqual(expected.map((one) => one.trimEnd()))
      }),
      { numRuns: 300 },
    )
  })
})

function partsOf(value: unknown): string[] {
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value.map((part) => String(part.text)) : []
  return texts.filter((one) => one.trim() !== '')
}

describe('the double of OpenAI', () => {
  it('takes whatever the gateway takes', () => {
    fc.assert(
      fc.property(conversation, settings, (messages, more) => {
        const request = accepted(messages, more)
        if (request === null || messages.some((message) => message.content === null && !message.tool_calls)) return
        expect(openAiRefusalOf(JSON.parse(JSON.stringify(request)))).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})
