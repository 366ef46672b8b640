import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/chat/types.ts'
import { redact } from './support.ts'

const EMAIL = 'ann.lee@example.com'

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
