import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompletionAccumulator, chunksOf } from '../../../src/domain/chat/accumulate.ts'
import type { ChatChunk, ChatCompletion, ChunkChoice, JsonObject } from '../../../src/domain/chat/types.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })

/** A token as OpenAI tells its probability. */
const token = text.map((said) => ({
  token: said,
  logprob: -0.5,
  bytes: [...Buffer.from(said)],
  top_logprobs: [{ token: said, logprob: -0.5, bytes: null }],
}))

const logprobs = fc.option(fc.record({ content: fc.array(token, { maxLength: 5 }), refusal: fc.constant(null) }))

const call = fc.record({
  id: fc.uuid(),
  type: fc.constant('function' as const),
  function: fc.record({ name: text, arguments: text }),
})

const message = fc
  .record({ content: fc.option(text), refusal: fc.option(text), reasoning_content: text, calls: fc.array(call) })
  .map(({ calls, ...said }) => ({
    role: 'assistant' as const,
    ...said,
    annotations: [{ type: 'url_citation', url_citation: { title: 'one', start_index: 0 } }],
    ...(calls.length > 0 && { tool_calls: calls }),
  }))

const choice = fc.record({
  message,
  logprobs,
  finish_reason: fc.constantFrom('stop', 'length', 'tool_calls'),
  content_filter_results: fc.record({ hate: fc.constant({ filtered: false, severity: 'safe' }) }),
})

/** An answer with whatever OpenAI, Azure and servers that speak their format put into one. */
const completion: fc.Arbitrary<ChatCompletion> = fc
  .record({ choices: fc.array(choice, { minLength: 1, maxLength: 3 }), tier: fc.constantFrom('default', 'priority') })
  .map(({ choices, tier }) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4o-2024-08-06',
    choices: choices.map((one, index) => ({ index, ...one })),
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    service_tier: tier,
    system_fingerprint: 'fp_1',
  }))

/** The answer as a provider might stream it: texts in pieces, each choice's own beside the others'. */
function streamOf(answer: ChatCompletion, size: number): ChatChunk[] {
  const { choices, usage, object: _, ...head } = answer
  const chunk = (list: ChunkChoice[], more: JsonObject = {}): ChatChunk => ({
    ...{ ...head, object: 'chat.completion.chunk', choices: list, usage: null, obfuscation: 'x'.repeat(size) },
    ...more,
  })
  const steps = choices.map((one) => stepsOf(one as never, size))
  const turns = Array.from({ length: Math.max(...steps.map(({ length }) => length)) }, (_, i) =>
    steps.flatMap((of) => of[i] ?? []),
  )
  return [...turns.flatMap((turn) => turn.map((one) => chunk([one]))), chunk([], { usage: usage as never })]
}

type Streamed = (typeof choice extends fc.Arbitrary<infer Value> ? Value : never) & { index: number }

function stepsOf({ index, message: said, logprobs: told, finish_reason, ...beside }: Streamed, size: number) {
  const { role, content, refusal, reasoning_content, annotations, tool_calls = [] } = said
  const deltas: JsonObject[] = [
    { role, content: content === null ? null : '', refusal: null },
    ...pieces(reasoning_content, size).map((piece) => ({ reasoning_content: piece })),
    ...pieces(content, size).map((piece) => ({ content: piece })),
    ...pieces(refusal, size).map((piece) => ({ role, refusal: piece })),
    { annotations, reasoning_content: '', ...(refusal === '' && { refusal: '' }) },
  ]
  for (const [place, { id, type, function: called }] of tool_calls.entries()) {
    deltas.push({ tool_calls: [{ index: place, id, type, function: { name: called.name, arguments: '' } }] })
    for (const piece of pieces(called.arguments, size)) {
      deltas.push({ tool_calls: [{ index: place, id, function: { arguments: piece } }] })
    }
  }
  const tokens = told?.content ?? []
  const steps = deltas.map((delta, i) => {
    const isLast = i === deltas.length - 1
    const some = isLast ? tokens.slice(i) : tokens.slice(i, i + 1)
    return { index, delta, logprobs: told && { content: some, refusal: null }, ...beside, finish_reason: null }
  })
  return [...steps, { index, delta: {}, logprobs: null, finish_reason }] as ChunkChoice[]
}

function pieces(said: string | null, size: number): string[] {
  const units = [...(said ?? '')]
  return Array.from({ length: Math.ceil(units.length / size) }, (_, i) =>
    units.slice(i * size, (i + 1) * size).join(''),
  )
}

function accumulated(chunks: readonly ChatChunk[]): ChatCompletion {
  const accumulator = new CompletionAccumulator()
  for (const chunk of chunks) accumulator.add(chunk)
  return accumulator.completion()
}

describe('a stream put together', () => {
  it('is the whole answer, field by field, wherever it was cut', () => {
    fc.assert(
      fc.property(completion, fc.integer({ min: 1, max: 30 }), (answer, size) => {
        const chunks = streamOf(answer, size)
        const before = JSON.stringify(chunks)
        expect(accumulated(chunks)).toEqual(answer)
        expect(JSON.stringify(chunks)).toBe(before)
      }),
    )
  })

  it('is the same answer when it is streamed again', () => {
    fc.assert(
      fc.property(completion, fc.integer({ min: 1, max: 30 }), (answer, size) => {
        const once = accumulated(streamOf(answer, size))
        expect(accumulated(chunksOf(once, true))).toEqual(answer)
        const { usage: _, ...uncounted } = answer
        expect(accumulated(chunksOf(once, false))).toEqual(uncounted)
      }),
    )
  })

  it('has its calls in their order, whichever came first, and what is missing of one that was cut', () => {
    const head = { id: 'x', object: 'chat.completion.chunk' as const, created: 1, model: 'm' }
    const said = (delta: ChunkChoice['delta']): ChatChunk => ({
      ...head,
      choices: [{ index: 0, delta, finish_reason: null }],
    })
    const accumulator = new CompletionAccumulator()
    accumulator.add(said({ tool_calls: [{ index: 1, id: 'call_b', function: { name: 'b' } }] }))
    accumulator.add(said({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }))
    expect(accumulator.completion('interrupted').choices[0]).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: '', type: 'function', function: { name: '', arguments: '{"a":' } },
          { id: 'call_b', type: 'function', function: { name: 'b', arguments: '' } },
        ],
      },
      finish_reason: 'interrupted',
    })
  })

  it('is an answer also where a provider names the prototype', () => {
    const chunk = JSON.parse(
      '{"id":"x","created":1,"model":"m","__proto__":{"a":1},"choices":[{"index":0,"__proto__":{"b":1},' +
        '"delta":{"content":"hi","__proto__":{"c":1}},"finish_reason":"stop"}]}',
    ) as ChatChunk
    const [choice] = accumulated([chunk]).choices
    expect(choice).toEqual({ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' })
    for (const name of ['a', 'b', 'c']) expect({} as Record<string, unknown>).not.toHaveProperty(name)
  })
})
