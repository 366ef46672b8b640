import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SEQUENCER_LOCK } from '../../../src/adapters/postgres/ledger/sequencer.ts'
import { verifyEntryProof } from '../../../src/domain/ledger/entry-proof.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

describe('an entry that has no leaf yet', () => {
  let gateway: TestGateway
  let admin: postgres.Sql

  beforeAll(async () => {
    gateway = await startTestGateway()
    admin = postgres(gateway.databases.admin, { max: 2, onnotice: () => undefined })
  })
  afterAll(async () => {
    await admin.end()
    await gateway.remove()
  })

  const prove = (id: string) => gateway.call(`/v1/ledger/entries/${id}/proof`, { key: TEST_KEYS.auditor })
  const open = (id: string) =>
    gateway.call(`/v1/ledger/entries/${id}/proof`, {
      key: TEST_KEYS.privacy,
      body: { purpose: 'case 4711', open: ['prompt'] },
    })

  it('is pending after a bounded time, with and without openings, and is proved once it has one', async () => {
    let id = ''
    await admin.begin(async (sequencer) => {
      // Whoever has the lock is the sequencer, and this one does nothing.
      await sequencer`SELECT pg_advisory_xact_lock(${SEQUENCER_LOCK})`
      const chat = await gateway.call('/v1/chat/completions', {
        headers: { 'x-tool-name': 'hr_helpdesk' },
        body: { model: 'simulated/echo', messages: [{ role: 'user', content: 'hello' }] },
      })
      expect(chat.status).toBe(200)
      id = chat.headers.get('x-palimpsest-request-id') ?? ''
      for (const response of await Promise.all([prove(id), open(id)])) {
        expect(response.status).toBe(202)
        expect(response.headers.get('retry-after')).toBe('1')
        expect(response.headers.get('x-palimpsest-verifier-key')).toBeNull()
        expect(await response.json()).toEqual({ state: 'pending', id })
      }
      const [row] = await admin`SELECT count(*)::integer AS disclosures FROM ledger_entry WHERE kind = 'disclosure'`
      expect(row).toEqual({ disclosures: 0 })
    })
    const proof = await prove(id)
    expect(proof.status).toBe(200)
    const key = parseVkey(proof.headers.get('x-palimpsest-verifier-key') ?? '')
    expect(verifyEntryProof(await proof.text(), [key]).groups).toMatchObject({ envelope: 'opened' })
  })
})
