import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CanaryScanner } from '../../support/canary-scanner.ts'
import { verifyStack } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { scanAll } from '../../support/scan-database.ts'
import { KEYS_YAML } from '../../support/vendor-gateway.ts'

/** Tool `loose` redacts cards alone, so that everything else is missed; `plain` redacts as usual. */
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      loose: { redaction: { entities: [CREDIT_CARD] } }
`

const ANN = {
  user: 'emp-0004217',
  identifiers: [
    { type: 'EMAIL_ADDRESS', value: 'ann.lee@example.com' },
    { type: 'PHONE_NUMBER', value: '+1 415 555 2671' },
    { type: 'PERSON', value: 'Annabel Leeward' },
  ],
}
const CANARIES = ['emp-0004217', 'ann.lee@example.com', '+1 415 555 2671', '4155552671', 'Annabel Leeward'].map(
  (value) => ({
    label: value,
    value,
  }),
)
const base64 = (text: string) => Buffer.from(text).toString('base64')

const MISSED = (who: string, mail: string, phone: string, token: string, id: string) =>
  `Ben here (ben@example.com). ${who}: ${mail}; tel ${phone}. Note ${token}, ask ${id}? Annual plan 4155552670.\n{"to": "${mail}", "n": 1.50}`

describe('mentions of a person in what others wrote', () => {
  let stack: ErasureStack
  let caseId: string
  let missed: string
  let redacted: string
  let ofBen: string
  let digests: Record<string, string>
  let exported: string[]
  const loose = { headers: { 'x-tool-name': 'loose' } }

  beforeAll(async () => {
    stack = await startErasureStack({ config: CONFIG })
    await stack.say(ANN.user, 'I am Annabel Leeward, ann.lee@example.com, 415-555-2671')
    missed = await stack.say(
      'ben',
      MISSED(
        'ANNABEL LEEWARD',
        'Ann.Lee@Example.com',
        '(415) 555-2671',
        base64('for Annabel Leeward only'),
        'EMP-0004217',
      ),
      loose,
    )
    redacted = await stack.say('ben', 'write to ann.lee@example.com and ben@example.com')
    ofBen = await stack.say('cid', 'Ben Ortega <ben@example.com> asked for annual leave', loose)
    const all = await contentDigests()
    digests = Object.fromEntries([missed, redacted, ofBen].map((id) => [id, all[id] ?? '']))
    exported = [await exportOf('ben'), await exportOf('cid')]
    caseId = (await stack.openCase(ANN)).id
    await stack.step('resolvePerson', { caseId })
  })
  afterAll(() => stack.close())

  async function contentDigests(): Promise<Record<string, string>> {
    const rows = await stack.sql`
      SELECT entry_id, encode(sha256(coalesce(sealed_prompt, '') || '|'::bytea || coalesce(sealed_response, '')), 'hex') AS is
      FROM content`
    return Object.fromEntries(rows.map((row) => [row.entry_id, row.is]))
  }
  const exportOf = async (user: string) => {
    const { body } = await stack.officer('/v1/subjects/export', { user })
    const { id } = body as { id: string }
    await vi.waitFor(async () => expect(await exportState(id)).toBe('completed'), { timeout: 60_000 })
    return id
  }
  const exportState = async (id: string) =>
    ((await stack.officer(`/v1/subjects/exports/${id}`)).body as { state: string }).state
  const disclosed = async (id: string) => {
    const { status, body } = await stack.officer(`/v1/requests/${id}/disclosures`, { purpose: 'a look at the test' })
    return { status, body: body as Disclosed }
  }
  interface Disclosed {
    prompt: { messages: { content: string }[] }
    response: { choices: { message: { content: string } }[] }
    values: { placeholder: string }[]
    cut: unknown
  }
  const openings = (id: string) =>
    stack.gateway.call(`/v1/ledger/entries/${id}/proof`, {
      key: 'pk_privacy_test_0123456789abcdef',
      body: { purpose: 'a look at the proof', open: ['prompt', 'response', 'subject'] },
    })

  const announce = async () => {
    const { entry } = await stack.step('announceErasure', { caseId })
    await stack.step('awaitLeaf', { entry, tenant: 'dev' })
  }

  it('are found where the engine had missed them, and nothing is changed yet, however often they are looked for', async () => {
    await announce()
    await stack.step('detachIdentity', { caseId })
    await stack.step('destroyKeys', { caseId })
    await stack.step('deleteContent', { caseId })
    // Six texts, and the purposes of two exports.
    const first = await stack.step('findMentions', { caseId })
    expect(first).toEqual({ textsScanned: 8, textsUnreadable: 0, texts: 2 })
    const cuts = await stack.sql`SELECT * FROM erasure_cut WHERE case_id = ${caseId} ORDER BY content_group`
    expect(cuts.map((row) => [row.entry_id, row.content_group])).toEqual([
      [missed, 'prompt'],
      [missed, 'response'],
    ])
    expect(await stack.step('findMentions', { caseId })).toEqual(first)
    expect(await stack.sql`SELECT * FROM erasure_cut WHERE case_id = ${caseId} ORDER BY content_group`).toEqual(cuts)
    expect(await contentDigests()).toMatchObject(digests)
  })

  it('that are still there are found by the last look at the stores; they go once they are announced', async () => {
    await announce()
    const { stores } = await stack.step('scanResidue', { caseId })
    expect(stores.filter(({ found }) => found > 0)).toEqual([
      { store: 'texts and detected values of other people', looked: expect.any(Number), found: 3, held: 0 },
    ])
    for (let times = 0; times < 2; times++) {
      expect(await stack.step('cutMentions', { caseId })).toEqual({ values: 1, textsCut: 2 })
    }
  })

  it('are gone then: the text beside them is as it was, and so is everybody else', async () => {
    const { status, body } = await disclosed(missed)
    expect(status).toBe(200)
    const left = MISSED('[ERASED]', '[ERASED]', '([ERASED]', base64('for [ERASED] only'), '[ERASED]')
    expect(body.prompt.messages[0]?.content).toBe(left)
    expect(body.response.choices[0]?.message.content).toBe(left)
    expect(body.values).toEqual([])
    const other = await disclosed(redacted)
    expect(other.body.prompt.messages[0]?.content).toBe('write to [EMAIL_ADDRESS_1] and [EMAIL_ADDRESS_2]')
    expect(other.body.values).toMatchObject([{ placeholder: '[EMAIL_ADDRESS_2]', value: 'ben@example.com' }])
    const untouched = await disclosed(ofBen)
    expect(untouched.body.prompt.messages[0]?.content).toBe('Ben Ortega <ben@example.com> asked for annual leave')
    const now = await contentDigests()
    for (const id of [redacted, ofBen]) expect(now[id]).toBe(digests[id])
    expect(now[missed]).not.toBe(digests[missed])
  })

  it('leave an entry whose cut texts are told as cut, not as damaged, and what was not cut still opens', async () => {
    const { body } = await disclosed(missed)
    expect(body.cut).toEqual([
      { group: 'prompt', receipt: 1 },
      { group: 'response', receipt: 1 },
    ])
    expect((await disclosed(ofBen)).body.cut).toEqual([])
    const proof = await openings(missed)
    expect(proof.status).toBe(200)
    expect(proof.headers.get('x-palimpsest-openings')).toBe('prompt=cut, response=cut, subject=opened')
    const whole = await openings(ofBen)
    expect(whole.headers.get('x-palimpsest-openings')).toBe('prompt=opened, response=opened, subject=opened')
  })

  it('are in no export that was made before; nobody else’s is ended', async () => {
    const [ofBens = '', ofCids = ''] = exported
    expect([await exportState(ofBens), await exportState(ofCids)]).toEqual(['expired', 'completed'])
    const parts = await stack.sql`SELECT export_id, count(*)::integer AS parts FROM subject_export_part GROUP BY 1`
    expect(parts).toEqual([{ export_id: ofCids, parts: expect.any(Number) }])
  })

  it('are nowhere: no row, no text of anybody, no history, in any encoding; the ledger still holds', async () => {
    const { stores } = await stack.step('scanResidue', { caseId })
    expect(stores.map(({ store, found }) => [store, found])).toEqual([
      ['keystore', 0],
      ['content and detected values of the person', 0],
      ['identities', 0],
      ['consents', 0],
      ['budgets of the person', 0],
      ['requests in flight, idempotency keys', 0],
      ['audit view', 0],
      ['exports', 0],
      ['archives', 0],
      ['values listed in the policy', 0],
      ['ledger entries', 0],
      ['texts and detected values of other people', 0],
    ])
    const [keystore] = stores
    // Two texts, who it was, and three detected values.
    expect(keystore).toMatchObject({ looked: 1, sealedTried: 6, sealedDestroyed: 6 })
    const looked = Object.fromEntries(stores.map((one) => [one.store, one.looked]))
    expect(looked).toMatchObject({ identities: 1, 'audit view': 1, 'content and detected values of the person': 1 })
    expect(looked['ledger entries']).toBeGreaterThan(4)
    const scanner = new CanaryScanner(CANARIES)
    const findings = []
    for (const id of [missed, redacted, ofBen])
      findings.push(...scanner.scanText(JSON.stringify(await disclosed(id)), id))
    for (const url of [stack.gateway.databases.admin, stack.gateway.databases.keystoreAdmin]) {
      findings.push(...(await scanAll(url, scanner)))
    }
    expect(findings).toEqual([])
    expect(await verifyStack(stack)).toMatchObject({ exit: 0, problems: [] })
  })

  it('are looked for in the histories of the person’s requests, which are all read', async () => {
    const histories = await stack.step('checkHistories', { caseId })
    expect(histories).toEqual({ store: 'workflow histories', looked: 1, found: 0 })
  })
})
