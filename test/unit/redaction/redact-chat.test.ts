import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/chat/types.ts'
import { redactChat } from '../../../src/domain/redaction/redact-chat.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { engine, redact, redactText } from './support.ts'

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
