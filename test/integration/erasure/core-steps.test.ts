import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextReceiptNumber } from '../../../src/adapters/postgres/next-receipt-number.ts'
import type { TransactionSql } from '../../../src/adapters/postgres/sql.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'

interface Plan {
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

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

  it('take the person out of a request that was taken back at once, and keep its late start out', async () => {
    const own = await stack.say('will', 'hello')
    const { id: caseId } = await stack.openCase({ user: 'will' })
    await stack.step('resolvePerson', { caseId })
    const [late, other] = ['01980000-0000-7000-8000-0000000000a1', '01980000-0000-7000-8000-0000000000a2'] as const
    const rowsOf = [
      { id: late, whose: own },
      { id: other, whose: await stack.say('another', 'hello') },
    ]
    for (const { id, whose } of rowsOf) {
      await stack.sql`
        INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id, context,
                           sealed_body, sealed_subject)
        SELECT ${id}::uuid, 'dev', 'withdrawn', now(), now(), s.pseudonym, s.data_key_id,
          '{"tenantId":"dev","tool":"hr_helpdesk"}', '\\x01', '\\x02'
        FROM ledger_entry e JOIN data_subject s ON s.pseudonym = e.subject_pseudonym WHERE e.id = ${whose}`
    }
    expect(await stack.step('endInFlight', { caseId })).toEqual({ requests: 0 })
    const rows = await stack.sql`
      SELECT state, subject_pseudonym <> '' AS named, octet_length(sealed_body) AS body, sealed_subject IS NOT NULL AS subject
      FROM inbox WHERE request_id = ANY(${[late, other]}) ORDER BY request_id`
    expect(rows).toEqual([
      { state: 'withdrawn', named: false, body: 0, subject: false },
      { state: 'withdrawn', named: true, body: 1, subject: true },
    ])
    await stack.sql`DELETE FROM inbox WHERE request_id = ${other}`
  })

  it("take the person's own budgets, and leave everybody else's and what the tenant has spent", async () => {
    const own = await stack.say('paul', 'hello')
    await stack.say('quin', 'hello')
    const [person] = await stack.sql`SELECT subject_pseudonym AS name FROM ledger_entry WHERE id = ${own}`
    for (const subject of [person?.name, 'sub_somebody', '']) {
      await stack.sql`
        INSERT INTO budget_counter (tenant_id, budget, subject_pseudonym, period_start, period_end, spent_usd)
        VALUES ('dev', 'month', ${subject}, '2026-01-01', '2026-02-01', 7)`
    }
    const { id: caseId } = await stack.openCase({ user: 'paul' })
    await stack.step('resolvePerson', { caseId })
    await stack.step('detachIdentity', { caseId })
    await stack.step('destroyKeys', { caseId })
    await stack.step('findMentions', { caseId })
    const lookedAt = async () =>
      (await stack.step('scanResidue', { caseId })).stores.find(({ store }) => store === 'budgets of the person')
    expect(await lookedAt()).toMatchObject({ looked: 2, found: 1 })
    await stack.step('deleteContent', { caseId })
    expect(await lookedAt()).toMatchObject({ looked: 1, found: 0 })
    const left =
      await stack.sql`SELECT subject_pseudonym AS name, spent_usd::float8 AS spent FROM budget_counter ORDER BY 1`
    expect(left).toEqual([
      { name: '', spent: 7 },
      { name: 'sub_somebody', spent: 7 },
    ])
  })

  it('number a receipt behind those that only the ledger knows, because their case was lost with a backup', async () => {
    const first = await stack.openCase({ user: 'cleo' })
    const { receipt } = await stack.step('announceErasure', { caseId: first.id })
    await stack.sql`DELETE FROM erasure_case WHERE receipt_number IS NOT NULL`
    const second = await stack.openCase({ user: 'dora' })
    expect((await stack.step('announceErasure', { caseId: second.id })).receipt).toBe(receipt + 1)
  })

  it('number a receipt without a look at other entries, however many the tenant has', async () => {
    await stack.say('eve', 'hello')
    const plans = await stack.sql.begin(async (sql) => {
      // The choice that a small table leaves.
      await sql`SET LOCAL enable_seqscan = off`
      const found: Plan[] = []
      const explain = async (strings: TemplateStringsArray, ...values: string[]) => {
        const text = strings.reduce((before, after, index) => `${before}$${index}${after}`)
        const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
        found.push(row?.['QUERY PLAN'][0].Plan)
        return []
      }
      await nextReceiptNumber(explain as unknown as TransactionSql, 'dev')
      return found
    })
    const scans = plans.flatMap(function scansOf(plan: Plan): Plan[] {
      return [...(plan['Relation Name'] ? [plan] : []), ...(plan.Plans ?? []).flatMap(scansOf)]
    })
    const ofLedger = scans.filter((scan) => scan['Relation Name']?.startsWith('ledger_entry'))
    expect(ofLedger.reduce((sum, scan) => sum + scan['Actual Rows'] * scan['Actual Loops'], 0)).toBeGreaterThan(0)
    expect(ofLedger.filter((scan) => (scan['Rows Removed by Filter'] ?? 0) > 0)).toEqual([])
  })
})
