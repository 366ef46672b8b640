import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyEntryProof } from '../../../src/domain/ledger/entry-proof.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

describe('a recorded request', () => {
  let gateway: TestGateway
  let admin: postgres.Sql

  beforeAll(async () => {
    gateway = await startTestGateway()
    admin = postgres(gateway.databases.admin, { max: 1, onnotice: () => undefined })
  })

  afterAll(async () => {
    await admin.end()
    await gateway.remove()
  })

  const chat = (content: string, headers: Record<string, string> = {}) =>
    gateway.call('/v1/chat/completions', {
      headers,
      body: { model: 'simulated/echo', user: 'u-1', messages: [{ role: 'user', content }] },
    })

  const awaitRecord = async (id: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const [row] = await admin`SELECT * FROM ledger_entry WHERE id = ${id}`
      if (row) return row
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('not recorded')
  }

  it('gives the answer restored, and leaves one entry, sealed content and nothing in flight', async () => {
    const response = await chat('write to ann.lee@example.com please')
    expect(response.status).toBe(200)
    const body = (await response.json()) as { choices: { message: { content: string } }[] }
    expect(body.choices[0]?.message.content).toBe('write to ann.lee@example.com please')
    expect(response.headers.get('x-palimpsest-redactions')).toBe('1')
    const id = response.headers.get('x-palimpsest-request-id') ?? ''
    const row = await awaitRecord(id)
    expect(row).toMatchObject({ status: 'answered', has_pii: true, provider: 'simulator', attempt_count: 1 })
    const [content] = await admin`SELECT * FROM content WHERE entry_id = ${id}`
    expect(Buffer.from(content?.sealed_prompt).includes('EMAIL_ADDRESS')).toBe(false)
    const [left] = await admin`
      SELECT (SELECT count(*) FROM inbox WHERE request_id = ${id})::integer
           + (SELECT count(*) FROM attempt WHERE request_id = ${id})::integer AS rows`
    expect(left?.rows).toBe(0)
  })

  it('has an inclusion proof that verifies with the log key alone', async () => {
    const response = await chat('hello')
    const id = response.headers.get('x-palimpsest-request-id') ?? ''
    await awaitRecord(id)
    const proof = await gateway.call(`/v1/ledger/entries/${id}/proof`)
    expect(proof.status).toBe(200)
    const key = parseVkey(proof.headers.get('x-palimpsest-verifier-key') ?? '')
    const verified = verifyEntryProof(await proof.text(), [key])
    expect(verified.envelope.id).toBe(id)
    expect(verified.groups).toMatchObject({ envelope: 'opened', prompt: 'sealed', response: 'sealed' })
  })

  it('of a high-risk tool is durable before the answer is given', async () => {
    const response = await chat('hello', { 'x-tool-name': 'hr_helpdesk' })
    const id = response.headers.get('x-palimpsest-request-id') ?? ''
    const [row] = await admin`SELECT id FROM ledger_entry WHERE id = ${id}`
    expect(row?.id).toBe(id)
  })

  it('can be read back by the privacy role only, and the disclosure is an entry', async () => {
    const response = await chat('call +1 415 555 2671', { 'x-tool-name': 'hr_helpdesk' })
    const id = response.headers.get('x-palimpsest-request-id') ?? ''
    const path = `/v1/requests/${id}/disclosures`
    const refused = await gateway.call(path, { key: TEST_KEYS.auditor, body: { purpose: 'look' } })
    expect(refused.status).toBe(403)
    const disclosed = await gateway.call(path, { key: TEST_KEYS.privacy, body: { purpose: 'a test of reading' } })
    expect(disclosed.status).toBe(200)
    const text = (await disclosed.json()) as { disclosure_id: string; prompt: { messages: { content: string }[] } }
    expect(text.prompt.messages[0]?.content).toBe('call [PHONE_NUMBER_1]')
    const [entry] = await admin`SELECT kind, related_entry FROM ledger_entry WHERE id = ${text.disclosure_id}`
    expect(entry).toMatchObject({ kind: 'disclosure', related_entry: id })
  })
})
