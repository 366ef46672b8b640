import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countersNow, countersOf, ledgerCost, reservations, startBudgetGateway } from '../../support/budgets.ts'
import { awaitEntry, expectError, requestIdOf, settle, type VendorGateway } from '../../support/vendor-gateway.ts'

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('not so after 15 s')
}

const MINI = { model: 'gpt-4o-mini', max_completion_tokens: 1_000 }

describe('reservations of one tenant, with room for four calls of a cent', () => {
  let setup: VendorGateway

  beforeAll(async () => {
    const budgets = ['{ period: month, hard_limit_usd: "0.04" }', '{ period: day, user: any, hard_limit_usd: "0.02" }']
    setup = await startBudgetGateway(budgets)
  })

  afterAll(() => setup?.close())

  beforeEach(async () => {
    setup.openai.reset()
    await settle(setup.sql)
    await setup.sql`TRUNCATE budget_counter, budget_reservation, budget_told`
  })

  it('is what a call may cost at most while it runs, and what it did cost afterwards', async () => {
    setup.openai.always({ delayMs: 1_500, text: 'four words in it' })
    const before = await ledgerCost(setup.sql)
    const asked = setup.chat('hello', { body: MINI })
    await until(async () => (await reservations(setup.sql)) === 1)
    const [running] = await countersNow(setup.sql)
    expect(running?.spent).toBe('0')
    expect(Number(running?.reserved)).toBeGreaterThan(0.001)
    expect(Number(running?.reserved)).toBeLessThan(0.002)
    expect((await asked).status).toBe(200)
    const [settled] = await countersOf(setup.sql)
    expect(settled).toMatchObject({ budget: 'month', reserved: '0' })
    expect(Number(settled?.spent)).toBeGreaterThan(0)
    expect(Number(settled?.spent)).toBeCloseTo(Number(await ledgerCost(setup.sql)) - Number(before), 12)
    expect(await reservations(setup.sql)).toBe(0)
  })

  it('gives each user a budget of their own, under their pseudonym', async () => {
    const ask = async (user: string) => (await setup.chat('hello', { body: { user } })).status
    expect([await ask('ann'), await ask('ann'), await ask('ann'), await ask('bob')]).toEqual([200, 200, 402, 200])
    const counters = await countersOf(setup.sql)
    expect(counters.map(({ budget, spent }) => [budget, spent]).sort()).toEqual([
      ['day user=any', '0.01'],
      ['day user=any', '0.02'],
      ['month', '0.03'],
    ])
    expect(counters.filter(({ subject }) => /ann|bob/.test(subject))).toEqual([])
    const { budgets } = (await (await setup.gateway.call('/v1/budgets')).json()) as { budgets: object[] }
    expect(budgets[1]).toMatchObject({
      user: 'any',
      users: 2,
      most_used_usd: '0.02',
      spent_usd: '0.03',
      remaining_usd: '0',
    })
  })

  it('are made anew for a further attempt, and one request is counted once', async () => {
    setup.openai.script({ status: 503 }, { delayMs: 1_500 })
    const asked = setup.chat('hello')
    await until(async () => (await reservations(setup.sql)) === 2)
    expect((await countersNow(setup.sql))[0]).toMatchObject({ spent: '0', reserved: '0.02' })
    expect((await asked).status).toBe(200)
    expect(await countersOf(setup.sql)).toMatchObject([{ budget: 'month', spent: '0.01', reserved: '0' }])
  })

  it('end a request where there is no room for a further attempt: 402, recorded with the attempt that failed', async () => {
    for (let call = 0; call < 3; call++) expect((await setup.chat('hello')).status).toBe(200)
    await settle(setup.sql)
    setup.openai.reset()
    setup.openai.always({ status: 503 })
    const refused = await setup.chat('hello')
    await expectError(refused.clone(), 402, 'budget_exhausted')
    const entry = await awaitEntry(setup.sql, requestIdOf(refused))
    expect(entry).toMatchObject({ kind: 'interaction', status: 'failed', status_code: 402, attempt_count: 1 })
    expect(JSON.parse(entry.attempts)[0]).toMatchObject({ state: 'failed', status: 503 })
    expect(setup.openai.count).toBe(1)
    expect(await countersOf(setup.sql)).toMatchObject([{ spent: '0.03', reserved: '0' }])
  })

  it('are counted in full where an answer that nobody bounded is longer: only what is in flight overdraws, then nothing passes', async () => {
    const ask = () => setup.chat('hello', { body: { model: MINI.model } })
    const before = await ledgerCost(setup.sql)
    const { promise: after, resolve } = Promise.withResolvers<void>()
    const long = { text: 'word '.repeat(20_000).trim(), after }
    setup.openai.script(long, long)
    const both = [ask(), ask()]
    await until(async () => (await reservations(setup.sql)) === 2)
    const [held] = await countersNow(setup.sql)
    expect(Number(held?.reserved)).toBeGreaterThan(2 * 0.016384)
    expect(Number(held?.reserved)).toBeLessThanOrEqual(0.04)
    await expectError(await ask(), 402, 'budget_exhausted')
    resolve()
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
    const [counter] = await countersOf(setup.sql)
    expect(Number(counter?.spent)).toBeGreaterThan(0.04)
    expect(Number(counter?.spent)).toBeCloseTo(Number(await ledgerCost(setup.sql)) - Number(before), 12)
    expect(counter?.reserved).toBe('0')
    await expectError(await ask(), 402, 'budget_exhausted')
    expect(setup.openai.count).toBe(2)
  })

  it('count where they were made, also where the period ends before the call does', async () => {
    setup.openai.always({ delayMs: 1_500 })
    const asked = setup.chat('hello')
    await until(async () => (await reservations(setup.sql)) === 1)
    await setup.sql`UPDATE budget_counter SET period_start = '2020-01-01', period_end = '2020-02-01'`
    await setup.sql`UPDATE budget_reservation SET period_start = '2020-01-01'`
    expect((await asked).status).toBe(200)
    expect(await countersOf(setup.sql)).toEqual([
      { budget: 'month', subject: '', start: '2020-01-01', spent: '0.01', reserved: '0' },
    ])
  })

  it('come back where the workflow does not start and the request is taken back', async () => {
    setup.openai.always({ delayMs: 1_500 })
    const asked = setup.chat('hello', { body: { user: 'carl' } })
    await until(async () => (await reservations(setup.sql)) === 2)
    const [{ request_id: id } = {}] = await setup.sql`SELECT request_id FROM inbox`
    expect((await asked).status).toBe(200)
    await settle(setup.sql)
    // The same rows as of a request that was accepted and never begun.
    const stood = await countersNow(setup.sql)
    await setup.sql`
      INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id, context,
                         sealed_body, reserved)
      VALUES (gen_random_uuid(), 'dev', 'withdrawn', now() - interval '5 minutes', now(), '', ${id}, '{"tenantId":"dev"}', '',
              budget_reserve(${id}, 1, 'dev', 0.01, ARRAY['month'], ARRAY[''], ARRAY[date_trunc('month', now())::date],
                             ARRAY['2030-01-01'::date], ARRAY[NULL::numeric], ARRAY[0.04]))`
    await setup.sql`UPDATE budget_reservation SET request_id = (SELECT request_id FROM inbox)`
    expect(await countersNow(setup.sql)).not.toEqual(stood)
    await until(async () => (await reservations(setup.sql)) === 0)
    expect(await countersOf(setup.sql)).toEqual(stood)
  })
})

describe.each(['drain', 'cancel'] as const)('a stream whose client hangs up, where the policy is %s', (policy) => {
  let setup: VendorGateway

  beforeAll(async () => {
    setup = await startBudgetGateway(['{ period: week, hard_limit_usd: "1" }'], {
      tenant: `    on_disconnect: ${policy}`,
    })
  })

  afterAll(() => setup?.close())

  it('settles by what was used, which is what its entry says', async () => {
    setup.openai.always({ text: 'many words in a long answer '.repeat(40), pieceLength: 4, pieceDelayMs: 10 })
    const gone = new AbortController()
    const response = await setup.chat('hello', { body: { ...MINI, stream: true }, signal: gone.signal })
    const reader = response.body?.getReader()
    await reader?.read()
    gone.abort()
    const entry = await awaitEntry(setup.sql, requestIdOf(response))
    expect(entry.status).toBe(policy === 'drain' ? 'answered' : 'interrupted')
    const [counter] = await countersOf(setup.sql)
    expect(Number(counter?.spent)).toBeGreaterThan(0)
    expect(counter).toMatchObject({ spent: await ledgerCost(setup.sql), reserved: '0' })
    expect(await reservations(setup.sql)).toBe(0)
  })
})
