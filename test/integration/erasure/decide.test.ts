import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHistory, textsOf } from '../../e2e/history/read-history.ts'
import { keepHistory } from '../../e2e/history/recorded.ts'
import { expectRefused, type Refusal } from '../../support/erasure/expect-refused.ts'
import { type ErasureStack, SECOND_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'

describe('an erasure that two have to want', { timeout: 120_000 }, () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack({ approval: true })
  })
  afterAll(() => stack.close())

  const refused = (...asked: Refusal) => expectRefused(stack, ...asked)

  /** What the workflow tells who asks it, and what the Temporal UI shows of it. */
  const progressOf = async (id: string) => {
    const handle = stack.client.workflow.getHandle(`erasure/${id}`)
    const told = await handle.query<{ step: string; counts: object }>('progress')
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')
    return { ...told, summary: currentDetails }
  }

  it('is decided on by a second officer, once, and the decision is an entry', async () => {
    const id = await stack.erase({ user: 'decided' })
    await stack.awaitState(id, 'awaiting_approval')
    const path = `/v1/erasures/${id}/approval`
    await refused(path, { decision: 'approve' }, 403, 'own_request')
    await refused(path, { decision: 'yes' }, 400, 'invalid_decision', SECOND_OFFICER)
    const rejected = await stack.officer(path, { decision: 'reject' }, SECOND_OFFICER)
    expect(rejected.status).toBe(200)
    const view = await stack.awaitState(id, 'refused')
    expect(view).toMatchObject({ error_code: 'not_approved', decision: 'rejected', decided_by: 'test-privacy-2' })
    await refused(path, { decision: 'approve' }, 409, 'nothing_to_decide', SECOND_OFFICER)
    const { raw } = await readHistory(stack.client, `erasure/${id}`)
    keepHistory('rejected-here', raw, 'erasure')
    for (const text of textsOf(raw)) expect(text).not.toMatch(/\.[jt]s:\d/)
    const entries = await stack.sql`
      SELECT status, api_key_id, error_code FROM ledger_entry
      WHERE kind = 'erasure' AND detail::jsonb ->> 'case' = ${id} ORDER BY occurred_at`
    expect(entries).toEqual([
      { status: 'rejected', api_key_id: 'test-privacy-2', error_code: null },
      { status: 'refused', api_key_id: 'test-privacy', error_code: 'not_approved' },
    ])
    const [left] = await stack.sql`SELECT sealed_request, request_index FROM erasure_case WHERE id = ${id}`
    expect(left).toEqual({ sealed_request: null, request_index: null })
    await expect(stack.stores.erasure.cases.open(id)).rejects.toMatchObject({ code: 'key_destroyed' })
  })

  it('is done once a second officer has approved it', async () => {
    const id = await stack.erase({ user: 'approved' })
    await stack.awaitState(id, 'awaiting_approval')
    expect(await progressOf(id)).toEqual({ step: 'approval', counts: {}, summary: 'Step: approval\n\n{}' })
    const path = `/v1/erasures/${id}/approval`
    const both = await Promise.all([1, 2].map(() => stack.officer(path, { decision: 'approve' }, SECOND_OFFICER)))
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    const view = await stack.awaitState(id, 'completed', 'failed')
    expect(view).toMatchObject({ state: 'completed', decision: 'approved', decided_by: 'test-privacy-2' })
    const progress = await progressOf(id)
    expect(progress).toMatchObject({ step: 'done', counts: view.counts })
    expect(progress.summary).toBe(`Step: done\n\n${JSON.stringify(progress.counts)}`)
    const entries = await stack.sql`
      SELECT status, api_key_id FROM ledger_entry
      WHERE kind = 'erasure' AND detail::jsonb ->> 'case' = ${id} ORDER BY occurred_at`
    expect(entries).toEqual([
      { status: 'approved', api_key_id: 'test-privacy-2' },
      { status: 'requested', api_key_id: 'test-privacy' },
      { status: 'completed', api_key_id: 'test-privacy' },
    ])
  })

  it('that nobody decides on is called to mind before its deadline, and is refused behind it', async () => {
    const due = async (user: string, deadline: string) => {
      const { id, reference } = await stack.openCase({ user })
      await stack.sql`UPDATE erasure_case SET deadline = now() + ${deadline}::interval WHERE id = ${id}`
      const workflow = { workflowId: `due/${id}`, taskQueue: stack.gateway.taskQueue, args: [{ reference }] }
      await stack.client.workflow.start('eraseSubject', workflow)
      return id
    }
    const [overdue, reminded] = [await due('overdue', '3 seconds'), await due('reminded', '7 days 3 seconds')]
    expect(await stack.awaitState(overdue, 'refused')).toMatchObject({ error_code: 'approval_overdue' })
    const reminders = () => stack.gateway.logLines.map((line) => JSON.parse(line)).filter(({ daysLeft }) => daysLeft)
    for (let tries = 0; reminders().length === 0 && tries < 600; tries++) await sleep(100)
    expect(reminders()).toMatchObject([{ caseId: reminded, tenant: 'dev', daysLeft: 7 }])
  })
})
