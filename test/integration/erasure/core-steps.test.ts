import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'

const ERASED = '[DATA ERASED PER GDPR ARTICLE 17]'

describe('the steps of an erasure', { timeout: 120_000 }, () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack()
  })
  afterAll(() => stack.close())

  it('find a person, announce them, and take identity, keys and content, each as often as it is repeated', async () => {
    const own = await stack.say('ann', 'I am ann.lee@example.com, call me')
    const others = await stack.say('ben', 'write to ann.lee@example.com about ben@example.com')
    const { id: caseId } = await stack.openCase({
      user: 'ann',
      identifiers: [{ type: 'EMAIL_ADDRESS', value: 'Ann.Lee@example.com' }],
    })
    for (let times = 0; times < 2; times++) {
      expect(await stack.step('resolvePerson', { caseId })).toEqual({ subjects: 1, values: 1 })
    }
    const values = await stack.sql`SELECT entry_id, placeholder FROM erasure_value WHERE case_id = ${caseId}`
    expect(values).toEqual([{ entry_id: others, placeholder: '[EMAIL_ADDRESS_1]' }])

    const announced = await stack.step('announceErasure', { caseId })
    expect(announced.receipt).toBe(1)
    expect(await stack.step('announceErasure', { caseId })).toEqual(announced)
    const { leaf } = await stack.step('awaitLeaf', { entry: announced.entry, tenant: 'dev' })
    expect(leaf).toBeGreaterThan(0)
    const [row] = await stack.sql`SELECT kind, status, detail FROM ledger_entry WHERE id = ${announced.entry}`
    const [subject] = await stack.sql`SELECT subject_pseudonym FROM ledger_entry WHERE id = ${own}`
    expect(row).toMatchObject({ kind: 'erasure', status: 'requested' })
    expect(JSON.parse(row?.detail)).toEqual({
      case: caseId,
      receipt: { cuts: [], number: 1, subjects: [subject?.subject_pseudonym] },
    })

    for (let times = 0; times < 2; times++) {
      expect(await stack.step('detachIdentity', { caseId })).toEqual({ subjects: 1 })
      expect(await stack.step('destroyKeys', { caseId })).toEqual({ keys: 1 })
      expect(await stack.step('deleteContent', { caseId })).toEqual({ entries: 1, values: 1 })
    }
    const [view] = await stack.sql`SELECT * FROM llm_interaction_audit WHERE id = ${own}`
    expect(view).toMatchObject({ user_id: null, full_prompt_text: ERASED, response_preview: ERASED })
    expect(view?.gdpr_pseudonymized_user_key).toMatch(/^del_[0-9a-f]{32}$/)
  })
  it('number a receipt behind those that only the ledger knows, because their case was lost with a backup', async () => {
    const first = await stack.openCase({ user: 'cleo' })
    const { receipt } = await stack.step('announceErasure', { caseId: first.id })
    await stack.sql`DELETE FROM erasure_case WHERE receipt_number IS NOT NULL`
    const second = await stack.openCase({ user: 'dora' })
    expect((await stack.step('announceErasure', { caseId: second.id })).receipt).toBe(receipt + 1)
  })
})
