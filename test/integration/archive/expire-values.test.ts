import { MockActivityEnvironment } from '@temporalio/testing'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DayDeps } from '../../../activities/archive/day-deps.ts'
import type { TenantDay } from '../../../activities/archive/day-types.ts'
import { createExpireValues } from '../../../activities/archive/expire-values.ts'
import { createArchiveCatalogue } from '../../../src/adapters/postgres/archive/catalogue.ts'
import { numberReceipt } from '../../../src/adapters/postgres/erasure/number-receipt.ts'
import type { LedgerWriter } from '../../../src/ports/ledger-writer.ts'
import { appendPast, callsOfDay } from '../../support/archive/past-ledger.ts'
import { openTestLedger, type TestLedger } from '../ledger/support.ts'

const DAY_MS = 86_400_000
const HOT = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }

describe('detected values', { timeout: 60_000 }, () => {
  let test: TestLedger
  let admin: postgres.Sql
  let writer: LedgerWriter
  beforeAll(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 3, onnotice: () => undefined })
    writer = test.ledger.openWriter()
  })
  afterAll(async () => {
    await writer.close()
    await admin.end({ timeout: 5 })
    await test.remove()
  })

  const catalogue = () =>
    createArchiveCatalogue({
      sql: test.ledger.sql,
      databaseUrl: test.databases.app,
      standardHotDays: () => HOT.hotDays,
    })
  const steps = () => createExpireValues({ catalogue: catalogue(), standardPolicy: () => HOT } as unknown as DayDeps)
  const find = () =>
    new MockActivityEnvironment().run<[], { values: TenantDay[] }, () => Promise<{ values: TenantDay[] }>>(
      steps().findValuesToExpire,
    )
  const expire = (tenant: string, day: string) =>
    new MockActivityEnvironment().run(steps().expireValues, { tenant, day })
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)

  /** Entries of a tenant and class with two values each. */
  const plant = async (tenant: string, day: string, retentionClass: string, subject: string, count = 2) => {
    const drafts = callsOfDay(test.calls, tenant, day, count, () => ({
      retention_class: retentionClass,
      subject_pseudonym: subject,
    }))
    await appendPast(test.ledger, writer, day, drafts)
    const ids = drafts.map(({ envelope }) => envelope.id)
    await admin`
      INSERT INTO pii_value (entry_id, placeholder, entity_type, tenant_id, blind_index, sealed_value)
      SELECT id, p, 'A', ${tenant}, '', '' FROM unnest(${ids}::uuid[]) id, unnest(ARRAY['[A_1]', '[A_2]']) p`
    return ids
  }
  const left = async (ids: readonly string[]) =>
    (await admin`SELECT count(*)::integer AS n FROM pii_value WHERE entry_id = ANY(${[...ids]}::uuid[])`)[0]?.n

  it('go with the hot window of their own class, while the day stays for entries that are kept longer', async () => {
    const day = ago(40)
    const short = await plant('acme', day, '30-90-365', 'ann')
    const long = await plant('acme', day, '50-90-365', 'ann')
    const other = await plant('globex', day, 'standard', 'bob')
    expect((await find()).values).toEqual([{ tenant: 'acme', day }])
    expect(await expire('acme', day)).toEqual({ values: 4 })
    expect([await left(short), await left(long), await left(other)]).toEqual([0, 4, 4])
    expect(await expire('acme', day)).toEqual({ values: 0 })
    expect(await expire('globex', day)).toEqual({ values: 0 })
  })

  it('of one tenant never go with those of another on the same day', async () => {
    const day = ago(35)
    const own = await plant('acme', day, '30-90-365', 'ann')
    const other = await plant('globex', day, '30-90-365', 'bob')
    expect(await expire('acme', day)).toEqual({ values: 4 })
    expect([await left(own), await left(other)]).toEqual([0, 4])
  })

  it('are counted from the end of their day, whatever a caller says of the policy: three days at least', async () => {
    const day = ago(2)
    const ids = await plant('acme', day, 'standard', 'ann')
    const greedy = createArchiveCatalogue({
      sql: test.ledger.sql,
      databaseUrl: test.databases.app,
      standardHotDays: () => 0,
    })
    expect(await greedy.expireValues('acme', day, 100)).toBe(0)
    expect(await left(ids)).toBe(4)
  })

  it.each([
    ['the person', { subject: 'held', from: null, to: null }],
    ['a period', { subject: null, from: ago(39), to: ago(37) }],
    ['the whole tenant', { subject: null, from: null, to: null }],
  ])('under a hold on %s stay until it is released', async (_what, hold) => {
    const day = ago(38)
    const ids = await plant('held', day, '30-90-365', 'held')
    const [row] = await admin`
      INSERT INTO legal_hold (id, tenant_id, subject_pseudonym, from_at, to_at, sealed_reason, placed_by, placed_at)
      VALUES (gen_random_uuid(), 'held', ${hold.subject}, ${hold.from}, ${hold.to}, '', 'key', now()) RETURNING id`
    expect(await expire('held', day)).toEqual({ values: 0 })
    expect(await left(ids)).toBe(4)
    await admin`UPDATE legal_hold SET released_at = now(), released_by = 'key' WHERE id = ${row?.id}`
    expect(await expire('held', day)).toEqual({ values: 4 })
  })

  it('outside a hold on somebody else, or on another time, are not kept by it', async () => {
    const day = ago(37)
    const ids = await plant('beside', day, '30-90-365', 'ann')
    await admin`
      INSERT INTO legal_hold (id, tenant_id, subject_pseudonym, from_at, to_at, sealed_reason, placed_by, placed_at) VALUES
        (gen_random_uuid(), 'beside', 'other', NULL, NULL, '', 'key', now()),
        (gen_random_uuid(), 'beside', NULL, ${ago(20)}, ${ago(10)}, '', 'key', now()),
        (gen_random_uuid(), 'another', NULL, NULL, NULL, '', 'key', now())`
    expect(await expire('beside', day)).toEqual({ values: 4 })
    expect(await left(ids)).toBe(0)
  })
})

describe('receipts of erasures and of days', { timeout: 60_000 }, () => {
  it('have one numbering, also where they are given at the same time or only the ledger knows them', async () => {
    const test = await openTestLedger()
    const admin = postgres(test.databases.admin, { max: 2, onnotice: () => undefined })
    const writer = test.ledger.openWriter()
    try {
      const { sql } = test.ledger
      const days = createArchiveCatalogue({ sql, databaseUrl: test.databases.app, standardHotDays: () => 60 })
      await writer.append(test.calls.next('acme', { kind: 'archive', detail: '{"receipt":{"number":4}}' }))
      const cases = await admin`
        INSERT INTO erasure_case (id, tenant_id, state, officer, requested_at, deadline, reference_digest,
          reference_expires_at, case_key_id)
        SELECT gen_random_uuid(), 'acme', 'running', 'key', now(), now(), sha256(i::text::bytea), now(), gen_random_uuid()
        FROM generate_series(1, 4) i RETURNING id`
      const next = () => test.calls.next('acme').envelope.id
      const given = await Promise.all([
        ...cases.map(({ id }) => numberReceipt(sql, id)),
        ...[1, 2, 3, 4].map(async (n) => (await days.openReceipt(`2026-01-0${n}`, 'acme', next())).number),
      ])
      expect([...given].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
      expect((await days.openReceipt('2026-01-01', 'acme', next())).number).toBe(given[4])
      expect(await numberReceipt(sql, cases[0]?.id)).toBe(given[0])
      expect((await days.openReceipt('2026-01-01', 'globex', next())).number).toBe(1)
    } finally {
      await writer.close()
      await admin.end({ timeout: 5 })
      await test.remove()
    }
  })
})
