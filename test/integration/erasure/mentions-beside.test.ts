import { randomBytes } from 'node:crypto'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMentionSteps } from '../../../activities/erasure/mentions.ts'
import { openMentionSearch } from '../../../src/adapters/mentions/mention-search.ts'
import { createWorkflowHistories } from '../../../src/adapters/temporal/histories.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { KEYS_YAML } from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      loose: { redaction: { entities: [CREDIT_CARD] } }
`
const loose = { headers: { 'x-tool-name': 'loose' } }

describe('mentions, where more happens at the same time', () => {
  let stack: ErasureStack

  beforeAll(async () => {
    stack = await startErasureStack({ config: CONFIG })
  })
  afterAll(() => stack.close())

  const person = (name: string) => ({ user: name, identifiers: [{ type: 'PERSON', value: name }] })
  /** A case as it stands when mentions are looked for. */
  const begin = async (name: string) => {
    const { id: caseId, reference } = await stack.openCase(person(name))
    await stack.step('claimErasure', { reference })
    await stack.step('resolvePerson', { caseId })
    await announce(caseId)
    await stack.step('detachIdentity', { caseId })
    await stack.step('destroyKeys', { caseId })
    await stack.step('deleteContent', { caseId })
    return caseId
  }
  const announce = async (caseId: string) => {
    const { entry } = await stack.step('announceErasure', { caseId })
    await stack.step('awaitLeaf', { entry, tenant: 'dev' })
  }
  const textOf = async (id: string) => {
    const { status, body } = await stack.officer(`/v1/requests/${id}/disclosures`, { purpose: 'a look at the test' })
    expect(status).toBe(200)
    return (body as { prompt: { messages: [{ content: string }] } }).prompt.messages[0].content
  }
  const findings = async (caseId: string) => {
    const { stores } = await stack.step('scanResidue', { caseId })
    return Object.fromEntries(stores.filter(({ found }) => found > 0).map(({ store, found }) => [store, found]))
  }
  const OTHERS = 'texts and detected values of other people'

  it('of two persons in one text are cut one after the other, and neither comes back', async () => {
    const shared = await stack.say('ben', 'Clara Quillfeather met Dora Featherstone', loose)
    const [clara, dora] = [await begin('Clara Quillfeather'), await begin('Dora Featherstone')]
    expect(await stack.step('findMentions', { caseId: clara })).toMatchObject({ texts: 2 })
    let waits = true
    const second = stack.step('findMentions', { caseId: dora }).finally(() => {
      waits = false
    })
    await announce(clara)
    expect(waits).toBe(true)
    expect(await stack.step('cutMentions', { caseId: clara })).toEqual({ values: 0, textsCut: 2 })
    expect(await second).toMatchObject({ texts: 2 })
    await announce(dora)
    expect(await stack.step('cutMentions', { caseId: dora })).toEqual({ values: 0, textsCut: 2 })
    expect(await textOf(shared)).toBe('[ERASED] met [ERASED]')
    for (const caseId of [clara, dora]) expect(await findings(caseId)).toEqual({})
  })

  it('in texts that are gone when it is their turn are done with; a changed text is left as it is and fails the last look', async () => {
    const gone = await stack.say('eve', 'Flora Goldenthistle was here', loose)
    const changed = await stack.say('ben', 'Flora Goldenthistle was there', loose)
    const caseId = await begin('Flora Goldenthistle')
    expect(await stack.step('findMentions', { caseId })).toMatchObject({ texts: 4 })
    await stack.sql`DELETE FROM content WHERE entry_id = ${gone}`
    await stack.sql`UPDATE erasure_cut SET old_digest = sha256('another') WHERE entry_id = ${changed} AND content_group = 'prompt'`
    await stack.step('cutMentions', { caseId })
    expect(await findings(caseId)).toEqual({ [OTHERS]: 1 })
    // Run again it is found once more, announced and cut.
    expect(await stack.step('findMentions', { caseId })).toMatchObject({ texts: 1 })
    await announce(caseId)
    await stack.step('cutMentions', { caseId })
    expect(await textOf(changed)).toBe('[ERASED] was there')
    expect(await findings(caseId)).toEqual({})
  })

  it('are looked for from where a run was that died, and texts whose key is gone are counted', async () => {
    const ids = []
    for (const n of [1, 2, 3]) ids.push(await stack.say(`reader-${n}`, `note ${n}: Greta Honeycombe called`, loose))
    const caseId = await begin('Greta Honeycombe')
    const [lost] =
      await stack.sql`SELECT data_key_id FROM data_subject d JOIN ledger_entry e ON e.subject_pseudonym = d.pseudonym WHERE e.id = ${ids[0] ?? ''}`
    await stack.stores.keys.destroyDataKey(lost?.data_key_id)
    const [leaf] = await stack.sql`SELECT leaf_index::integer AS at FROM ledger_leaf WHERE entry_id = ${ids[2] ?? ''}`
    const whole = await stack.step('findMentions', { caseId })
    expect(whole).toMatchObject({ texts: 4 })
    expect(whole.textsUnreadable).toBeGreaterThanOrEqual(2)
    const steps = createMentionSteps({
      ...stack.stores.erasure,
      keys: stack.stores.keys,
      holds: stack.stores.holds,
      histories: createWorkflowHistories(stack.client),
      gate: stack.stores.gate,
      listedValues: async () => [],
      archived: async () => ({ looked: 0, found: 0 }),
      searchFor: openMentionSearch,
      randomBytes,
    })
    const details = { places: { 1: leaf?.at }, textsScanned: 1000, textsUnreadable: 7 }
    const again = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: details })
    const rest = (await again.run(steps.findMentions, { caseId })) as typeof whole
    expect(rest.textsUnreadable).toBe(7)
    expect(rest.textsScanned).toBeGreaterThanOrEqual(1002)
    expect(rest.textsScanned).toBeLessThan(1000 + whole.textsScanned)
    expect(rest.texts).toBe(4)
  })

  it('under a legal hold on somebody else stay, are counted apart, and go once it is released', async () => {
    const kept = await stack.say('leo', 'Ingrid Juneberry owes me', loose)
    const { body } = await stack.officer('/v1/holds', { user: 'leo', reason: 'a claim' })
    const caseId = await begin('Ingrid Juneberry')
    const last = async () => (await stack.step('scanResidue', { caseId })).stores.find(({ store }) => store === OTHERS)
    expect(await stack.step('findMentions', { caseId })).toMatchObject({ texts: 0 })
    expect(await stack.step('cutMentions', { caseId })).toEqual({ values: 0, textsCut: 0 })
    expect(await last()).toMatchObject({ found: 0, held: 2 })
    expect(await textOf(kept)).toBe('Ingrid Juneberry owes me')
    await stack.gateway.call(`/v1/holds/${(body as { id: string }).id}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    expect(await last()).toMatchObject({ found: 2, held: 0 })
    expect(await stack.step('findMentions', { caseId })).toMatchObject({ texts: 2 })
  })

  it.each([
    ['a person', { user: 'max' }, 'Jolanda Elderflower'],
    ['a time', { from: '2001-01-01', to: '2001-01-02' }, 'Jorinde Hawthornbush'],
    ['the tenant', { tenant: true }, 'Jonathan Blackthornhill'],
  ])('in the reason that an officer gave for a hold on %s are cut as well', async (_what, scope, name) => {
    await stack.say('max', 'hello')
    const { body } = await stack.officer('/v1/holds', { ...scope, reason: `asked for by ${name}` })
    const { id } = body as { id: string }
    const shown = async () => {
      const { holds } = (await stack.officer('/v1/holds?limit=1000')).body as {
        holds: { id: string; reason: string }[]
      }
      return holds.find((hold) => hold.id === id)?.reason
    }
    await stack.gateway.call(`/v1/holds/${id}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    expect(await shown()).toBe(`asked for by ${name}`)
    const caseId = await begin(name)
    expect(await stack.step('findMentions', { caseId })).toMatchObject({ texts: 1 })
    await announce(caseId)
    await stack.step('cutMentions', { caseId })
    expect(await shown()).toBe('asked for by [ERASED]')
    expect(await findings(caseId)).toEqual({})
  })

  it('that come while an erasure is under way are new ones, and do not fail it', async () => {
    const caseId = await begin('Helga Ironwood')
    await stack.step('findMentions', { caseId })
    const later = await stack.say('ben', 'Helga Ironwood again', loose)
    await stack.step('cutMentions', { caseId })
    expect(await findings(caseId)).toEqual({})
    expect(await textOf(later)).toBe('Helga Ironwood again')
  })

  it('and whatever else is left of a person is counted by the store in which it is', async () => {
    const name = 'Isolde Juniperberry'
    const own = await stack.say(name, 'it is me, jun@example.com')
    const kept = await stack.sql`SELECT * FROM content WHERE entry_id = ${own}`
    const values = await stack.sql`SELECT * FROM pii_value WHERE entry_id = ${own}`
    const caseId = await begin(name)
    await stack.step('findMentions', { caseId })
    await stack.step('cutMentions', { caseId })
    expect(await findings(caseId)).toEqual({})

    await stack.sql`INSERT INTO content ${stack.sql(kept)}`
    await stack.sql`INSERT INTO pii_value ${stack.sql(values)}`
    await stack.sql`
      INSERT INTO idempotency (tenant_id, key_index, body_index, request_id, expires_at)
      VALUES ('dev', 'a', 'b', ${own}, now() + interval '1 hour')`
    await stack.sql`
      UPDATE data_subject SET erased_at = NULL
      WHERE pseudonym = (SELECT subject_pseudonym FROM ledger_entry WHERE id = ${own})`
    await stack.sql`
      INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id, context,
        sealed_body)
      VALUES (${crypto.randomUUID()}, 'dev', 'accepted', now(), now(), 'sub_somebody', ${crypto.randomUUID()},
        ${JSON.stringify({ tool: Buffer.from(name).toString('base64') })}, '')`
    expect(await findings(caseId)).toEqual({
      'content and detected values of the person': 2,
      identities: 1,
      'requests in flight, idempotency keys': 2,
      'audit view': 1,
    })
    await stack.sql`DELETE FROM inbox WHERE subject_pseudonym = 'sub_somebody'`
  })

  it('in a history of their requests are found, in every run of it and whatever they are written in', async () => {
    const name = 'Katinka Lavendertree'
    const own = await stack.say(name, 'hello')
    const caseId = await begin(name)
    expect(await stack.step('checkHistories', { caseId })).toEqual({ store: 'workflow histories', looked: 1, found: 0 })
    const written = [Buffer.from(name, 'utf16le').toString('base64'), encodeURIComponent(name.toUpperCase())]
    for (const text of written) {
      const handle = await stack.client.workflow.start('planted', {
        workflowId: `request/${own}`,
        taskQueue: 'nobody',
        args: [{ deep: [text] }],
      })
      await handle.terminate('planted by a test')
    }
    // The list of runs follows a moment later.
    await expect
      .poll(() => stack.step('checkHistories', { caseId }), { timeout: 30_000 })
      .toEqual({ store: 'workflow histories', looked: 3, found: 2 })
  })
}, 120_000)
