import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { awaitEntry } from '../../support/vendor-gateway.ts'
import { CARD, type ClientSetup, lastBody, MAIL, PHONE, startClientSetup, TOOLS } from './support.ts'

describe('the official Node client', () => {
  let setup: ClientSetup
  beforeAll(async () => {
    setup = await startClientSetup()
  })
  beforeEach(() => setup.reset())
  afterAll(() => setup.close())

  const messages = [{ role: 'user' as const, content: `mail ${MAIL}` }]

  it.each(['gpt-4o', 'simulated/echo'])('gets n answers, plain and streamed, of %s', async (model) => {
    const plain = await setup.client().chat.completions.create({ model, messages, n: 3 })
    expect(plain.choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1, 2].map((index) => [index, `mail ${MAIL}`]),
    )
    const streamed = await setup.client().chat.completions.create({ model, messages, n: 3, stream: true })
    const texts = ['', '', '']
    const ends: (string | null)[] = []
    for await (const { choices } of streamed) {
      for (const { index, delta, finish_reason } of choices) {
        texts[index] += delta.content ?? ''
        if (finish_reason) ends[index] = finish_reason
      }
    }
    expect(texts).toEqual(Array(3).fill(`mail ${MAIL}`))
    expect(ends).toEqual(['stop', 'stop', 'stop'])
  })

  it('gets an answer in a schema parsed, its values restored', async () => {
    const Contact = z.object({ mail: z.string(), 'phone number': z.string() })
    setup.always({ text: '{"mail":"[EMAIL_ADDRESS_1]","phone number":"[PHONE_NUMBER_1]"}' })
    const completion = await setup.client().chat.completions.parse({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: `${MAIL}, ${PHONE}` }],
      response_format: zodResponseFormat(Contact, 'contact'),
    })
    expect(completion.choices[0]?.message.parsed).toEqual({ mail: MAIL, 'phone number': PHONE })
    expect(lastBody(setup.vendors.openai).response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'contact', strict: true, schema: { required: ['mail', 'phone number'] } },
    })
  })

  it('runs tools by its own helper until the answer', async () => {
    setup.vendors.openai.script({ toolCalls: [{ name: 'look_up', arguments: '{"mail":"[EMAIL_ADDRESS_1]"}' }] })
    const asked: unknown[] = []
    const runner = setup.client().chat.completions.runTools({
      model: 'gpt-4o',
      messages,
      tools: [
        {
          type: 'function',
          function: {
            name: 'look_up',
            description: 'Finds the card of a person',
            parameters: { type: 'object', properties: { mail: { type: 'string' } } },
            function: (input: string) => {
              asked.push(JSON.parse(input))
              return `the card is ${CARD}`
            },
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe(`the card is ${CARD}`)
    expect(asked).toEqual([{ mail: MAIL }])
    expect(setup.vendors.openai.countOf('4111')).toBe(0)
    expect(setup.vendors.openai.countOf('ann.lee')).toBe(0)
  })

  it('sends seed, penalties, log probabilities and choices of tools as they are', async () => {
    const fields = {
      seed: 42,
      presence_penalty: 0.25,
      frequency_penalty: -0.25,
      logprobs: true,
      top_logprobs: 3,
      top_p: 0.9,
      parallel_tool_calls: false,
      tool_choice: 'required',
      reasoning_effort: 'low',
      service_tier: 'default',
    } as const
    await setup.client().chat.completions.create({
      model: 'gpt-4o',
      messages,
      ...fields,
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object' } } }],
    })
    const body = lastBody(setup.vendors.openai)
    expect(body).toMatchObject(fields)
    expect(body).not.toHaveProperty('user')
    expect(body.tools).toEqual([
      { type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object' } } },
    ])
  })

  it('never sends the user on, nor what it would store at the provider', async () => {
    await setup.client().chat.completions.create({
      model: 'gpt-4o',
      messages,
      user: 'u-4711',
      safety_identifier: 'safe-4711',
      prompt_cache_key: 'cache-4711',
      metadata: { person: 'meta-4711' },
      store: false,
    })
    expect(String(setup.vendors.openai.requests.at(-1)?.body)).not.toContain('4711')
  })

  it('lists the models that it can name, those that the providers offer among them, and shows one by its name', async () => {
    const { models } = setup.client()
    const listed: OpenAI.Model[] = []
    for await (const model of models.list()) listed.push(model)
    const owners = Object.fromEntries(listed.map(({ id, owned_by }) => [id, owned_by]))
    expect(owners).toEqual({
      'simulated/echo': 'simulator',
      'simulated/chat': 'simulator',
      'gpt-4o': 'openai',
      'gpt-4o-mini': 'openai',
      'gpt-4o-2024-08-06': 'openai',
      'ft:gpt-4o:acme::9x': 'openai',
      'claude-sonnet-4-5-20250929': 'anthropic',
      'claude-haiku-4-5-20251001': 'anthropic',
      'ollama/llama3.1:8b': 'ollama-local',
      'ollama/qwen3:4b': 'ollama-local',
    })
    expect(listed).toHaveLength(Object.keys(owners).length)
    // Anthropic lists no names without a date, and answers to them.
    expect(await models.retrieve('claude-sonnet-4-5')).toMatchObject({ object: 'model', owned_by: 'anthropic' })
    expect(await models.retrieve('ollama/qwen3:4b')).toMatchObject({ id: 'ollama/qwen3:4b' })
    await expect(models.retrieve('grok-99')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('reads route, redactions and id in the headers', async () => {
    const { response } = await setup.client().chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
    expect(response.headers.get('x-palimpsest-route')).toBe('openai/gpt-4o')
    expect(response.headers.get('x-palimpsest-redactions')).toBe('1')
    expect(response.headers.get('x-request-id')).toBe(response.headers.get('x-palimpsest-request-id'))
  })

  it('that gives up and asks again under its key gets the one answer, and the provider is asked once', async () => {
    setup.always({ delayMs: 2_500 })
    const completion = await setup
      .client({ timeout: 1_200, maxRetries: 5 })
      .chat.completions.create({ model: 'gpt-4o', messages }, { headers: { 'Idempotency-Key': 'a key of its own' } })
    expect(completion.choices[0]?.message.content).toBe(`mail ${MAIL}`)
    expect(setup.vendors.openai.count).toBe(1)
    const rows = await setup.sql`SELECT flags FROM ledger_entry WHERE id = ${completion._request_id ?? ''}`
    expect(rows).toHaveLength(1)
  })

  it.each([
    { pieceLength: 4 },
    { pieceLength: 3, endsInPiece: true },
    { toolCalls: [{ name: 'send_mail', arguments: '{"to":"[EMAIL_ADDRESS_1]"}' }] },
  ])('under one key gets a stream again as it was, with all that came with it: %j', async (behaviour) => {
    setup.always(behaviour)
    const headers = { 'Idempotency-Key': `streamed ${JSON.stringify(behaviour)}` }
    const ask = async () => {
      const stream = setup.client().chat.completions.stream(
        {
          ...{ model: 'gpt-4o', messages, tools: TOOLS, n: 2, logprobs: true, top_logprobs: 1 },
          stream_options: { include_usage: true },
        },
        { headers },
      )
      const kinds = new Set<string>()
      stream.on('chunk', (chunk) => {
        for (const name of Object.keys(chunk)) kinds.add(name)
      })
      return { completion: await stream.finalChatCompletion(), kinds }
    }
    const first = await ask()
    const second = await ask()
    expect(second.completion).toEqual({ ...first.completion, obfuscation: undefined })
    expect(second.completion).toMatchObject({ service_tier: 'default', system_fingerprint: 'fp_double' })
    expect(second.kinds).toEqual(new Set([...first.kinds].filter((name) => name !== 'obfuscation')))
    for (const { message, logprobs } of first.completion.choices) {
      const said = logprobs?.content?.map(({ token }) => token).join('')
      // The model's own tokens: what it was shown in place of the value.
      if (message.content) expect(said).toBe(message.content.replace(MAIL, '[EMAIL_ADDRESS_1]'))
    }
    expect(setup.vendors.openai.count).toBe(1)
  })

  it('under one key gets the same answer, and another body is refused', async () => {
    const headers = { 'Idempotency-Key': 'another key' }
    const { chat } = setup.client()
    const first = await chat.completions.create({ model: 'gpt-4o', messages }, { headers })
    const second = await chat.completions.create({ model: 'gpt-4o', messages }, { headers })
    expect(second).toEqual(first)
    const other = chat.completions.create({ model: 'gpt-4o', messages, temperature: 1 }, { headers })
    await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    await expect(other).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError)
    expect(setup.vendors.openai.count).toBe(1)
  })

  it('that goes away in mid-stream does not stop the record', async () => {
    setup.always({ text: 'word '.repeat(40), pieceLength: 5, pieceDelayMs: 30 })
    const { data, response } = await setup
      .client()
      .chat.completions.create({ model: 'gpt-4o', messages, stream: true })
      .withResponse()
    for await (const chunk of data) {
      if (chunk.choices[0]?.delta.content) break
    }
    data.controller.abort()
    const entry = await awaitEntry(setup.sql, response.headers.get('x-palimpsest-request-id') ?? '')
    expect(entry).toMatchObject({ status: 'answered', finish_reason: 'stop' })
    expect(entry.flags).toContain('client_disconnected')
    expect(entry.response_tokens).toBeGreaterThan(30)
  })
})
