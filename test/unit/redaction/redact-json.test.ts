import { describe, expect, it } from 'vitest'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { redact, redactArguments, stringsOf } from './support.ts'

const EMAIL = 'ann.lee@example.com'

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
