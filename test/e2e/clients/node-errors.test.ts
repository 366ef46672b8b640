import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Behaviour } from '../../support/vendors/behaviour.ts'
import { type ClientSetup, MAIL, startClientSetup } from './support.ts'

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming
const hello: Params = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] }
const image = {
  role: 'user' as const,
  content: [
    { type: 'text' as const, text: 'who is this?' },
    { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
  ],
}

describe('an error as the official Node client throws it', () => {
  let setup: ClientSetup
  beforeAll(async () => {
    setup = await startClientSetup()
  })
  beforeEach(() => setup.reset())
  afterAll(() => setup.close())

  const thrown = async (running: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
    const error = await Promise.resolve(running).then(
      () => new Error('the call succeeded'),
      (reason: unknown) => reason,
    )
    if (error instanceof OpenAI.APIError) return error
    throw error
  }

  it.each([
    ['a key of nobody', OpenAI.AuthenticationError, 401, 'invalid_api_key', {}, {}, 'pk_nobody_at_all_0123456'],
    ['temperature 9', OpenAI.BadRequestError, 400, 'decimal_above_max_value', { temperature: 9 }, {}, undefined],
    ['an unknown model', OpenAI.NotFoundError, 404, 'model_not_found', { model: 'grok-99' }, {}, undefined],
    [
      'a model the tool may not use',
      OpenAI.PermissionDeniedError,
      403,
      'model_not_allowed',
      {},
      { 'X-Tool-Name': 'strict' },
      undefined,
    ],
    [
      'a HIPAA tool without a covered route',
      OpenAI.PermissionDeniedError,
      403,
      'hipaa_no_route',
      {},
      { 'X-Tool-Name': 'clinic' },
      undefined,
    ],
    ['an image', OpenAI.UnprocessableEntityError, 422, 'unscannable_content', { messages: [image] }, {}, undefined],
  ] as const)('for %s has its own class, status and code', async (_, type, status, code, fields, headers, apiKey) => {
    const client = setup.client(apiKey === undefined ? {} : { apiKey })
    const params = { ...hello, ...fields } as Params
    const error = await thrown(client.chat.completions.create(params, { headers }))
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({ status, code })
    expect(error.message).toMatch(/\w+ \w+/)
    expect(Object.values(setup.vendors).map((vendor) => vendor.count)).toEqual([0, 0, 0, 0])
  })

  it('says where the part is that cannot be scanned, and what to do', async () => {
    const error = await thrown(setup.client().chat.completions.create({ ...hello, messages: [image] }))
    expect(error.param).toBe('messages[0].content[1]')
    expect(error.message).toContain('leave it out')
    expect(error.requestID).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    ['400', { status: 400 }, OpenAI.BadRequestError, 400, 'provider_rejected'],
    ['401', { status: 401 }, OpenAI.InternalServerError, 502, 'provider_unauthorized'],
    ['429', { status: 429 }, OpenAI.RateLimitError, 429, 'provider_rate_limited'],
    ['500', { status: 500 }, OpenAI.InternalServerError, 502, 'provider_unavailable'],
    ['garbage', { fault: 'garbage' }, OpenAI.InternalServerError, 502, 'provider_malformed'],
  ] as const)(
    "for a provider's %s has its own class, plain and before a stream",
    async (_, behaviour, type, status, code) => {
      setup.always(behaviour as Behaviour)
      for (const stream of [false, true]) {
        const error = await thrown(setup.client().chat.completions.create({ ...hello, stream }))
        expect(error).toBeInstanceOf(type)
        expect(error).toMatchObject({ status, code })
        expect(JSON.stringify(error) + error.message).not.toContain('my-secret-error-text')
      }
    },
  )

  it('waits as long as a 429 asks and tries again by itself', async () => {
    setup.vendors.openai.script({ status: 429, headers: { 'retry-after': '1' } })
    const startedAt = Date.now()
    const completion = await setup.client({ maxRetries: 1 }).chat.completions.create(hello)
    expect(completion.choices[0]?.message.content).toBe('hello')
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000)
  })

  it.each([
    ['ollama/llama3.1:8b', 'tool_choice', 'unsupported_value', { tool_choice: 'required' as const }],
    ['ollama/llama3.1:8b', 'n', 'unsupported_parameter', { n: 2 }],
    ['claude-sonnet-4-5', 'top_p', 'unsupported_value', { temperature: 0.5, top_p: 0.5 }],
  ])('for what %s has no place for names %s, also when it is asked for again', async (model, param, code, more) => {
    const tools = [{ type: 'function' as const, function: { name: 'f' } }]
    const headers = { 'Idempotency-Key': `no place for ${param}` }
    const ask = () => setup.client().chat.completions.create({ ...hello, ...more, model, tools }, { headers })
    for (const error of [await thrown(ask()), await thrown(ask())]) {
      expect(error).toMatchObject({ status: 400, code, param })
      expect(error.message).toContain('or ask another model')
    }
    expect([setup.vendors.ollama.count, setup.vendors.anthropic.count]).toEqual([0, 0])
  })

  it('in mid-stream is thrown out of the loop, after what was delivered', async () => {
    setup.always({ fault: 'reset_midway', text: `to ${MAIL} and many more words`, pieceLength: 4 })
    const stream = await setup.client().chat.completions.create({ ...hello, stream: true })
    let text = ''
    const error = await thrown(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      })(),
    )
    expect(error).toMatchObject({ code: 'provider_interrupted' })
    expect(text.length).toBeGreaterThan(3)
  })

  it('for an interrupted stream under a key that is asked for again is a conflict', async () => {
    setup.always({ fault: 'half', text: 'one two three four five six', pieceLength: 4 })
    const headers = { 'Idempotency-Key': 'interrupted' }
    const first = await setup.client().chat.completions.create({ ...hello, stream: true }, { headers })
    await thrown(
      (async () => {
        for await (const _ of first);
      })(),
    )
    setup.always({})
    const error = await thrown(setup.client().chat.completions.create({ ...hello, stream: true }, { headers }))
    expect(error).toBeInstanceOf(OpenAI.ConflictError)
    expect(error).toMatchObject({ status: 409, code: 'stream_interrupted' })
    expect(setup.vendors.openai.count).toBe(1)
  })
})
