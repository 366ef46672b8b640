import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { validateChatRequest } from '../../../src/domain/chat/validate.ts'

const stop = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o' }
const called = {
  role: 'assistant',
  content: null,
  refusal: null,
  annotations: [],
  tool_calls: [
    { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
    { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
  ],
}

/** The official client, whose every body is checked; the answers are OpenAI's shapes. */
function client(): { openai: OpenAI; checked: unknown[] } {
  const checked: unknown[] = []
  const openai = new OpenAI({
    apiKey: 'sk-test-0123456789abcdef',
    maxRetries: 0,
    fetch: async (_url, init) => {
      const body = JSON.parse(String(init?.body))
      const request = validateChatRequest(body)
      checked.push(request)
      if (request.stream === true) {
        const chunk = {
          ...stop,
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
        }
        return new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`, {
          headers: { 'content-type': 'text/event-stream' },
        })
      }
      const callsTool = request.tools !== undefined && request.messages.at(-1)?.role === 'user'
      const message = callsTool
        ? called
        : { role: 'assistant', content: '{"city":"Paris"}', refusal: null, annotations: [] }
      const answer = { ...stop, choices: [{ index: 0, message, finish_reason: callsTool ? 'tool_calls' : 'stop' }] }
      return Response.json(answer)
    },
  })
  return { openai, checked }
}

const messages = [{ role: 'user' as const, content: 'What is the weather?' }]
const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'Weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    strict: true,
  },
}

describe("the official client's own requests are accepted", () => {
  it('plain, with every sampling option', async () => {
    const { openai, checked } = client()
    await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      temperature: 0.2,
      top_p: 0.9,
      n: 2,
      seed: 7,
      stop: ['END'],
      user: 'user-1',
      presence_penalty: 0.1,
      frequency_penalty: 0.1,
      logit_bias: { '50256': -100 },
      max_completion_tokens: 50,
    })
    expect(checked).toHaveLength(1)
  })

  it('streamed, and by the stream helper', async () => {
    const { openai, checked } = client()
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk')
    await openai.chat.completions.stream({ model: 'gpt-4o', messages }).finalChatCompletion()
    expect(checked).toHaveLength(2)
  })

  it('an answer of tool calls sent back with the results', async () => {
    const { openai, checked } = client()
    const first = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      tools: [weather],
      tool_choice: 'required',
    })
    const answer = first.choices[0]?.message
    if (answer === undefined) throw new Error('no answer')
    const results = (answer.tool_calls ?? []).map((call) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: 'sunny',
    }))
    await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [...messages, answer, ...results],
      tools: [weather],
    })
    expect(checked).toHaveLength(2)
  })

  it('the tool runner, which sends back what it parsed', async () => {
    const { openai, checked } = client()
    const runner = openai.chat.completions.runTools({
      model: 'gpt-4o',
      messages,
      tools: [{ type: 'function', function: { function: () => 'sunny', parse: JSON.parse, ...weather.function } }],
    })
    await runner.finalContent()
    expect(checked).toHaveLength(2)
  })

  it('structured output, and its parsed answer sent back', async () => {
    const { openai, checked } = client()
    const response_format = {
      type: 'json_schema' as const,
      json_schema: { name: 'city', strict: true, schema: { type: 'object' } },
    }
    const first = await openai.chat.completions.parse({ model: 'gpt-4o', messages, response_format })
    const answer = first.choices[0]?.message
    if (answer === undefined) throw new Error('no answer')
    await openai.chat.completions.parse({
      model: 'gpt-4o',
      messages: [...messages, answer, ...messages],
      response_format,
    })
    expect(JSON.stringify(checked)).not.toContain('parsed')
  })
})
