import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import { type PythonEnvironment, preparePython } from '../../support/python/environment.ts'
import { type PythonClient, startPythonClient } from './python-process.ts'
import { CARD, type ClientSetup, MAIL, MODELS, PHONE, startClientSetup, TOOLS, type VendorName } from './support.ts'

const VENDORS = Object.entries(MODELS) as [VendorName, string][]
const CALLS = [
  { name: 'send_mail', arguments: '{"to":"[EMAIL_ADDRESS_1]","copies":2}' },
  { name: 'dial', arguments: '{"number":"[PHONE_NUMBER_1]"}' },
]
const RESTORED = [
  ['send_mail', { to: MAIL, copies: 2 }],
  ['dial', { number: PHONE }],
]

let setup: ClientSetup
let environment: PythonEnvironment
let python: PythonClient
beforeAll(async () => {
  environment = await preparePython()
  setup = await startClientSetup()
  if ('python' in environment) {
    python = startPythonClient(environment.python, `${setup.gateway.url}/v1`, TEST_KEYS.app)
  }
}, 300_000)
beforeEach((context: TestContext) => {
  if ('missing' in environment) context.skip(environment.missing)
  setup.reset()
})
afterAll(async () => {
  await python?.stop()
  await setup.close()
})

const user = (content: string) => ({ role: 'user', content })
const both = [user(`mail ${MAIL} and dial ${PHONE}`)]

describe.each(VENDORS)('the official Python client over %s', (vendor, model) => {
  const seen = () => String(setup.vendors[vendor].requests.at(-1)?.body)

  it('gets a plain answer with what it wrote, of which the vendor saw nothing', async () => {
    const answer = await python.run('plain', { params: { model, messages: both, user: 'u-4711' } })
    expect(answer).toMatchObject({ contents: [both[0]?.content], ends: ['stop'], total: expect.any(Number) })
    expect(answer.request_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen()).toContain('[EMAIL_ADDRESS_1]')
    expect(seen()).not.toMatch(/ann\.lee|555|u-4711/)
  })

  it('gets a stream with what it wrote, and the usage where it asks for it', async () => {
    setup.always({ pieceLength: 3 })
    const params = { model, messages: both }
    expect(await python.run('streamed', { params })).toMatchObject({
      contents: [both[0]?.content],
      ends: ['stop'],
      total: null,
    })
    const counted = { ...params, stream_options: { include_usage: true } }
    expect(await python.run('streamed', { params: counted })).toMatchObject({ total: expect.any(Number) })
  })

  it('gets calls of tools in parallel, plain and streamed, their arguments restored', async () => {
    setup.always({ toolCalls: CALLS, pieceLength: 4 })
    const params = { model, messages: both, tools: TOOLS }
    expect(await python.run('plain', { params })).toMatchObject({ calls: RESTORED, ends: ['tool_calls'] })
    expect(await python.run('helper', { params })).toMatchObject({ calls: RESTORED })
    expect(seen()).not.toMatch(/ann\.lee|555/)
  })

  it('sends results of tools and content in parts', async () => {
    const messages = [
      { role: 'system', content: `You serve ${MAIL}.` },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'dial ' },
          { type: 'text', text: PHONE },
        ],
      },
      {
        role: 'assistant',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'dial', arguments: `{"number":"${PHONE}"}` } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: `${PHONE} is busy; the card is ${CARD}` },
    ]
    const { contents } = (await python.run('plain', { params: { model, messages, tools: TOOLS } })) as {
      contents: string[]
    }
    expect(contents[0]).toContain(`${PHONE} is busy; the card is ${CARD}`)
    expect(seen()).not.toMatch(/ann\.lee|555|4111/)
  })
})

describe('the official Python client', () => {
  it('gets n answers, stops where it is told, by the simulated model', async () => {
    const params = {
      model: 'simulated/echo',
      messages: [user(`mail ${MAIL} STOP and more`)],
      n: 2,
      stop: 'STOP',
      seed: 7,
    }
    const wanted = { contents: [`mail ${MAIL} `, `mail ${MAIL} `], ends: ['stop', 'stop'] }
    expect(await python.run('plain', { params })).toMatchObject(wanted)
    expect(await python.run('streamed', { params })).toMatchObject(wanted)
  })

  it('gets an answer in a schema parsed, its values restored', async () => {
    setup.always({ text: '{"mail":"[EMAIL_ADDRESS_1]","phone":"[PHONE_NUMBER_1]"}' })
    expect(await python.run('parsed', { params: { model: 'gpt-4o', messages: both } })).toEqual({
      mail: MAIL,
      phone: PHONE,
    })
  })

  it('gets a stream by its asynchronous form and by its helper', async () => {
    const params = { model: 'gpt-4o', messages: both }
    expect(await python.run('asynchronous', { params })).toEqual({ content: both[0]?.content })
    const { content, kinds } = await python.run('helper', { params })
    expect(content).toBe(both[0]?.content)
    expect(kinds).toEqual(expect.arrayContaining(['chunk', 'content.delta', 'content.done']))
  })

  it('reads route, redactions and id in the headers, and lists the models', async () => {
    expect(await python.run('headers', { params: { model: 'gpt-4o', messages: both } })).toMatchObject({
      route: 'openai/gpt-4o',
      redactions: '2',
    })
    const named = ['simulated/echo', 'gpt-4o', 'claude-haiku-4-5-20251001', 'ollama/llama3.1:8b']
    expect((await python.run('models')).ids).toEqual(expect.arrayContaining(named))
  })

  it('that gives up and asks again under its key gets the one answer, and the provider is asked once', async () => {
    setup.always({ delayMs: 2_500 })
    const headers = { 'Idempotency-Key': 'a key of Python' }
    const answer = await python.run('retried', { params: { model: 'gpt-4o', messages: both }, headers })
    expect(answer).toEqual({ contents: [both[0]?.content] })
    expect(setup.vendors.openai.count).toBe(1)
  })

  const hello = { model: 'gpt-4o', messages: [user('hello')] }
  it.each([
    ['a key of nobody', { key: 'pk_nobody_at_all_0123456' }, 'AuthenticationError', 401, 'invalid_api_key'],
    ['temperature 9', { params: { ...hello, temperature: 9 } }, 'BadRequestError', 400, 'decimal_above_max_value'],
    ['an unknown model', { params: { ...hello, model: 'grok-99' } }, 'NotFoundError', 404, 'model_not_found'],
    [
      'a model the tool may not use',
      { headers: { 'X-Tool-Name': 'strict' } },
      'PermissionDeniedError',
      403,
      'model_not_allowed',
    ],
  ])('throws its own class for %s', async (_, fields, type, status, code) => {
    expect(await python.run('failing', { params: hello, ...fields })).toMatchObject({ class: type, status, code })
  })

  it.each([
    [{ status: 400 }, 'BadRequestError', 400, 'provider_rejected'],
    [{ status: 429 }, 'RateLimitError', 429, 'provider_rate_limited'],
    [{ status: 500 }, 'InternalServerError', 502, 'provider_unavailable'],
  ])("throws its own class for a provider's %j", async (behaviour, type, status, code) => {
    setup.always(behaviour)
    for (const stream of [false, true]) {
      const thrown = await python.run('failing', { params: { ...hello, stream } })
      expect(thrown).toMatchObject({ class: type, status, code })
      expect(JSON.stringify(thrown)).not.toContain('my-secret-error-text')
    }
  })

  it('throws in mid-stream, after what was delivered', async () => {
    setup.always({ fault: 'reset_midway', text: 'one two three four five six', pieceLength: 4 })
    const thrown = await python.run('failing', { params: { ...hello, stream: true } })
    expect(thrown).toMatchObject({ class: 'APIError', code: 'provider_interrupted' })
    expect(String(thrown.text).length).toBeGreaterThan(3)
  })
})
