import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { run } from '../../../src/cli/erase.ts'
import { words } from '../../../verify/verify.mjs'
import { entriesOf, expectErased, verifyStack } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { readHistory, textsOf } from '../history/read-history.ts'
import { keepHistory } from '../history/recorded.ts'

const ERASED = '[DATA ERASED PER GDPR ARTICLE 17]'
const purpose = { purpose: 'a test of what is left' }

describe('an erasure', { timeout: 120_000 }, () => {
  let stack: ErasureStack
  let connection: Connection
  beforeAll(async () => {
    stack = await startErasureStack()
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
  })
  afterAll(async () => {
    await connection.close()
    await stack.close()
  })

  const email = (value: string) => ({ type: 'EMAIL_ADDRESS', value })
  const viewOf = async (id: string) => (await stack.sql`SELECT * FROM llm_interaction_audit WHERE id = ${id}`)[0]
  const disclose = (id: string) => stack.officer(`/v1/requests/${id}/disclosures`, purpose)
  const pseudonymOf = async (id: string) =>
    (await stack.sql`SELECT subject_pseudonym FROM ledger_entry WHERE id = ${id}`)[0]?.subject_pseudonym as string

  it('takes a person out of everything and leaves costs, counts, other people and the proof as they are', async () => {
    const own = await stack.say('ann-4711', 'I am at ann.lee@example.com', { headers: { 'idempotency-key': 'ann-1' } })
    const others = await stack.say('ben', 'ben@example.com writes to ann.lee@example.com')
    const apart = await stack.say('cleo', 'cleo@example.com asks')
    expect((await disclose(own)).status).toBe(200)
    const [before, pseudonym] = [await viewOf(own), await pseudonymOf(own)]
    const [othersBefore, apartBefore] = [await viewOf(others), await disclose(apart)]

    const id = await stack.erase({ user: 'ann-4711', identifiers: [email('Ann.Lee@Example.com')], reason: 'she asked' })
    const view = await stack.awaitState(id, 'completed', 'failed')
    expect(view).toMatchObject({ state: 'completed', receipt: 1, found: true, error_code: null })
    expect(view.counts).toMatchObject({ subjects: 1, keys: 1, othersValues: 1 })
    await expectErased(stack, id)

    const after = await viewOf(own)
    expect(after).toEqual({
      ...before,
      user_id: null,
      gdpr_pseudonymized_user_key: expect.stringMatching(/^del_[0-9a-f]{32}$/),
      response_preview: ERASED,
      full_prompt_text: ERASED,
      full_response_text: ERASED,
      prompt_preview: ERASED,
    })
    const gone = await disclose(own)
    expect([gone.status, (gone.body as { error: { code: string } }).error.code]).toEqual([410, 'no_text'])

    expect(await viewOf(others)).toEqual(othersBefore)
    const shown = (await disclose(others)).body as { values: { value: string }[] }
    expect(shown.values.map(({ value }) => value)).toEqual(['ben@example.com'])
    const apartAfter = await disclose(apart)
    expect(apartAfter.body).toEqual({
      ...(apartBefore.body as object),
      disclosure_id: expect.any(String),
    })

    const result = await verifyStack(stack)
    expect(result.problems).toEqual([])
    expect(words(result)).toMatch(/erased, with receipt 1 \(entry /)

    const again = await stack.say('ann-4711', 'hello again', { headers: { 'idempotency-key': 'ann-1' } })
    expect(again).not.toBe(own)
    expect(await pseudonymOf(again)).not.toBe(pseudonym)
    expect((await disclose(again)).status).toBe(200)

    const history = await stack.officer('/v1/erasures')
    expect(JSON.stringify([view, history.body, await entriesOf(stack, id)])).not.toMatch(/ann-4711|ann\.lee|she asked/i)
    const { raw, steps, failure } = await readHistory(new Client({ connection }), `erasure/${id}`)
    keepHistory('completed-here', raw, 'erasure')
    expect(failure).toBe(null)
    expect(steps.length).toBeGreaterThan(15)
    for (const text of textsOf(raw)) expect(text).not.toMatch(/ann-4711|ann\.lee|she asked/i)
    expect(JSON.stringify(stack.gateway.logLines)).not.toMatch(/ann\.lee|ann-4711/i)
  })

  it('of somebody who is not known is completed, says that nothing was found, and has a receipt', async () => {
    const id = await stack.erase({ user: 'nobody', identifiers: [email('nobody@example.com')] })
    const view = await stack.awaitState(id, 'completed', 'failed')
    expect(view).toMatchObject({ state: 'completed', found: false })
    expect(view.counts).toMatchObject({ subjects: 0, keys: 0, entries: 0, values: 0, othersValues: 0, textsCut: 0 })
    await expectErased(stack, id)
    expect((await verifyStack(stack)).problems).toEqual([])
  })

  it('of two persons at once, each in the other one’s prompts, takes both, under numbers without a gap', async () => {
    const [first, second] = [
      await stack.say('dora', 'dora@x.org to emil@x.org'),
      await stack.say('emil', 'emil@x.org to dora@x.org'),
    ]
    const ids = await Promise.all([
      stack.erase({ user: 'dora', identifiers: [email('dora@x.org')] }),
      stack.erase({ user: 'emil', identifiers: [email('emil@x.org')] }),
    ])
    for (const id of ids) {
      expect(await stack.awaitState(id, 'completed', 'failed')).toMatchObject({ state: 'completed' })
      await expectErased(stack, id)
    }
    for (const id of [first, second]) expect((await disclose(id)).status).toBe(410)
    const numbers = await stack.sql`SELECT receipt_number AS n FROM erasure_case WHERE tenant_id = 'dev' ORDER BY 1`
    expect(numbers.map(({ n }) => n)).toEqual(numbers.map((_, index) => index + 1))
    expect((await verifyStack(stack)).problems).toEqual([])
  })

  it('is asked for and followed from the command line', async () => {
    await stack.say('fay', 'hello')
    const io = (lines: string[]) => ({
      env: { PALIMPSEST_API_KEY: TEST_KEYS.privacy },
      write: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    })
    const [said, told] = [[], []] as string[][]
    const json = ['--url', stack.gateway.url, '--json']
    expect(await run(['--user', 'fay', ...json], io(said as string[]))).toBe(0)
    const view = JSON.parse((said as string[]).join('\n')) as { id: string; state: string; found: boolean }
    expect(view).toMatchObject({ state: 'completed', found: true })
    expect(await run(['--case', view.id, '--url', stack.gateway.url], io(told as string[]))).toBe(0)
    expect(told?.at(-1)).toMatch(/completed with receipt \d+: 1 entries/)
    expect(await run(['--user', 'fay', '--case', view.id, ...json], io([]))).toBe(2)
    expect(await run(['--identifier', 'SHOE_SIZE=42', ...json], io([]))).toBe(2)
  })
})
