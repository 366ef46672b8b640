import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entriesOf, expectErased, verifyStack } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { type ErasureWorker, type StepName, startErasureWorker } from '../../support/erasure/worker.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

/** Every step of an erasure that nobody has to approve, in its order. */
const STEPS: StepName[] = [
  'claimErasure',
  'resolvePerson',
  'findHolds',
  'announceErasure',
  'awaitLeaf',
  'publishTombstones',
  'detachIdentity',
  'destroyKeys',
  'endInFlight',
  'deleteContent',
  'findMentions',
  'cutMentions',
  'eraseArchives',
  'checkHistories',
  'scanResidue',
  'completeErasure',
  'destroyCaseKey',
  'signCertificate',
  'closeCase',
]

describe('an erasure that is killed', { timeout: 120_000 }, () => {
  let stack: ErasureStack
  let worker: ErasureWorker
  beforeAll(async () => {
    stack = await startErasureStack()
    worker = await startErasureWorker(stack)
  })
  afterAll(async () => {
    await worker.close()
    await stack.close()
  })

  const person = async (name: string) => {
    await stack.say(name, `${name}@example.com is mine`)
    const others = await stack.say('third', `write to ${name}@example.com and third@example.com`)
    const identifiers = [{ type: 'EMAIL_ADDRESS', value: `${name}@example.com` }]
    return { ...(await stack.openCase({ user: name, identifiers })), others }
  }
  const expectWhole = async (id: string, others: string) => {
    await expectErased(stack, id)
    const left = await stack.sql`SELECT placeholder FROM pii_value WHERE entry_id = ${others}`
    expect(left).toHaveLength(1)
    const [content] =
      await stack.sql`SELECT sealed_prompt IS NOT NULL AS prompt FROM content WHERE entry_id = ${others}`
    expect(content?.prompt).toBe(true)
    const view = await stack.awaitState(id, 'completed')
    expect(view.counts).toMatchObject({ subjects: 1, keys: 1, entries: 1, values: 1, othersValues: 1 })
  }

  it('in every step, after its effect and before anybody knows of it, is done once', async () => {
    const { id, reference, others } = await person('once')
    const died: StepName[] = []
    worker.intercept = async (name, run) => {
      const result = await run()
      if (died.includes(name)) return result
      died.push(name)
      throw new Error('died after its effect')
    }
    const handle = await worker.start('killed/every-step', reference)
    await handle.result()
    expect(died).toEqual(STEPS)
    await expectWhole(id, others)
    expect((await entriesOf(stack, id)).map(({ status }) => status)).toEqual(['requested', 'completed'])
  })

  it('by a hold that comes in the moment of its announcement is refused, with nothing gone, and done when it is asked again', async () => {
    const { id, reference, others } = await person('held')
    worker.intercept = async (name, run) => {
      if (name === 'announceErasure') await stack.officer('/v1/holds', { user: 'held', reason: 'litigation' })
      return run()
    }
    const handle = await worker.start('killed/held', reference)
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'legal_hold' } })
    const refused = await stack.awaitState(id, 'refused', 'failed', 'completed')
    expect(refused).toMatchObject({ state: 'refused', error_code: 'legal_hold' })
    expect((await entriesOf(stack, id)).map(({ status }) => status)).toEqual(['refused'])
    expect(await stack.sql`SELECT FROM pii_value WHERE entry_id = ${others}`).toHaveLength(2)
    const [hold] = await stack.sql`SELECT id FROM legal_hold WHERE released_at IS NULL`
    await stack.gateway.call(`/v1/holds/${hold?.id}`, { key: TEST_KEYS.privacy, method: 'DELETE' })
    worker.intercept = null
    const again = await stack.openCase({
      user: 'held',
      identifiers: [{ type: 'EMAIL_ADDRESS', value: 'held@example.com' }],
    })
    await (await worker.start('killed/held-again', again.reference)).result()
    await expectErased(stack, again.id)
  })

  it.each(STEPS)('for good at %s, after its effect, is finished by the same workflow run again', async (step) => {
    const name = `at-${step.toLowerCase()}`
    const { id, reference, others } = await person(name)
    const workflowId = `killed/${step}`
    let killed = false
    worker.intercept = async (at, run, where) => {
      const result = await run()
      if (at !== step || where !== workflowId || killed) return result
      killed = true
      await worker.client.workflow.getHandle(workflowId).terminate('killed by a test')
      throw new Error('nobody waits for this any more')
    }
    const first = await worker.start(workflowId, reference)
    const outcome = await first.result().then(
      () => 'done',
      () => 'killed',
    )
    expect(outcome).toBe('killed')
    // After the last step the case has ended: there is nothing to run again.
    if (step !== 'closeCase') await (await worker.start(workflowId, reference)).result()
    await expectWhole(id, others)
  })

  it('leaves a ledger that holds, with receipts without a gap', async () => {
    const numbers =
      await stack.sql`SELECT receipt_number AS n FROM erasure_case WHERE tenant_id = 'dev' AND receipt_number IS NOT NULL ORDER BY 1`
    expect(numbers.map(({ n }) => n)).toEqual(numbers.map((_, index) => index + 1))
    expect(await verifyStack(stack)).toMatchObject({ exit: 0, problems: [] })
  })
})
