import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

let gateway: TestGateway

const CONFIG = `tenants:
  - id: acme
    region: eu
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "\${AUDITOR_KEY}", role: auditor }
    tools:
      mail_only: { redaction: { entities: [EMAIL_ADDRESS] } }
`

beforeAll(async () => {
  gateway = await startTestGateway({ config: CONFIG })
})
afterAll(() => gateway.remove())

async function analyze(
  body: unknown,
  key: string = TEST_KEYS.app,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await gateway.call('/analyze', { key, body, headers })
  return { status: response.status, body: await response.json() }
}

describe('POST /analyze', () => {
  it('answers in Presidio’s shape, with code point offsets', async () => {
    const { status, body } = await analyze({ text: '😀 mail ann@example.com', language: 'en' })
    expect(status).toBe(200)
    expect(body).toEqual([
      {
        analysis_explanation: null,
        end: 22,
        entity_type: 'EMAIL_ADDRESS',
        recognition_metadata: { recognizer_identifier: 'email', recognizer_name: 'email' },
        score: 1,
        start: 7,
      },
    ])
  })
  it('finds persons with the name model that is committed', async () => {
    const { body } = await analyze({ text: 'Please write to Patricia Desrosiers tomorrow.', language: 'en' })
    expect(body).toMatchObject([{ entity_type: 'PERSON', start: 16, end: 35 }])
  })
  it('answers without types what the policy redacts, and other types when they are named', async () => {
    const text = 'We meet on 12 March 2024.'
    expect((await analyze({ text })).body).toEqual([])
    expect((await analyze({ text, entities: ['DATE_TIME'] })).body).toMatchObject([{ entity_type: 'DATE_TIME' }])
  })
  it('answers for a tool what that tool would redact', async () => {
    const text = 'Call +49 30 901820 or mail ann@example.com'
    const both = [{ entity_type: 'PHONE_NUMBER' }, { entity_type: 'EMAIL_ADDRESS' }]
    expect((await analyze({ text })).body).toMatchObject(both)
    expect((await analyze({ text }, TEST_KEYS.app, { 'X-Tool-Name': 'other' })).body).toMatchObject(both)
    expect((await analyze({ text }, TEST_KEYS.app, { 'X-Tool-Name': 'mail_only' })).body).toMatchObject([both[1]])
    expect(await analyze({ text }, TEST_KEYS.app, { 'X-Tool-Name': 'no such tool' })).toMatchObject({ status: 400 })
  })
  it('gives nothing for an empty text', async () => {
    expect(await analyze({ text: '' })).toEqual({ status: 200, body: [] })
  })
  it('takes recognisers of the caller’s own, and keeps to the threshold', async () => {
    const own = { name: 'zip', supported_entity: 'ZIP', patterns: [{ name: 'zip', regex: '\\b\\d{5}\\b', score: 0.5 }] }
    const text = 'code 12345'
    expect((await analyze({ text, ad_hoc_recognizers: [own] })).body).toMatchObject([{ entity_type: 'ZIP', start: 5 }])
    expect((await analyze({ text, ad_hoc_recognizers: [own], score_threshold: 0.9 })).body).toEqual([])
  })
  it('refuses a pattern that is not linear, and a body that is none', async () => {
    const own = { name: 'x', supported_entity: 'X', patterns: [{ name: 'x', regex: '(?=a)b', score: 0.5 }] }
    expect(await analyze({ text: 'a', ad_hoc_recognizers: [own] })).toMatchObject({
      status: 400,
      body: { error: { param: 'ad_hoc_recognizers' } },
    })
    expect(await analyze({})).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param: 'text' } },
    })
  })
  it('is for apps', async () => {
    expect((await analyze({ text: 'a' }, TEST_KEYS.auditor)).status).toBe(403)
  })
})
