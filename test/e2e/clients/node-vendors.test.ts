import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClientSetup, lastBody, MAIL, MODELS, PHONE, startClientSetup, TOOLS, type VendorName } from './support.ts'

const VENDORS = Object.entries(MODELS) as [VendorName, string][]

let setup: ClientSetup
beforeAll(async () => {
  setup = await startClientSetup()
})
beforeEach(() => setup.reset())
afterAll(() => setup.close())

const CALLS = [
  { name: 'send_mail', arguments: '{"to":"[EMAIL_ADDRESS_1]","copies":2}' },
  { name: 'dial', arguments: '{"number":"[PHONE_NUMBER_1]"}' },
]

describe.each(VENDORS)('the official Node client over %s', (vendor, model) => {
  const user = (content: string) => ({ role: 'user' as const, content })
  const seen = () => String(setup.vendors[vendor].requests.at(-1)?.body)

  it('gets a plain answer with what it wrote, of which the vendor saw nothing', async () => {
    const text = `write to ${MAIL}, or call ${PHONE}`
    const completion = await setup.client().chat.completions.create({ model, messages: [user(text)], user: 'u-4711' })
    expect(completion).toMatchObject({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: expect.any(Number),
        completion_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      },
    })
    expect(completion._request_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen()).toContain('[EMAIL_ADDRESS_1]')
    expect(seen()).not.toMatch(/ann\.lee|415|u-4711/)
  })

  it('gets a stream with what it wrote, wherever the pieces are cut', async () => {
    for (const pieceLength of [1, 3, 50]) {
      setup.always({ pieceLength })
      const text = `first ${MAIL} then ${PHONE}, and ${MAIL} again`
      const stream = await setup.client().chat.completions.create({ model, messages: [user(text)], stream: true })
      const chunks: OpenAI.ChatCompletionChunk[] = []
      for await (const chunk of stream) chunks.push(chunk)
      expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(text)
      expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop'])
      expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk' && chunk.choices.length === 1)).toBe(true)
      expect(chunks.some((chunk) => chunk.usage)).toBe(false)
      expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1)
    }
  })

  it('gets the usage in one last chunk where it asks for it', async () => {
    const stream = await setup.client().chat.completions.create({
      model,
      messages: [user('one two three')],
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const last = chunks.at(-1)
    expect(last?.choices).toEqual([])
    expect(last?.usage).toMatchObject({ prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) })
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  })

  it('gets calls of tools in parallel, their arguments restored', async () => {
    setup.always({ toolCalls: CALLS })
    const { choices } = await setup.client().chat.completions.create({
      model,
      messages: [user(`mail ${MAIL} and dial ${PHONE}`)],
      tools: TOOLS,
    })
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    expect(calledWith(choices[0]?.message.tool_calls)).toEqual([
      ['send_mail', { to: MAIL, copies: 2 }],
      ['dial', { number: PHONE }],
    ])
    expect(seen()).not.toMatch(/ann\.lee|415/)
  })

  it('gets streamed arguments restored, put together by its own helper', async () => {
    for (const pieceLength of [1, 5, 100]) {
      setup.always({ toolCalls: CALLS, pieceLength })
      const stream = setup.client().chat.completions.stream({
        model,
        messages: [user(`mail ${MAIL} and dial ${PHONE}`)],
        tools: TOOLS,
      })
      const { choices } = await stream.finalChatCompletion()
      expect(choices[0]?.finish_reason).toBe('tool_calls')
      expect(calledWith(choices[0]?.message.tool_calls)).toEqual([
        ['send_mail', { to: MAIL, copies: 2 }],
        ['dial', { number: PHONE }],
      ])
    }
  })

  it('sends results of tools back, of which the vendor sees placeholders', async () => {
    const completion = await setup.client().chat.completions.create({
      model,
      messages: [
        { role: 'system', content: `You serve ${MAIL}.` },
        user('who is it?'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'send_mail', arguments: `{"to":"${MAIL}"}` } },
            { id: 'call_2', type: 'function', function: { name: 'dial', arguments: `{"number":"${PHONE}"}` } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: `sent to ${MAIL}` },
        { role: 'tool', tool_call_id: 'call_2', content: `{"dialled":"${PHONE}"}` },
      ],
      tools: TOOLS,
    })
    expect(completion.choices[0]?.message.content).toContain(PHONE)
    expect(seen()).not.toMatch(/ann\.lee|555/)
  })

  it('sends content in parts', async () => {
    const completion = await setup.client().chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: `mail ${MAIL} ` },
            { type: 'text', text: `or dial ${PHONE}` },
          ],
        },
      ],
    })
    expect(completion.choices[0]?.message.content).toContain(`or dial ${PHONE}`)
    expect(seen()).not.toMatch(/ann\.lee|555/)
  })

  it('sends stop, temperature and limits on', async () => {
    await setup.client().chat.completions.create({
      model,
      messages: [user('hello')],
      stop: ['END'],
      temperature: 0.5,
      max_completion_tokens: 77,
    })
    expect(seen()).toContain('END')
    expect(seen()).toContain('0.5')
    expect(seen()).toContain('77')
    expect(lastBody(setup.vendors[vendor]).stream ?? false).toBe(false)
  })
})

function calledWith(calls: OpenAI.ChatCompletionMessageToolCall[] | undefined): [string, unknown][] {
  return (calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error('a call of something else than a function')
    return [call.function.name, JSON.parse(call.function.arguments)]
  })
}
