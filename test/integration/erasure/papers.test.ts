import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Certificate } from '../../../src/domain/erasure/certificate.ts'
import { verifyCertificate } from '../../../src/domain/erasure/certificate-file.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { type ErasureStack, type ErasureView, OTHER_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

describe('the papers of an erasure', () => {
  let stack: ErasureStack
  let view: ErasureView
  let file: string
  const ids: string[] = []

  beforeAll(async () => {
    stack = await startErasureStack()
    ids.push(await stack.say('Quillfeather', 'my mail is quill.feather@example.com'))
    ids.push(await stack.say('Quillfeather', 'a second message'))
    ids.push(await stack.say('bert', 'please write to quill.feather@example.com'))
    const read = await stack.officer(`/v1/requests/${ids[0]}/disclosures`, { purpose: 'a complaint' })
    expect(read.status).toBe(200)
    const id = await stack.erase({
      user: 'Quillfeather',
      identifiers: [{ type: 'EMAIL_ADDRESS', value: 'quill.feather@example.com' }],
      reason: 'Quillfeather asked for it',
    })
    view = await stack.awaitState(id, 'completed', 'failed', 'refused')
    expect(view.state, JSON.stringify(view)).toBe('completed')
    file = await (await certificate(id)).text()
  })
  afterAll(() => stack.close())

  const certificate = (id: string, suffix = '', key = TEST_KEYS.privacy) =>
    stack.gateway.call(`/v1/erasures/${id}/certificate${suffix}`, { key })
  const trusted = async () => (await stack.stores.verifierKeys('dev')).map(parseVkey)

  it('are a certificate that verifies under the key of the tenant’s log, and says what was done', async () => {
    const { certificate: said } = verifyCertificate(file, await trusted())
    expect(said).toMatchObject({
      case: view.id,
      tenant: 'dev',
      log: 'palimpsest.local/dev/g1',
      requested_by: 'test-privacy',
      approved_by: null,
      receipt: { number: view.receipt, completed: view.entries.at(-1) },
      handles: [expect.stringMatching(/^del_/)],
      counts: { subjects: 1, keys: 1, entries: expect.any(Number), others_values: 1, archive_objects: 0 },
      disclosures: 1,
      recipients: [{ provider: 'simulator', entries: 2, unredacted: 0, missed_mentions: expect.any(Number) }],
    } satisfies Partial<Record<keyof Certificate, unknown>>)
    expect(said.receipt.entries).toEqual(view.entries.slice(0, -1))
    expect(said.stores).toEqual(
      view.residue?.map(({ store, looked, found }) => expect.objectContaining({ store, looked, found })),
    )
    const times = [said.requested_at, said.announced_at, said.unreadable_since ?? '', said.completed_at, said.issued_at]
    expect([...times].sort()).toEqual(times)
  })

  it('say what the ledger says: tokens, entries and the time from which nothing could be read', async () => {
    const { certificate: said } = verifyCertificate(file, await trusted())
    const tokens = await stack.sql`SELECT erasure_token FROM data_subject WHERE erased_at IS NOT NULL`
    expect(said.handles).toEqual(tokens.map((row) => row.erasure_token))
    const [kept] = await stack.sql`
      SELECT count(*)::integer AS entries FROM ledger_entry e JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
      WHERE s.erased_at IS NOT NULL`
    expect(said.kept_entries).toBe(kept?.entries)
    const [subject] = await stack.sql`SELECT data_key_id FROM data_subject WHERE erased_at IS NOT NULL`
    const { destroyedAt, epochs } = await stack.stores.keyFacts.ofKeys('dev', [subject?.data_key_id])
    expect(said.unreadable_since).toBe(new Date(destroyedAt ?? 0).toISOString())
    expect(said.backups.keystore_epochs.map(({ epoch }) => epoch)).toEqual(epochs.map(({ epoch }) => epoch))
  })

  it('name nobody, in no form', async () => {
    const pdf = Buffer.from(await (await certificate(view.id, '.pdf')).arrayBuffer())
    for (const text of [file, pdf.toString('latin1')]) {
      expect(text.toLowerCase()).not.toContain('quill')
      expect(text).not.toContain(Buffer.from('Quillfeather').toString('base64').slice(0, 12))
      expect(text).not.toContain(Buffer.from('Quillfeather').toString('hex'))
    }
  })

  it('are made once: signed again they are the same bytes', async () => {
    const sha256 = createHash('sha256').update(file, 'utf8').digest('hex')
    expect(await stack.step('signCertificate', { caseId: view.id })).toEqual({ sha256 })
    const [first, second] = await Promise.all([
      stack.step('signCertificate', { caseId: view.id }),
      stack.step('signCertificate', { caseId: view.id }),
    ])
    expect([first, second]).toEqual([{ sha256 }, { sha256 }])
    await stack.sql`UPDATE erasure_case SET certificate = NULL WHERE id = ${view.id}`
    const raced = await Promise.all([1, 2, 3].map(() => stack.step('signCertificate', { caseId: view.id })))
    expect(new Set(raced.map((one) => one.sha256)).size).toBe(1)
    const again = await (await certificate(view.id)).text()
    expect(createHash('sha256').update(again, 'utf8').digest('hex')).toBe(raced[0]?.sha256)
    verifyCertificate(again, await trusted())
  })

  it('come as a PDF with the signed file inside, for the tenant’s officers alone', async () => {
    const response = await certificate(view.id, '.pdf')
    expect(response.headers.get('content-type')).toBe('application/pdf')
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString('latin1'),
    ).toBe('%PDF-')
    expect((await certificate(view.id, '.pdf', OTHER_OFFICER)).status).toBe(404)
    expect((await certificate(view.id, '.pdf', TEST_KEYS.admin)).status).toBe(403)
    expect((await certificate('0190b5a4-0000-7000-8000-000000000000', '.pdf')).status).toBe(404)
    expect((await certificate('%2e%2e', '.pdf')).status).toBe(404)
  })

  it('are not made of what is not complete', async () => {
    await stack.say('conny', 'hello')
    const { id } = await stack.openCase({ user: 'conny' })
    await stack.step('resolvePerson', { caseId: id })
    await expect(stack.step('signCertificate', { caseId: id })).rejects.toThrow(/could not be made/)
    expect((await certificate(id, '.pdf')).status).toBe(409)
  })

  it('of a refusal name the hold in the ledger, and the person stays as they were', async () => {
    const request = await stack.say('dietmar', 'my number is +49 30 901824')
    const placed = await stack.officer('/v1/holds', { user: 'dietmar', reason: 'litigation' })
    const hold = (placed.body as { id: string }).id
    const id = await stack.erase({ user: 'dietmar' })
    const refused = await stack.awaitState(id, 'refused', 'completed', 'failed')
    expect(refused).toMatchObject({ state: 'refused', error_code: 'legal_hold', certificate: null })
    const [entry] = await stack.sql`SELECT detail FROM ledger_entry WHERE id = ${refused.entries.at(-1) ?? ''}`
    expect(JSON.parse(entry?.detail)).toMatchObject({ holds: [hold] })
    const shown = await stack.officer(`/v1/requests/${request}/disclosures`, { purpose: 'to see that it is there' })
    expect(JSON.stringify(shown.body)).toContain('901824')
    await stack.gateway.call(`/v1/holds/${hold}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    const again = await stack.erase({ user: 'dietmar' })
    expect((await stack.awaitState(again, 'refused', 'completed', 'failed')).state).toBe('completed')
  })

  it('of a hold that comes between the look for holds and the announcement stop the erasure before anything is gone', async () => {
    await stack.say('frida', 'hello')
    const { id } = await stack.openCase({ user: 'frida' })
    await stack.step('resolvePerson', { caseId: id })
    expect(await stack.step('findHolds', { caseId: id })).toEqual({ holds: [] })
    const { body } = await stack.officer('/v1/holds', { user: 'frida', reason: 'litigation' })
    const hold = (body as { id: string }).id
    await expect(stack.step('announceErasure', { caseId: id })).rejects.toMatchObject({
      type: 'legal_hold',
      nonRetryable: true,
    })
    expect(await stack.sql`SELECT FROM ledger_entry WHERE kind = 'erasure' AND detail LIKE ${`%${id}%`}`).toHaveLength(
      0,
    )
    await stack.gateway.call(`/v1/holds/${hold}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    await stack.step('announceErasure', { caseId: id })
  })

  it('of a hold that came too late do not keep what is begun from being finished, but keep a new pseudonym', async () => {
    await stack.say('gustav', 'hello')
    const { id } = await stack.openCase({ user: 'gustav' })
    await stack.step('resolvePerson', { caseId: id })
    await stack.step('announceErasure', { caseId: id })
    const tenant = await stack.officer('/v1/holds', { tenant: true, reason: 'preservation order' })
    expect(tenant.body).toMatchObject({ erasures_announced_before: expect.arrayContaining([id]) })
    await stack.step('detachIdentity', { caseId: id })
    expect(await stack.step('findHolds', { caseId: id })).toEqual({ holds: [] })
    const person = await stack.officer('/v1/holds', { user: 'gustav', reason: 'litigation' })
    await stack.step('resolvePerson', { caseId: id })
    const holds = [tenant, person].map(({ body }) => (body as { id: string }).id)
    expect(await stack.step('findHolds', { caseId: id })).toEqual({ holds })
    for (const one of holds) {
      await stack.gateway.call(`/v1/holds/${one}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    }
  })

  it('tell of a hold that came when an erasure was announced already', async () => {
    await stack.say('edith', 'hello')
    const { id } = await stack.openCase({ user: 'edith' })
    await stack.step('resolvePerson', { caseId: id })
    await stack.step('announceErasure', { caseId: id })
    const { body } = await stack.officer('/v1/holds', { user: 'edith', reason: 'litigation' })
    expect(body).toMatchObject({ in_force: true, erasures_announced_before: [id] })
  })
})
