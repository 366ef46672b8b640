import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchiveCatalogue } from '../../../src/adapters/postgres/archive/catalogue.ts'
import { createLedgerWriter } from '../../../src/adapters/postgres/ledger/writer.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import type { ArchiveCatalogue } from '../../../src/ports/archive-catalogue.ts'
import type { LedgerWriter } from '../../../src/ports/ledger-writer.ts'
import { appendPast, callsOfDay } from '../../support/archive/past-ledger.ts'
import { openTestLedger, type TestLedger } from '../ledger/support.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

describe('a sealed day', { timeout: 60_000 }, () => {
  let test: TestLedger
  let admin: postgres.Sql
  let catalogue: ArchiveCatalogue
  let writer: LedgerWriter
  beforeAll(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 3, onnotice: () => undefined })
    catalogue = createArchiveCatalogue({
      sql: test.ledger.sql,
      databaseUrl: test.databases.app,
      standardHotDays: () => 60,
    })
    writer = test.ledger.openWriter()
  })
  afterAll(async () => {
    await writer.close()
    await admin.end({ timeout: 5 })
    await test.remove()
  })

  const plant = async (day: string, count = 3) => {
    const drafts = callsOfDay(test.calls, 'acme', day, count)
    await appendPast(test.ledger, writer, day, drafts)
    return drafts.map(({ envelope }) => envelope.id)
  }
  const idOf = (day: string) => uuidv7(Date.parse(`${day}T12:00:00Z`), randomBytes(10))
  const late = (day: string) => writer.append(test.calls.next('acme', { id: idOf(day) }))
  const today = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10)

  it('takes no entry any more, and keeps those it has', async () => {
    const ids = await plant('2026-02-01')
    expect(await catalogue.seal('2026-02-01')).toBe('sealed')
    await expect(late('2026-02-01')).rejects.toMatchObject({ code: 'day_sealed', status: 503 })
    const rows = await admin`
      SELECT id FROM ledger_entry WHERE id >= ledger_day_bound('2026-02-01') AND id < ledger_day_bound('2026-02-02')`
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort())
    expect((await catalogue.days()).days).toContainEqual({ day: '2026-02-01', isSealed: true, isDropped: false })
  })

  it('takes no content and no detected value either, while an erasure may still delete what it has', async () => {
    const [id] = await plant('2026-02-02')
    await catalogue.seal('2026-02-02')
    const put = (text: string) => admin.unsafe(text, [idOf('2026-02-02')])
    await expect(put('INSERT INTO content (entry_id) VALUES ($1)')).rejects.toMatchObject({ code: 'PA002' })
    await expect(
      put(`INSERT INTO pii_value (entry_id, placeholder, entity_type, tenant_id, blind_index, sealed_value)
           VALUES ($1, '[A_1]', 'A', 'acme', '', '')`),
    ).rejects.toMatchObject({ code: 'PA002' })
    const erased = await test.ledger.sql.begin(async (transaction) => {
      await transaction`SET LOCAL ROLE palimpsest_eraser`
      return transaction`DELETE FROM content WHERE entry_id = ${id}`
    })
    expect(erased.count).toBe(1)
  })

  it('does not hold up the other entries that were to be written with one that came too late', async () => {
    await plant('2026-02-03')
    await catalogue.seal('2026-02-03')
    const outcomes = await Promise.allSettled([
      writer.append(test.calls.next('acme')),
      late('2026-02-03'),
      writer.append(test.calls.next('acme')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('is refused before it is over for 48 hours by the clock of the database', async () => {
    await test.ledger.sql`SELECT ledger_ensure_partitions(${today(-2)}::date, 3)`
    expect(await catalogue.seal(today(-2))).toEqual({ refused: 'not_over' })
    expect(await catalogue.seal(today(0))).toEqual({ refused: 'not_over' })
    await test.ledger.sql`SELECT ledger_ensure_partitions(${today(-3)}::date, 1)`
    expect(await catalogue.seal(today(-3))).toBe('sealed')
  })

  it('is refused where there is no such day, since who made it later would find it open', async () => {
    expect(await catalogue.seal('2020-01-01')).toEqual({ refused: 'no_partition' })
  })

  it.each([
    [
      'requests_in_flight',
      (id: string) => admin`
        INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id, context,
          sealed_body) VALUES (${id}, 'acme', 'accepted', now(), now(), 'sub', ${id}, '{}', '')`,
      (id: string) => admin`DELETE FROM inbox WHERE request_id = ${id}`,
    ],
    [
      'leaves_pending',
      (id: string) => admin`
        INSERT INTO ledger_pending (entry_id, log_id, writer_epoch, writer_seq, leaf) VALUES (${id}, '', ${id}, 0, '')`,
      (id: string) => admin`DELETE FROM ledger_pending WHERE entry_id = ${id}`,
    ],
    [
      'export_open',
      (id: string) => admin`
        INSERT INTO subject_export (id, tenant_id, state, requested_by, app, requested_at, disclosure_id)
        VALUES (${id}, 'acme', 'running', 'key', 'app', now(), ${id})`,
      (id: string) => admin`UPDATE subject_export SET state = 'failed' WHERE id = ${id}`,
    ],
    [
      'erasure_open',
      (id: string) => admin`
        INSERT INTO erasure_case (id, tenant_id, state, officer, requested_at, deadline, reference_digest, reference_expires_at,
          case_key_id, announced_by)
        VALUES (${id}, 'acme', 'running', 'key', now(), now(), sha256(${id}::text::bytea), now(), ${id}, ${id})`,
      (id: string) => admin`UPDATE erasure_case SET ended_at = now() WHERE id = ${id}`,
    ],
  ] as const)('is refused with %s while something of it may still be written', async (code, begin, end) => {
    const day = `2026-03-0${['requests_in_flight', 'leaves_pending', 'export_open', 'erasure_open'].indexOf(code) + 1}`
    await plant(day)
    const id = idOf(day)
    await begin(id)
    expect(await catalogue.seal(day)).toEqual({ refused: code })
    await expect(late(day)).resolves.toBe('appended')
    await test.ledger.sequence()
    await end(id)
    expect(await catalogue.seal(day)).toBe('sealed')
  })

  it('waits for who writes in it just now: what is under way is in it, or the day stays open', async () => {
    await plant('2026-03-05')
    const id = idOf('2026-03-05')
    const [held, writing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = admin.begin(async (transaction) => {
      await transaction`INSERT INTO content (entry_id) VALUES (${id})`
      writing.resolve()
      await held.promise
    })
    await writing.promise
    expect(await catalogue.seal('2026-03-05')).toEqual({ refused: 'busy' })
    held.resolve()
    await slow
    expect(await catalogue.seal('2026-03-05')).toBe('sealed')
    expect(await admin`SELECT FROM content WHERE entry_id = ${id}`).toHaveLength(1)
  })

  it('is sealed once where two seal it at the same time', async () => {
    await plant('2026-03-06')
    const outcomes = await Promise.all([1, 2, 3].map(() => catalogue.seal('2026-03-06')))
    expect(outcomes.filter((outcome) => outcome === 'sealed')).toHaveLength(1)
    await expect(late('2026-03-06')).rejects.toMatchObject({ code: 'day_sealed' })
    const triggers = await admin`
      SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'day_sealed'
        AND tgrelid::regclass::text LIKE '%20260306' ORDER BY 1`
    expect(triggers.map(({ name }) => name)).toEqual([
      'content_20260306',
      'ledger_entry_20260306',
      'pii_value_20260306',
    ])
  })

  it('is sealed by the archivist alone, and nobody else writes down that it is', async () => {
    const refused = { code: '42501' }
    const { sql } = test.ledger
    await expect(sql`SELECT archive_seal_day('2026-02-01')`).rejects.toMatchObject(refused)
    await expect(sql`SELECT archive_drop_day('2026-02-01', '{}')`).rejects.toMatchObject(refused)
    await expect(sql`SELECT archive_expire_values('acme', '2026-02-01', '{}', 1)`).rejects.toMatchObject(refused)
    for (const role of ['palimpsest_archivist', 'palimpsest_eraser']) {
      const write = sql.begin(async (transaction) => {
        await transaction`SET LOCAL ROLE ${sql.unsafe(role)}`
        await transaction`INSERT INTO archive_day (day, sealed_at) VALUES ('2026-02-09', now())`
      })
      await expect(write).rejects.toMatchObject(refused)
    }
  })

  it('has no trigger that anybody but a superuser can take away, and of one who does the log still tells', async () => {
    await plant('2026-03-07')
    await catalogue.seal('2026-03-07')
    await expect(test.ledger.sql`DROP TRIGGER day_sealed ON ledger_entry_20260307`).rejects.toMatchObject({
      code: '42501',
    })
    await expect(test.ledger.sql`ALTER TABLE ledger_entry_20260307 DISABLE TRIGGER day_sealed`).rejects.toMatchObject({
      code: '42501',
    })
    const [victim] = await admin`SELECT id FROM ledger_entry WHERE id >= ledger_day_bound('2026-03-07') LIMIT 1`
    await admin.begin(async (transaction) => {
      await transaction`SET LOCAL session_replication_role = replica`
      await transaction`CREATE TEMPORARY TABLE copy ON COMMIT DROP AS SELECT * FROM ledger_entry WHERE id = ${victim?.id}`
      await transaction`UPDATE copy SET id = ${idOf('2026-03-07')}`
      await transaction`INSERT INTO ledger_entry SELECT * FROM copy`
    })
    const [row] = await admin`
      SELECT count(*)::integer AS n FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id
      WHERE e.id >= ledger_day_bound('2026-03-07') AND e.id < ledger_day_bound('2026-03-08') AND l.entry_id IS NULL`
    expect(row?.n).toBe(1)
  })

  it('is not made by a clock that is ahead: entries of more than five minutes from now are refused', async () => {
    const ahead = (ms: number) =>
      createLedgerWriter({ ...test.ledger, gatewayVersion: 'test', now: () => Date.now() + ms })
    const call = (ms: number) => test.calls.next('acme', { id: uuidv7(Date.now() + ms, randomBytes(10)) })
    for (const ms of [6 * 60_000, HOUR_MS, DAY_MS]) {
      await expect(ahead(ms).append(call(ms))).rejects.toMatchObject({ code: 'clock_skew', status: 503 })
    }
    await expect(ahead(4 * 60_000).append(call(4 * 60_000))).resolves.toBe('appended')
    await expect(ahead(-DAY_MS).append(call(-DAY_MS))).resolves.toBe('appended')
  })
})
