import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countRows, expectError, settle, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const user = { role: 'user', content: 'hello' }
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const body = (fields: string) => `{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}],${fields}}`

/** name, body as sent, status, code, param */
const MALFORMED: [string, string | Uint8Array, number, string, string | null][] = [
  ['no body', '', 400, 'invalid_json', null],
  ['half a JSON text', '{"model":"gpt-4o","messages":[', 400, 'invalid_json', null],
  ['two JSON texts', '{} {}', 400, 'invalid_json', null],
  [
    'a body that is not UTF-8',
    Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d),
    400,
    'invalid_json',
    null,
  ],
  ['an array', '[]', 400, 'invalid_type', null],
  ['null', 'null', 400, 'invalid_type', null],
  ['no model', JSON.stringify({ messages: [user] }), 400, 'missing_required_parameter', 'model'],
  ['a number as model', JSON.stringify({ model: 4, messages: [user] }), 400, 'invalid_type', 'model'],
  ['no messages', JSON.stringify({ model: 'gpt-4o' }), 400, 'missing_required_parameter', 'messages'],
  ['empty messages', JSON.stringify({ model: 'gpt-4o', messages: [] }), 400, 'empty_array', 'messages'],
  ['messages as text', JSON.stringify({ model: 'gpt-4o', messages: 'hello' }), 400, 'invalid_type', 'messages'],
  ['a message as text', JSON.stringify({ model: 'gpt-4o', messages: ['hello'] }), 400, 'invalid_type', 'messages[0]'],
  [
    'an unknown role',
    JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'wizard', content: 'hello' }] }),
    400,
    'invalid_value',
    'messages[0].role',
  ],
  [
    'content of a wrong type',
    JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 7 }] }),
    400,
    'invalid_type',
    'messages[0].content',
  ],
  [
    'an empty list of parts',
    JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: [] }] }),
    400,
    'empty_array',
    'messages[0].content',
  ],
  ['a tool message that answers nothing', body('"tools":[]'), 400, 'empty_array', 'tools'],
  ['stream as text', body('"stream":"yes"'), 400, 'invalid_type', 'stream'],
  ['temperature as text', body('"temperature":"hot"'), 400, 'invalid_type', 'temperature'],
  ['n below one', body('"n":0'), 400, 'integer_below_min_value', 'n'],
  ['a number that no JSON can write', body('"temperature":1e999'), 400, 'invalid_value', 'temperature'],
  ['an unknown field', body('"ann.lee@example.com":1'), 400, 'unknown_parameter', '*'],
  ['a key that changes the prototype', body('"metadata":{"__proto__":"x"}'), 400, 'invalid_value', 'metadata.*'],
  ['deep nesting', body(`"logit_bias":${deep(5_000)}`), 400, 'nesting_too_deep', null],
  ['nesting deeper than any stack', body(`"logit_bias":${deep(200_000)}`), 400, 'nesting_too_deep', null],
  [
    'a lone surrogate',
    '{"model":"gpt-4o","messages":[{"role":"user","content":"a \\ud83d b"}]}',
    400,
    'invalid_text',
    'messages[0].content',
  ],
  ['a lone surrogate in a key', body('"metadata":{"\\udc00":"x"}'), 400, 'invalid_text', 'metadata.*'],
  [
    'NUL',
    '{"model":"gpt-4o","messages":[{"role":"user","content":"a \\u0000 b"}]}',
    400,
    'invalid_text',
    'messages[0].content',
  ],
  ['an unknown model', JSON.stringify({ model: 'grok-99', messages: [user] }), 404, 'model_not_found', 'model'],
]

describe('a request that cannot be answered', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway()
  })
  afterAll(() => vendor.close())

  const post = (content: string | Uint8Array, init: { headers?: Record<string, string>; duplex?: 'half' } = {}) =>
    fetch(`${vendor.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: content,
      headers: {
        authorization: 'Bearer pk_app_test_0123456789abcdef',
        'content-type': 'application/json',
        ...init.headers,
      },
    })

  it.each(MALFORMED)('gets one clear error for %s', async (_, content, status, code, param) => {
    const error = await expectError(await post(content), status, code)
    expect(error.param).toBe(param)
    expect(error.message).not.toContain('ann.lee')
  })

  it('gets 413 for 10 MB, also where the length is not told', async () => {
    const text = 'x'.repeat(10 * 1024 * 1024)
    const large = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: text }] })
    const refused = await post(large)
    expect(refused.headers.get('connection')).toBe('close')
    await expectError(refused, 413, 'request_too_large')
    const pieces = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(large))
        controller.close()
      },
    })
    const chunked = await fetch(`${vendor.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: pieces,
      duplex: 'half',
      headers: { authorization: 'Bearer pk_app_test_0123456789abcdef', 'content-type': 'application/json' },
    } as RequestInit)
    await expectError(chunked, 413, 'request_too_large')
  })

  it.each([
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['a kind of JSON that is another', 'application/json-seq'],
  ])('gets 415 where the body is said to be %s', async (_, type) => {
    await expectError(
      await post(JSON.stringify({ model: 'gpt-4o', messages: [user] }), { headers: { 'content-type': type } }),
      415,
      'unsupported_content_type',
    )
  })

  it('may name the character set of its JSON', async () => {
    const accepted = await post(JSON.stringify({ model: 'gpt-4o', messages: [user] }), {
      headers: { 'content-type': 'Application/JSON; charset=utf-8' },
    })
    expect(accepted.status).toBe(200)
    await accepted.text()
  })

  it.each([
    ['X-Tool-Name', 'a tool'],
    ['X-Tool-Name', 'x'.repeat(129)],
    ['X-Tool-Name', ''],
    ['X-Feature-Name', 'naïve'],
    ['Idempotency-Key', 'k'.repeat(256)],
    ['X-Session-Id', 's'.repeat(256)],
    ['X-Data-Region', '../eu'],
  ])('gets 400 for a %s outside its alphabet', async (header, value) => {
    const refused = await vendor.chat('hello', { headers: { [header]: value } })
    const error = await expectError(refused, 400, 'invalid_header')
    expect(error.param).toBe(header)
  })

  it('gets 400 where a name that is stored in clear holds personal data', async () => {
    const refused = await vendor.chat('hello', { headers: { 'X-Tool-Name': '4111111111111111' } })
    const error = await expectError(refused, 400, 'personal_data_in_name')
    expect(error).toMatchObject({ param: 'X-Tool-Name' })
    expect(error.message).not.toContain('4111')
  })

  it('gets 400 for a region that is not configured', async () => {
    const refused = await vendor.chat('hello', { headers: { 'X-Data-Region': 'mars' } })
    const error = await expectError(refused, 400, 'region_unknown')
    expect(error.param).toBe('X-Data-Region')
  })

  it('reaches no model and leaves no entry', async () => {
    vendor.openai.reset()
    await settle(vendor.sql)
    const before = await countRows(vendor.sql)
    for (const [, content] of MALFORMED) await (await post(content)).text()
    expect(await countRows(vendor.sql)).toEqual(before)
    expect(vendor.openai.count).toBe(0)
  })

  it('does not stop the next one from being answered', async () => {
    const answered = await vendor.chat('hello')
    expect(answered.status).toBe(200)
    await answered.text()
  })
})
