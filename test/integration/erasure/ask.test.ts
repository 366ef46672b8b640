import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildSettleErasures } from '../../../src/compose/erasure.ts'
import { expectRefused, type Refusal } from '../../support/erasure/expect-refused.ts'
import { type ErasureStack, OTHER_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

describe('asking for an erasure', { timeout: 120_000 }, () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack({ approval: true })
  })
  afterAll(() => stack.close())

  const refused = (...asked: Refusal) => expectRefused(stack, ...asked)
  const failureOf = async (id: string, ...args: unknown[]) => {
    const handle = await stack.client.workflow.start('eraseSubject', {
      workflowId: id,
      taskQueue: stack.gateway.taskQueue,
      args,
    })
    const error = (await handle.result().catch((cause: unknown) => cause)) as {
      cause: { type: string; message: string; nonRetryable: boolean }
    }
    return error.cause
  }
  const email = (value: string) => ({ type: 'EMAIL_ADDRESS', value })

  it.each([
    [{}, null],
    [{ identifiers: [] }, null],
    [{ user: '' }, 'user'],
    [{ user: 'x'.repeat(513) }, 'user'],
    [{ user: '\ud800' }, 'user'],
    [{ user: 7 }, 'user'],
    [{ user: 'ann', person: 'ann' }, null],
    [{ identifiers: [{ type: 'EMAIL_ADDRESS' }] }, 'identifiers[0].value'],
    [{ identifiers: [{ type: 'email', value: 'a@x.org' }] }, 'identifiers[0].type'],
    [{ identifiers: Array.from({ length: 101 }, (_, i) => email(`a${i}@x.org`)) }, 'identifiers'],
    [{ user: 'ann', reason: 'x'.repeat(2001) }, 'reason'],
    [7, null],
    [[], null],
  ])('is refused where it is malformed (%#)', async (body, param) => {
    for (const path of ['/v1/erasures', '/v1/erasures/references']) {
      const told = await refused(path, body, 400, 'invalid_erasure')
      expect(told.param).toBe(param)
    }
  })

  it('is refused for a type that the engine does not know, without a word of the value', async () => {
    const body = { identifiers: [email('a@x.org'), { type: 'SHOE_SIZE', value: 'forty-two' }] }
    const { message, param } = await refused('/v1/erasures', body, 400, 'unknown_identifier_type')
    expect(param).toBe('identifiers[1].type')
    expect(message).not.toContain('forty-two')
  })

  it('is refused where the body is large', async () => {
    await refused('/v1/erasures', { user: 'ann', reason: 'x'.repeat(300_000) }, 413, 'request_too_large')
  })

  it.each(['app', 'auditor', 'admin'] as const)('is not for the role %s', async (role) => {
    for (const path of [
      '/v1/erasures',
      '/v1/erasures/references',
      '/v1/erasures/01980000-0000-7000-8000-000000000000/approval',
    ]) {
      await refused(path, { user: 'ann' }, 403, 'role_missing', TEST_KEYS[role])
    }
    for (const path of ['/v1/erasures', '/v1/erasures/01980000-0000-7000-8000-000000000000']) {
      const { status } = await stack.officer(path, undefined, TEST_KEYS[role])
      expect(status).toBe(403)
    }
  })

  it('stores nothing in clear, and nothing that a user id could be found from without a key', async () => {
    await stack.openCase({ user: 'clear-user-4711', identifier: email('clear@x.org'), reason: 'a clear reason' })
    const rows = await stack.sql`SELECT c::text AS text, sealed_request FROM erasure_case c`
    const all = rows
      .map(({ text, sealed_request }) => `${text} ${Buffer.from(sealed_request).toString('latin1')}`)
      .join()
    for (const secret of ['clear-user-4711', 'clear@x.org', 'a clear reason', 'erasure_'])
      expect(all).not.toContain(secret)
  })

  it("leaves a case that is another tenant's nobody's", async () => {
    const { id } = await stack.openCase({ user: 'of-dev' })
    for (const path of ['', '/certificate']) {
      await refused(`/v1/erasures/${id}${path}`, undefined, 404, 'not_found', OTHER_OFFICER)
    }
    await refused(`/v1/erasures/${id}/approval`, { decision: 'approve' }, 404, 'not_found', OTHER_OFFICER)
    await refused('/v1/erasures/none', undefined, 404, 'not_found')
    const listed = await stack.officer('/v1/erasures', undefined, OTHER_OFFICER)
    expect(listed.body).toEqual({ data: [] })
  })

  it('answers the same whether the person is known or not', async () => {
    await stack.say('known', 'hello')
    const shapes = []
    for (const user of ['known', 'nobody']) {
      const { status, body, headers } = await stack.officer('/v1/erasures', { user })
      const { id, ...rest } = body as { id: string; workflowId: string }
      expect(headers.get('location')).toBe(`/v1/erasures/${id}`)
      shapes.push({ status, ...rest, workflowId: rest.workflowId.replace(id, '{id}') })
    }
    expect(shapes[0]).toEqual({ status: 202, state: 'pending', workflowId: 'erasure/{id}' })
    expect(shapes[1]).toEqual(shapes[0])
  })

  it('gives the same reference again while it is unused, and is one case', async () => {
    const first = await stack.openCase({ user: 'twice' })
    expect(await stack.openCase({ user: 'twice' })).toEqual(first)
  })

  it('for a person whose erasure is under way names that one', async () => {
    const id = await stack.erase({ user: 'under-way' })
    await stack.awaitState(id, 'awaiting_approval')
    for (const path of ['/v1/erasures', '/v1/erasures/references']) {
      const { message } = await refused(path, { user: 'under-way' }, 409, 'erasure_under_way')
      expect(message).toContain(`/v1/erasures/${id}`)
    }
  })

  it('of ten at once for one person makes one case and one workflow', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => stack.officer('/v1/erasures', { user: 'ten' })))
    const ids = asked.flatMap(({ status, body }) => (status === 202 ? [(body as { id: string }).id] : []))
    expect(new Set(ids).size).toBe(1)
    for (const { status } of asked) expect([202, 409]).toContain(status)
    await stack.awaitState(ids[0] ?? '', 'awaiting_approval')
    const [row] = await stack.sql`SELECT count(*)::integer AS keys FROM erasure_case WHERE id = ${ids[0] ?? ''}`
    expect(row?.keys).toBe(1)
  })

  it.each([
    ['an identifier', [{ reference: 'ann.lee@example.com' }], 'invalid_reference', /43 characters/],
    ['a bare text', ['erasure_x'], 'invalid_input', /\{"reference": "…"\}/],
    ['nothing', [], 'invalid_input', /\{"reference": "…"\}/],
    ['a number', [{ reference: 7 }], 'invalid_input', /\{"reference": "…"\}/],
    ['null', [null], 'invalid_input', /\{"reference": "…"\}/],
    ['an unknown one', [{ reference: `erasure_${'x'.repeat(43)}` }], 'reference_unknown', /no such reference/],
  ])('with %s typed into the Temporal UI fails for good, with a sentence', async (name, args, type, sentence) => {
    const failure = await failureOf(`typed/${stack.gateway.taskQueue}/${name}`, ...args)
    expect(failure).toMatchObject({ type, nonRetryable: true })
    expect(failure.message).toMatch(sentence)
  })

  it('with a reference that has expired, or that another workflow took, fails for good; the same workflow may go on', async () => {
    const expired = await stack.openCase({ user: 'expired' })
    await stack.sql`UPDATE erasure_case SET reference_expires_at = now() - interval '1 minute' WHERE id = ${expired.id}`
    expect(await failureOf('typed/expired', { reference: expired.reference })).toMatchObject({
      type: 'reference_expired',
    })

    const { id, reference } = await stack.openCase({ user: 'taken' })
    const start = () =>
      stack.client.workflow.start('eraseSubject', {
        workflowId: `officer/${id}`,
        taskQueue: stack.gateway.taskQueue,
        args: [{ reference }],
      })
    const first = await start()
    await stack.awaitState(id, 'awaiting_approval')
    expect(await failureOf('typed/other', { reference })).toMatchObject({ type: 'reference_used' })
    await first.terminate('a test')
    await start()
    await stack.awaitState(id, 'awaiting_approval')
  })

  it('again, after its workflow was terminated or cancelled, takes the same case up', async () => {
    const id = await stack.erase({ user: 'again' })
    await stack.awaitState(id, 'awaiting_approval')
    await stack.client.workflow.getHandle(`erasure/${id}`).terminate('a test')
    expect(await stack.awaitState(id, 'failed')).toMatchObject({ error_code: 'workflow_gone' })
    expect(await stack.erase({ user: 'again' })).toBe(id)
    await stack.awaitState(id, 'awaiting_approval')
    await stack.client.workflow.getHandle(`erasure/${id}`).cancel()
    expect(await stack.awaitState(id, 'failed')).toMatchObject({ error_code: 'cancelled' })
    expect(await stack.erase({ user: 'again', identifier: email('again@x.org') })).toBe(id)
    await stack.awaitState(id, 'awaiting_approval')
  })

  it('whose workflow was terminated fails by itself, with an entry; one that goes on does not, and it can be asked for again', async () => {
    const settle = buildSettleErasures(stack.stores, stack.client, stack.gateway.settings)
    const [lost, waiting] = [await stack.erase({ user: 'lost' }), await stack.erase({ user: 'waiting' })]
    for (const id of [lost, waiting]) await stack.awaitState(id, 'awaiting_approval')
    await stack.client.workflow.getHandle(`erasure/${lost}`).terminate('a test')
    // Temporal's list shows it as running for a moment yet.
    await vi.waitFor(
      async () => {
        await settle()
        expect(await stack.stores.erasure.cases.find('dev', lost)).toMatchObject({ state: 'failed' })
      },
      { timeout: 30_000, interval: 200 },
    )
    await settle()
    const rows = await stack.sql`
      SELECT c.state, c.error_code, array(
        SELECT e.status || ' ' || e.error_code FROM ledger_entry e
        WHERE e.kind = 'erasure' AND e.detail::jsonb ->> 'case' = c.id::text) AS entries
      FROM erasure_case c WHERE c.id = ANY(${[lost, waiting]}) ORDER BY c.state DESC`
    expect(rows).toEqual([
      { state: 'failed', error_code: 'workflow_gone', entries: ['failed workflow_gone'] },
      { state: 'awaiting_approval', error_code: null, entries: [] },
    ])
    expect(await stack.erase({ user: 'lost' })).toBe(lost)
    await stack.awaitState(lost, 'awaiting_approval')
  })

  it('that was claimed anew while it was looked at is not failed', async () => {
    const { cases, progress } = stack.stores.erasure
    const id = await stack.erase({ user: 'claimed' })
    await stack.awaitState(id, 'awaiting_approval')
    const seen = (await cases.underWay(null, 1000)).find(({ facts }) => facts.id === id)
    await progress.move(id, 'running', null)
    expect(await cases.failLost(id, seen?.version ?? '', 'workflow_gone')).toBe(false)
    expect(await cases.find('dev', id)).toMatchObject({ state: 'running', errorCode: null })
  })

  it('ends by itself where nobody used the reference, and whom it was about is forgotten', async () => {
    const { id } = await stack.openCase({ user: 'abandoned' })
    await stack.sql`UPDATE erasure_case SET reference_expires_at = now() - interval '1 minute' WHERE id = ${id}`
    expect(await stack.stores.erasure.cases.endAbandoned()).toBeGreaterThan(0)
    expect((await stack.officer(`/v1/erasures/${id}`)).body).toMatchObject({
      state: 'failed',
      error_code: 'reference_expired',
    })
    await expect(stack.stores.erasure.cases.open(id)).rejects.toMatchObject({ code: 'key_destroyed' })
    expect((await stack.openCase({ user: 'abandoned' })).id).not.toBe(id)
  })
})
