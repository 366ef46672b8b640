import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    on_disconnect: cancel
    redaction: { allow_unscannable: [image] }
`

describe('where a tenant chose otherwise', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway({ config: CONFIG })
  })
  afterAll(() => vendor.close())

  it('a part that cannot be scanned leaves as it is, the texts beside it redacted, and the coverage says so', async () => {
    vendor.openai.reset()
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
    const content = [{ type: 'text', text: 'who is ann.lee@example.com?' }, image]
    const response = await vendor.chat('', { body: { messages: [{ role: 'user', content }] } })
    expect(response.status).toBe(200)
    await response.text()
    const [message] = JSON.parse(String(vendor.openai.requests[0]?.body)).messages
    expect(message.content).toEqual([{ type: 'text', text: 'who is [EMAIL_ADDRESS_1]?' }, image])
    const id = requestIdOf(response)
    await awaitEntry(vendor.sql, id)
    const shown = await (await vendor.gateway.call(`/v1/requests/${id}`, { key: TEST_KEYS.admin })).json()
    const { notScanned } = (shown as { coverage: { notScanned: { path: string; reason: string }[] } }).coverage
    expect(notScanned).toEqual([{ path: 'messages[0].content[1]', reason: 'unscannable' }])
  })

  it('what it did not name is refused as before', async () => {
    vendor.openai.reset()
    const content = [{ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } }]
    const response = await vendor.chat('', { body: { messages: [{ role: 'user', content }] } })
    expect((await expectError(response, 422, 'unscannable_content')).param).toBe('messages[0].content[0]')
    expect(vendor.openai.count).toBe(0)
  })

  it('a client that goes away in mid-stream cancels the call, and what was delivered and what it cost is on record', async () => {
    vendor.openai.reset()
    vendor.openai.script({ text: 'word '.repeat(200), pieceLength: 5, pieceDelayMs: 30 })
    const leaving = new AbortController()
    const response = await vendor.chat('hello', { body: { stream: true }, signal: leaving.signal })
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      if (text.includes('word')) break
    }
    leaving.abort()
    expect(await vendor.openai.requests[0]?.outcome).toBe('cut')
    const entry = await awaitEntry(vendor.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'interrupted', error_code: 'client_closed_request', attempt_count: 1 })
    expect(entry.flags).toContain('client_disconnected')
    expect(entry.response_tokens).toBeGreaterThan(0)
    expect(entry.response_tokens).toBeLessThan(200)
    expect(Number(entry.cost_usd)).toBeGreaterThan(0)
    expect(entry.response_blob_digest).not.toBeNull()
  })

  it('one that goes away before an answer cancels the call too, and the attempt is on record', async () => {
    vendor.openai.reset()
    vendor.openai.script({ delayMs: 60_000 })
    const leaving = new AbortController()
    const asked = vendor.chat('hello', { signal: leaving.signal }).catch(() => null)
    await expect.poll(() => vendor.openai.requests.length, { timeout: 10_000 }).toBe(1)
    leaving.abort()
    expect(await vendor.openai.requests[0]?.outcome).toBe('cut')
    expect(await asked).toBeNull()
    const one = () =>
      vendor.sql`SELECT * FROM ledger_entry WHERE error_code = 'client_closed_request' AND status = 'failed'`
    await expect.poll(async () => (await one()).length, { timeout: 10_000 }).toBe(1)
    const [entry] = await one()
    expect(entry).toMatchObject({ status_code: 499, attempt_count: 1, response_tokens: null })
  })
})
