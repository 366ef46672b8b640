import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/chat/types.ts'
import { redactChat } from '../../../src/domain/redaction/redact-chat.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { engine, redact, redactArguments, redactText, stringsOf } from './support.ts'

const EMAIL = 'ann.lee@example.com'

describe('placeholders', () => {
  it('gives one to each surface form, numbered by first appearance over the messages', async () => {
    const { request, placeholders } = await redact({
      tools: [{ type: 'function', function: { name: 'f', description: 'mail z@example.com, bob@example.com' } }],
      messages: [
        { role: 'system', content: 'Write to bob@example.com or BOB@example.com' },
        { role: 'user', content: `I am ${EMAIL}, ask bob@example.com` },
      ],
    })
    expect(request.messages.map((message) => message.content)).toEqual([
      'Write to [EMAIL_ADDRESS_1] or [EMAIL_ADDRESS_2]',
      'I am [EMAIL_ADDRESS_3], ask [EMAIL_ADDRESS_1]',
    ])
    expect(request.tools).toEqual([
      { type: 'function', function: { name: 'f', description: 'mail [EMAIL_ADDRESS_4], [EMAIL_ADDRESS_1]' } },
    ])
    expect(placeholders.map((one) => one.value)).toEqual(['bob@example.com', 'BOB@example.com', EMAIL, 'z@example.com'])
  })

  it('gives the same numbers to an unchanged beginning on every turn, restored answers included', async () => {
    const messages: JsonObject[] = [{ role: 'user', content: `I am ${EMAIL}, call +49 30 901820` }]
    const first = await redact({ messages })
    const answer = createRestorer(first.placeholders).restoreText('Dear [email address 1], I call [PHONE_NUMBER_1] now')
    const next = [
      ...messages,
      { role: 'assistant', content: answer },
      { role: 'user', content: 'and cc bob@example.com' },
    ]
    const second = await redact({ messages: next })
    expect(second.request.messages[0]).toEqual(first.request.messages[0])
    expect(second.request.messages[1]?.content).toBe('Dear [EMAIL_ADDRESS_1], I call [PHONE_NUMBER_1] now')
    expect(second.placeholders.slice(0, 2)).toEqual(first.placeholders)
    expect(second.placeholders[2]?.placeholder).toBe('[EMAIL_ADDRESS_2]')
  })

  it.each(['[EMAIL_ADDRESS_1]', '[email address 1]', '[Email-Address_1]', 'EMAIL_ADDRESS_1', "EMAIL_ADDRESS_1's"])(
    'leaves %s in the input as it was and gives its number to nobody',
    async (spelling) => {
      const { text, redacted } = await redactText(`${EMAIL} and ${spelling}`)
      expect(text).toBe(`[EMAIL_ADDRESS_2] and ${spelling}`)
      expect(createRestorer(redacted.placeholders).restoreText(text)).toBe(`${EMAIL} and ${spelling}`)
    },
  )

  it('finds such spellings in JSON, in keys and in names too', async () => {
    const { placeholders } = await redact({
      messages: [
        { role: 'user', content: EMAIL, name: 'EMAIL_ADDRESS_1' },
        { role: 'tool', tool_call_id: 'c', content: '{"\\u005bemail address 2]":"EMAIL\\u005fADDRESS_3"}' },
      ],
    })
    expect(placeholders[0]?.placeholder).toBe('[EMAIL_ADDRESS_4]')
  })

  it('redacts text that was redacted before to itself', async () => {
    const { text } = await redactText(`${EMAIL}, 4111 1111 1111 1111, https://a:b@host.example/[EMAIL_ADDRESS_7]`)
    expect((await redactText(text)).text).toBe(text)
  })

  it('does not take long numbers for placeholders', async () => {
    expect((await redactText('[PHONE NUMBER +49 30 901820]')).text).toBe('[PHONE NUMBER [PHONE_NUMBER_1]]')
    expect((await redactText('[CARD 4111111111111111]')).text).not.toContain('4111')
  })

  it('replaces a value everywhere once it was recognised anywhere, and numbers it by where it was recognised', async () => {
    const messages = [
      { role: 'user', content: 'Is hunter2-99 good? My token is ghp_abcdefghijklmnopqrstuvwxyz0123456789' },
      { role: 'user', content: 'login: password=hunter2-99' },
    ]
    const { request } = await redact({ messages })
    expect(request.messages.map((message) => message.content)).toEqual([
      'Is [SECRET_2] good? My token is [SECRET_1]',
      'login: password=[SECRET_2]',
    ])
  })
})

describe('JSON in strings', () => {
  it('gives a value in arguments and in text one placeholder', async () => {
    const { request, placeholders } = await redact({
      messages: [
        { role: 'user', content: `Find ${EMAIL}` },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: `{"mail": "${EMAIL}"}` } },
            { id: 'd', type: 'function', function: { name: 'f', arguments: '{"mail":\t"ann.lee\\u0040example.com"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: `[{"found":"${EMAIL}"}]` },
      ],
    })
    expect(placeholders).toHaveLength(1)
    const calls = request.messages[1]?.tool_calls as { function: { arguments: string } }[]
    expect(calls.map((call) => call.function.arguments)).toEqual([
      '{"mail": "[EMAIL_ADDRESS_1]"}',
      '{"mail":\t"[EMAIL_ADDRESS_1]"}',
    ])
    expect(request.messages[2]?.content).toBe('[{"found":"[EMAIL_ADDRESS_1]"}]')
  })

  it.each([1, 2, 3, 5])('finds values behind escapes in strings %i deep', async (depth) => {
    let inner = '{"a\\u0040b.com":"x\\u0061nn\\u0040example.com","n":4111111111111111}'
    for (let i = 1; i < depth; i += 1) inner = JSON.stringify({ inner })
    const { text, redacted } = await redactArguments(inner)
    expect(redacted.placeholders.map((one) => one.value)).toEqual(['a@b.com', 'xann@example.com', '4111111111111111'])
    const restored = createRestorer(redacted.placeholders).restoreJson(text)
    const unwrap = (json: string, left: number): unknown =>
      left === 1 ? JSON.parse(json) : unwrap((JSON.parse(json) as { inner: string }).inner, left - 1)
    expect(unwrap(restored, depth)).toEqual(unwrap(inner, depth))
  })

  it('replaces a number by a string and makes it a number again', async () => {
    const given = '{"card": 4111111111111111, "text": "4111111111111111", "n": [1, -4111111111111111]}'
    const { text, redacted } = await redactArguments(given)
    expect(text).toBe(
      '{"card": "[CREDIT_CARD_DIGITS_1]", "text": "[CREDIT_CARD_1]", "n": [1, "[CREDIT_CARD_DIGITS_2]"]}',
    )
    expect(() => JSON.parse(text)).not.toThrow()
    expect(createRestorer(redacted.placeholders).restoreJson(text)).toBe(given)
  })

  it('takes the whole of a secret that holds quotes, line breaks and backslashes', async () => {
    for (const secret of ['pa"ss-w0rd', "it's s3cret", 'line 1\nline 2 x9', 'back\\slash9', '"quoted"9']) {
      const given = JSON.stringify({ user: 'ann', password: secret, note: 'fine' })
      const { text, redacted } = await redactArguments(given)
      expect(text).toBe('{"user":"ann","password":"[SECRET_1]","note":"fine"}')
      expect(redacted.placeholders[0]?.value).toBe(secret)
      expect(createRestorer(redacted.placeholders).restoreJson(text)).toBe(given)
    }
  })

  it('scans arguments that are no JSON as text', async () => {
    const { text } = await redactArguments(`{'mail': '${EMAIL}', broken`)
    expect(text).toBe("{'mail': '[EMAIL_ADDRESS_1]', broken")
  })

  it('never puts a placeholder over the punctuation of JSON', async () => {
    const key = '["-----BEGIN PRIVATE KEY-----","MIIEvQIBADANBgkqhkiG9w0BAQEFAASC","-----END PRIVATE KEY-----"]'
    const { text } = await redactArguments(key)
    expect(JSON.parse(text)).toHaveLength(3)
    expect(text).not.toContain('MIIE')
  })
})

describe('names and ids', () => {
  it('replaces a name as a whole, without brackets, the same wherever it stands', async () => {
    const name = 'call_1-415-555-2671'
    const { request, placeholders } = await redact({
      messages: [
        { role: 'user', content: 'x', name: '536-22-1234' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c-536-22-1234', type: 'function', function: { name: '536-22-1234', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c-536-22-1234', content: 'ok' },
      ],
      tools: [
        { type: 'function', function: { name: '536-22-1234' } },
        { type: 'function', function: { name } },
      ],
      tool_choice: { type: 'function', function: { name: '536-22-1234' } },
    })
    for (const text of stringsOf(request)) expect(text).not.toContain('22-1234')
    const names = (request.tools as { function: { name: string } }[]).map((tool) => tool.function.name)
    expect(names[0]).toMatch(/^[A-Z_]+_[0-9]+$/)
    expect(request.tool_choice).toEqual({ type: 'function', function: { name: names[0] } })
    expect(request.messages[0]?.name).toBe(names[0])
    const calls = request.messages[1]?.tool_calls as { id: string; function: { name: string } }[]
    expect(calls[0]?.function.name).toBe(names[0])
    expect(calls[0]?.id).toBe(request.messages[2]?.tool_call_id)
    expect(createRestorer(placeholders).restoreName(String(names[0]))).toBe('536-22-1234')
  })

  it('replaces a key of a schema as a whole, without brackets, which vendors refuse there', async () => {
    const properties = {
      'mail of ann@example.com, bob@example.com': { type: 'string' },
      'x [EMAIL_ADDRESS_9] c@d.com': {},
    }
    const { request, placeholders } = await redact({
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties } } }],
    })
    const [tool] = request.tools as { function: { parameters: { properties: object } } }[]
    expect(Object.keys(tool?.function.parameters.properties ?? {})).toEqual([
      'EMAIL_ADDRESS_1',
      'x [EMAIL_ADDRESS_9] [EMAIL_ADDRESS_2]',
    ])
    expect(createRestorer(placeholders).restoreJson('{"EMAIL_ADDRESS_1":"x"}')).toBe(
      '{"mail of ann@example.com, bob@example.com":"x"}',
    )
  })

  it('leaves the ids that vendors make', async () => {
    const ids = ['call_abc123DEF456ghi789JKL012', 'toolu_01A09q90qw90lq917835lq9', '8f14e45fceea167a5a36dedd4bea2543']
    for (const id of ids) {
      const { request } = await redact({ messages: [{ role: 'tool', tool_call_id: id, content: 'x' }] })
      expect(request.messages[0]?.tool_call_id).toBe(id)
    }
  })
})

describe('the walk', () => {
  it('reaches every string and key that a model may see', async () => {
    let count = 0
    const canary = (): string => {
      count += 1
      return `canary${count}@example.com`
    }
    const schema = (): JsonObject => ({
      type: 'object',
      [canary()]: 1,
      properties: { [canary()]: { type: 'string', description: canary(), default: canary(), enum: [canary()] } },
    })
    const { request, placeholders } = await redact({
      messages: [
        { role: 'system', content: canary() },
        { role: 'developer', content: [{ type: 'text', text: canary(), extra: canary() }] },
        { role: 'user', content: [{ type: 'text', text: canary() }], name: canary(), [canary()]: canary() },
        {
          role: 'assistant',
          content: [{ type: 'refusal', refusal: canary() }],
          refusal: canary(),
          reasoning_content: canary(),
          tool_calls: [
            {
              id: canary(),
              type: 'function',
              function: { name: canary(), arguments: JSON.stringify(schema()), x: canary() },
            },
            { id: 'c', type: 'custom', custom: { name: canary(), input: canary() } },
          ],
          function_call: { name: canary(), arguments: canary() },
        },
        { role: 'tool', tool_call_id: canary(), content: JSON.stringify({ a: [{ b: canary() }] }) },
        { role: 'function', name: canary(), content: canary() },
      ],
      tools: [
        {
          type: 'function',
          function: { name: canary(), description: canary(), parameters: schema(), other: canary() },
        },
        {
          type: 'custom',
          custom: { name: canary(), description: canary(), format: { grammar: canary() } },
          x: canary(),
        },
        canary(),
      ],
      functions: [{ name: canary(), description: canary(), parameters: schema() }],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ function: { name: canary() } }] },
      },
      function_call: { name: canary() },
      response_format: {
        type: 'json_schema',
        json_schema: { name: canary(), description: canary(), schema: schema() },
      },
      prediction: { type: 'content', content: [{ type: 'text', text: canary() }] },
      stop: ['\n', canary()],
      web_search_options: { user_location: { approximate: { city: canary() } } },
      logit_bias: { [canary()]: 1 },
      reasoning_effort: canary(),
      seed: canary(),
      unheard_of: { [canary()]: canary() },
      [canary()]: true,
    })
    expect(JSON.stringify(request)).not.toContain('canary')
    expect(placeholders).toHaveLength(count)
  })

  it('sends no field that names a person to a vendor', async () => {
    const { request, coverage } = await redact({
      messages: [{ role: 'user', content: 'x' }],
      user: 'u-77',
      safety_identifier: 'u-77',
      prompt_cache_key: 'u-77',
      metadata: { customer: 'u-77' },
    })
    expect(JSON.stringify(request)).not.toContain('u-77')
    expect(coverage.notScanned).toEqual(
      ['metadata', 'prompt_cache_key', 'safety_identifier', 'user'].map((path) => ({ path, reason: 'dropped' })),
    )
  })

  const refusedAt = (part: unknown, failure: Promise<unknown>) => {
    const { param } = { param: 'messages[0].content[1]' }
    return Promise.all([
      expect(failure, JSON.stringify(part)).rejects.toMatchObject({ code: 'unscannable_content', status: 422, param }),
      expect(failure).rejects.not.toThrow(EMAIL),
    ])
  }

  it.each([
    ['image', { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
    ['audio', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }],
    ['file', { type: 'file', file: { file_id: 'f' } }],
  ] as const)(
    'refuses a part it cannot scan (%s) unless the policy lets this very kind through',
    async (kind, part) => {
      const request = { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, part] }] }
      await refusedAt(part, redact(request))
      const others = (['image', 'audio', 'file'] as const).filter((one) => one !== kind)
      await refusedAt(part, redact(request, { allowUnscannable: others }))
      const { request: sent, coverage } = await redact(request, { allowUnscannable: [kind] })
      expect(sent.messages[0]?.content).toEqual([{ type: 'text', text: 'x' }, part])
      expect(coverage.notScanned).toEqual([{ path: 'messages[0].content[1]', reason: 'unscannable' }])
    },
  )

  it.each([
    ['unknown', { type: 'hologram', secret: EMAIL }],
    ['malformed text', { type: 'text', text: 5 }],
    ['no object', 'text'],
  ])('refuses a part it does not understand (%s), whatever the policy lets through', async (_, part) => {
    const request = { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, part] }] }
    await refusedAt(part, redact(request, { allowUnscannable: ['image', 'audio', 'file'] }))
  })

  it('changes neither the request it was given nor what nothing was found in', async () => {
    const request: JsonObject = {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: [{ type: 'text', text: EMAIL }] }],
      tools: [{ type: 'function', function: { name: 'f', parameters: { a: EMAIL, b: [1.5, true, null] } } }],
      temperature: 0.5,
      stop: [EMAIL],
      user: 'u',
    }
    const before = structuredClone(request)
    const { request: sent } = await redact(request)
    expect(request).toEqual(before)
    expect(sent.temperature).toBe(0.5)
    const clean: JsonObject = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], seed: 4111111111111111 }
    expect((await redact(clean)).request).toEqual(clean)
  })

  it('keeps a key called __proto__ what it is', async () => {
    const parameters = JSON.parse(`{"__proto__": {"mail": "${EMAIL}"}}`) as JsonObject
    const { request } = await redact({
      messages: [],
      tools: [{ type: 'function', function: { name: 'f', parameters } }],
    })
    expect(JSON.stringify(request.tools)).toContain('{"__proto__":{"mail":"[EMAIL_ADDRESS_1]"}}')
  })
})

describe('failure', () => {
  const request = { model: 'm', messages: [{ role: 'user', content: EMAIL }] }

  it.each([
    ['throws', () => Promise.reject(new Error('down'))],
    ['gives too few results', () => Promise.resolve([])],
    ['gives offsets outside the text', () => answer(0, 999)],
    ['gives offsets that are no numbers', () => answer(Number.NaN, 3)],
  ])('gives no request when the engine %s', async (_, analyze) => {
    const broken: PiiEngine = { version: 'broken/1', analyze }
    await expect(redactChat({ request, engine: broken, policy: {} })).rejects.toThrow()
  })

  it('gives no request when its time is over', async () => {
    const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    await expect(redactChat({ request, engine, policy: {}, signal: late })).rejects.toThrow('late')
    const controller = new AbortController()
    const slow: PiiEngine = {
      version: 'slow/1',
      analyze: async () => {
        controller.abort()
        return [[], []]
      },
    }
    await expect(redactChat({ request, engine: slow, policy: {}, signal: controller.signal })).rejects.toThrow()
  })

  it('keeps to the policy: types and thresholds', async () => {
    const text = `${EMAIL} password=hunter2-99`
    const content = async (policy: object): Promise<unknown> =>
      (await redact({ messages: [{ role: 'user', content: text }] }, policy)).request.messages[0]?.content
    expect(await content({ entities: ['SECRET'] })).toBe(`${EMAIL} password=[SECRET_1]`)
    expect(await content({ scoreThreshold: 0.9 })).toBe('[EMAIL_ADDRESS_1] password=hunter2-99')
    expect(await content({ thresholds: { EMAIL_ADDRESS: 1.1 } })).toBe(`${EMAIL} password=[SECRET_1]`)
  })
})

async function answer(start: number, end: number) {
  const result = { entityType: 'X', start, end, score: 1, recognizer: 'x' }
  return [[result], [result]]
}
