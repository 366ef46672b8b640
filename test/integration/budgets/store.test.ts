import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createRequestStore } from '../../../src/adapters/postgres/requests/request-store.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { BudgetExhausted, type Reservation } from '../../../src/ports/budgets.ts'
import type { RequestStore } from '../../../src/ports/request-store.ts'
import { countersNow, reservations } from '../../support/budgets.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { inboxOf } from '../../support/inbox-request.ts'

const PERIOD = { start: '2026-11-01', end: '2026-12-01' }
const MINUTE = 60_000

/** A dollar a call. */
const of = (hardLimitUsd: string | null, ...names: string[]): Reservation => ({
  amountUsd: '1.0000000000',
  allowances: (names.length === 0 ? ['month'] : names).map((name) => ({
    ...{ name, subjectPseudonym: '', period: PERIOD, softLimitUsd: null, hardLimitUsd },
  })),
})

describe('a reservation with the acceptance of its request', () => {
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql
  let store: RequestStore

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 2, onnotice: () => undefined })
    sql = connectService(databases.app, { max: 16, name: 'budgets' })
    store = createRequestStore(sql, randomUUID())
  })

  afterAll(async () => {
    await sql?.end()
    await admin?.end()
    await databases?.drop()
  })

  beforeEach(async () => {
    await admin`TRUNCATE inbox, attempt, idempotency, budget_counter, budget_reservation`
  })

  const newId = () => uuidv7(Date.now(), randomBytes(10))
  const accept = (reservation: Reservation, id = newId()) => store.accept(inboxOf(id), MINUTE, null, reservation)
  const inFlight = async () => (await admin`SELECT FROM inbox WHERE state = 'accepted'`).length

  it('is made by exactly as many of a thousand at once as there is room for, and the others leave nothing', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 1_000 }, () => accept(of('100'))))
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused.length).toBe(900)
    expect([...new Set(refused.map((error) => `${error.name} ${error.message}`))]).toEqual([
      'BudgetExhausted a budget has no room for this call',
    ])
    expect(await countersNow(admin)).toMatchObject([{ spent: '0', reserved: '100' }])
    expect([await inFlight(), await reservations(admin)]).toEqual([100, 100])
  })

  it('is made in all budgets or in none, and calls that lock several never wait for each other in a circle', async () => {
    const wide = of(null, 'a', 'c').allowances
    const narrow = of('20', 'b').allowances
    const both = { amountUsd: '1', allowances: [wide[0], narrow[0], wide[1]] as Reservation['allowances'] }
    const asked = await Promise.allSettled([
      ...Array.from({ length: 100 }, () => accept(both)),
      ...Array.from({ length: 100 }, () => accept({ amountUsd: '1', allowances: wide })),
    ])
    const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).name] : []))
    expect(reasons).toEqual(Array(80).fill('BudgetExhausted'))
    expect((await countersNow(admin)).map(({ budget, reserved }) => [budget, reserved])).toEqual([
      ['a', '120'],
      ['b', '20'],
      ['c', '120'],
    ])
  })

  it('comes back where the request is taken back before it begins, once, however often that is asked', async () => {
    const id = newId()
    await accept(of('1'), id)
    await expect(accept(of('1'))).rejects.toMatchObject({ name: 'BudgetExhausted', held: true })
    expect(await store.withdraw(id)).toBe(true)
    expect(await store.withdraw(id)).toBe(true)
    expect(await countersNow(admin)).toMatchObject([{ spent: '0', reserved: '0' }])
    await accept(of('1'))
  })

  it('is not made by a second call with the same Idempotency-Key, and a refused one leaves its key free', async () => {
    const claim = { tenantId: 't', keyIndex: randomBytes(32), bodyIndex: randomBytes(32) }
    const ask = (hard: string) => store.accept(inboxOf(newId()), MINUTE, claim, of(hard))
    await expect(ask('0.5')).rejects.toBeInstanceOf(BudgetExhausted)
    expect((await ask('5')).kind).toBe('accepted')
    expect((await ask('5')).kind).toBe('duplicate')
    expect(await countersNow(admin)).toMatchObject([{ reserved: '1' }])
  })

  describe('where the budget is changed in flight', () => {
    const target = { provider: 'openai', model: 'm' } as const
    let id: string

    beforeEach(async () => {
      id = newId()
      await accept(of('2'), id)
      await accept(of('2'))
      await admin`
        INSERT INTO attempt (request_id, attempt_no, owner, state, lease_until, provider, model, started_at)
        VALUES (${id}, 1, ${store.owner}, 'failed', now(), 'openai', 'm', now())`
    })

    it('unchanged it is full, for calls and for further attempts', async () => {
      await expect(accept(of('2'))).rejects.toBeInstanceOf(BudgetExhausted)
      await expect(store.beginNextAttempt(id, 2, target, { month: '2' })).rejects.toBeInstanceOf(BudgetExhausted)
      expect(await reservations(admin)).toBe(2)
    })

    it('raised it takes on more at once', async () => {
      await accept(of('3'))
      expect(await store.beginNextAttempt(id, 2, target, { month: '4' })).toBe(true)
      expect(await countersNow(admin)).toMatchObject([{ reserved: '4' }])
    })

    it('lowered below what is reserved it refuses, and what is in flight stays', async () => {
      await expect(accept(of('1'))).rejects.toMatchObject({ held: true, limitUsd: '1' })
      expect(await countersNow(admin)).toMatchObject([{ reserved: '2' }])
    })

    it('removed it binds nobody, and what was reserved comes back all the same', async () => {
      expect(await store.beginNextAttempt(id, 2, target, {})).toBe(true)
      expect((await countersNow(admin))[0]?.reserved).toBe('3')
      await admin`SELECT budget_settle(ARRAY[${id}::uuid], ARRAY[0.25::numeric])`
      expect(await countersNow(admin)).toMatchObject([{ spent: '0.25', reserved: '1' }])
    })
  })
})
