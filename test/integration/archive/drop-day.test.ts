import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DayActivities } from '../../../activities/archive/day-types.ts'
import { createDayActivities } from '../../../activities/archive/days.ts'
import { createArchiveCatalogue } from '../../../src/adapters/postgres/archive/catalogue.ts'
import type { ArchiveCatalogue } from '../../../src/ports/archive-catalogue.ts'
import { verifyPath, words } from '../../../verify/verify.mjs'
import { appendPast, callsOfDay } from '../../support/archive/past-ledger.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const DAY = '2026-01-05'

describe('a day that leaves the database', { timeout: 120_000 }, () => {
  let stack: ArchiveStack
  let catalogue: ArchiveCatalogue
  let steps: DayActivities
  const standardPolicy = () => ({ hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 })
  beforeAll(async () => {
    stack = await startArchiveStack()
    catalogue = catalogueWith(() => 60)
    const { ledger, entries, anchors, now, newEntryId } = stack.deps
    steps = createDayActivities({ catalogue, ledger, entries, anchors, standardPolicy, now, newEntryId })
  })
  afterAll(() => stack.close())

  const catalogueWith = (standardHotDays: () => number) =>
    createArchiveCatalogue({
      sql: stack.test.ledger.sql,
      databaseUrl: stack.test.databases.app,
      standardHotDays,
    })
  type Step<N extends keyof DayActivities> = (
    input?: Parameters<DayActivities[N]>[0],
  ) => Promise<Awaited<ReturnType<DayActivities[N]>>>
  const step = <N extends keyof DayActivities>(name: N, input?: Parameters<DayActivities[N]>[0]) =>
    new MockActivityEnvironment().run<[typeof input], Awaited<ReturnType<DayActivities[N]>>, Step<N>>(
      steps[name] as Step<N>,
      input,
    )
  const anchored = async (entries: readonly string[]) => {
    await expect
      .poll(
        async () => {
          await stack.deps.anchors.refresh()
          const leaves = await stack.deps.periods.leaves(entries)
          return leaves.filter((leaf) => leaf.leafIndex < (stack.deps.anchors.of(leaf.origin)?.treeSize ?? 0)).length
        },
        { timeout: 30_000 },
      )
      .toBe(entries.length)
  }
  const idsOf = async (day: string) =>
    (
      await stack.admin`
        SELECT id FROM ledger_entry WHERE id >= ledger_day_bound(${day}::date) AND id < ledger_day_bound(${day}::date + 1)
        ORDER BY id`
    ).map(({ id }) => id)
  /** Entries of two tenants and of two classes on the day, a proof among them, sealed and archived. */
  const archive = async (day: string) => {
    await stack.plant('acme', day, 6)
    // By a writer who writes nothing else.
    const { ledger, calls } = stack.test
    const writer = ledger.openWriter()
    await appendPast(
      ledger,
      writer,
      day,
      callsOfDay(calls, 'acme', day, 4, () => ({ retention_class: '30-90-365' })),
    )
    await writer.close()
    await stack.plant('globex', day, 3)
    const [proof] = await stack.plant('acme', day, 1, () => ({ retention_class: 'proof' }))
    expect(await step('sealDay', { day })).toEqual({ outcome: 'done', code: null })
    await stack.run()
    return String(proof)
  }

  it('is gone with its content and values, what explains others stays, and the verifier says which receipt explains it', async () => {
    const proof = await archive(DAY)
    const before = await idsOf(DAY)
    expect(await step('findDaysToDrop')).toEqual({ days: [DAY] })
    const { entries, code } = await step('announceDrop', { day: DAY })
    expect([code, entries.length]).toEqual([null, 2])
    await anchored(entries)
    expect(await step('dropDay', { day: DAY })).toEqual({ outcome: 'done', code: null })

    const left = await idsOf(DAY)
    expect(left).toContain(proof)
    expect(before.length - left.length).toBe(13)
    const content = await stack.admin`
      SELECT entry_id FROM content WHERE entry_id >= ledger_day_bound(${DAY}) AND entry_id < ledger_day_bound(${DAY}::date + 1)`
    expect(content.map(({ entry_id }) => entry_id)).toEqual([proof])
    expect((await catalogue.days()).days).toContainEqual({ day: DAY, isSealed: true, isDropped: true })

    for (const tenant of ['acme', 'globex']) {
      const file = `${stack.test.folder}/${tenant}-dropped.zip`
      await stack.test.ledger.packTo(file, tenant, { wholeStore: true })
      const result = await verifyPath(file, { trust: await stack.test.ledger.trusted(tenant) })
      expect(result.problems).toEqual([])
      const [, leaves = ''] = /archived, with receipt 1 \(entry \S+\): leaves (.*)/.exec(words(result)) ?? []
      const gone = await stack.admin`
        SELECT l.leaf_index::integer AS at FROM ledger_leaf l JOIN ledger_log g ON g.log_id = l.log_id
        WHERE g.tenant_id = ${tenant} AND l.entry_id = ANY(${before.filter((id) => !left.includes(id))}::uuid[]) ORDER BY 1`
      expect(leavesOf(leaves)).toEqual(gone.map(({ at }) => at))
      expect(leaves).toContain(' to ')
    }
  })

  it('takes nothing from what is said of the log behind it: writers who ended before are still counted by their leaves', async () => {
    const { ledger } = stack.test
    await stack.deps.ledger.close()
    await ledger.sequence()
    const [log] = await ledger.logs.all('acme')
    const from = await ledger.trees.size(log?.origin ?? '')
    await stack.test.append(3, 'acme')
    const size = () => ledger.trees.size(log?.origin ?? '')
    await expect.poll(size, { timeout: 15_000 }).toBeGreaterThan(from + 3)
    const to = await ledger.trees.size(log?.origin ?? '')
    const file = `${stack.test.folder}/behind.zip`
    await ledger.packTo(file, 'acme', { range: { from, to } })
    const result = await verifyPath(file, { trust: await ledger.trusted('acme') })
    expect(result.problems).toEqual([])
    expect(words(result)).toContain(`the leaves before ${from}`)
  })

  it('is not dropped twice, and a second announcement is the first', async () => {
    expect(await step('dropDay', { day: DAY })).toEqual({ outcome: 'already', code: null })
    expect(await step('findDaysToDrop')).toEqual({ days: [] })
    const [row] = await stack.admin`SELECT count(*)::integer AS n FROM ledger_entry WHERE status = 'dropped'`
    expect(row?.n).toBe(2)
  })

  it('still takes no entry and lets none be changed, in the tables that hold what stays', async () => {
    const { sql } = stack.test.ledger
    await expect(stack.plant('acme', DAY, 1)).rejects.toMatchObject({ code: 'day_sealed' })
    const change = stack.admin`UPDATE ledger_entry SET status = 'x' WHERE id >= ledger_day_bound(${DAY}) AND id < ledger_day_bound(${DAY}::date + 1)`
    await expect(change).rejects.toThrow('append only')
    await expect(stack.admin`TRUNCATE ledger_entry_20260105`).rejects.toThrow('append only')
    const [made] = await sql`SELECT ledger_ensure_partitions(${DAY}::date, 1) AS made`
    expect(made?.made).toBe(0)
  })

  describe('stays where one demand is not met:', () => {
    const day = '2026-01-07'
    let receipts: string[]
    let proof: string
    beforeAll(async () => {
      proof = await archive(day)
    }, 120_000)

    const refused = async (code: string, using = catalogue) => {
      const before = await idsOf(day)
      expect(await using.drop(day)).toEqual({ refused: code })
      expect(await idsOf(day)).toEqual(before)
    }
    /** Runs statements as the superuser with no trigger, then looks, then the others. */
    const without = async (code: string, away: string, back: string) => {
      const run = (text: string) =>
        stack.admin.begin(async (transaction) => {
          await transaction`SET LOCAL session_replication_role = replica`
          await transaction.unsafe(text)
        })
      await run(away)
      await refused(code)
      await run(back)
    }
    const OF = `tenant_id = 'acme' AND retention_class = 'standard' AND from_day = '${day}'`

    it('no receipt is written', async () => {
      expect(await catalogue.obstacle(day)).toBe('no_receipt')
      await refused('no_receipt')
      const { entries } = await step('announceDrop', { day })
      receipts = entries
      await anchored(receipts)
    })

    it('the receipt is not under an anchor', async () => {
      await refused('receipt_not_anchored')
      await catalogue.receiptsAnchored(receipts)
      expect(await catalogue.obstacle(day)).toBeNull()
    })

    it('the day is not sealed', () =>
      without(
        'not_sealed',
        `CREATE TABLE IF NOT EXISTS kept_day AS SELECT * FROM archive_day WHERE day = '${day}'; DELETE FROM archive_day WHERE day = '${day}'`,
        `INSERT INTO archive_day SELECT * FROM kept_day; DROP TABLE kept_day`,
      ))

    it('a class is within its hot window by the clock of the database', async () => {
      await refused(
        'still_hot',
        catalogueWith(() => 10_000),
      )
      const [row] = await stack.admin`SELECT archive_not_droppable(${day}, '{"acme": 60}') AS why`
      expect(row?.why).toBe('policy_unknown')
    })

    it('a class of a tenant is not archived', () =>
      without(
        'not_archived',
        `UPDATE archive_period SET tenant_id = 'other' WHERE ${OF}`,
        `UPDATE archive_period SET tenant_id = 'acme' WHERE ${OF.replace('acme', 'other')}`,
      ))

    it('the archive has one entry less', () =>
      without(
        'other_count',
        `UPDATE archive_period SET entries = entries - 1 WHERE ${OF}`,
        `UPDATE archive_period SET entries = entries + 1 WHERE ${OF}`,
      ))

    it.each(['facts', 'manifest'])('its %s is not stored and verified', (part) => {
      const set = (state: string) =>
        `UPDATE archive_object SET state = '${state}' WHERE part = '${part}' AND period_id = (SELECT id FROM archive_period WHERE ${OF})`
      return without('not_stored', set('writing'), set('stored'))
    })

    it('the ledger does not say that it is archived', () =>
      without(
        'not_recorded',
        `UPDATE archive_period SET manifest_entry = '${proof}' WHERE ${OF}`,
        `UPDATE archive_period SET manifest_entry = id WHERE ${OF}`,
      ))

    it('the entry that says so is not anchored', () =>
      without(
        'not_anchored',
        `UPDATE archive_period SET anchored_at = NULL WHERE ${OF}`,
        `UPDATE archive_period SET anchored_at = now() WHERE ${OF}`,
      ))

    it('the receipt is of a part of the day only', () =>
      without(
        'no_receipt',
        `UPDATE ledger_entry SET detail = jsonb_set(detail::jsonb, '{receipt,below_id}', detail::jsonb #> '{receipt,from_id}')::text
         WHERE id = '${receipts[0]}'`,
        `UPDATE ledger_entry SET detail = jsonb_set(detail::jsonb, '{receipt,below_id}', to_jsonb(ledger_day_bound('2026-01-08')))::text
         WHERE id = '${receipts[0]}'`,
      ))

    it('an entry of it has no leaf', async () => {
      await without(
        'leaf_missing',
        `CREATE TABLE kept_leaf AS SELECT * FROM ledger_leaf WHERE entry_id = '${proof}'; DELETE FROM ledger_leaf WHERE entry_id = '${proof}'`,
        `INSERT INTO ledger_leaf SELECT * FROM kept_leaf; DROP TABLE kept_leaf`,
      )
    })

    it('a hold covers a detected value of it, until the hold is released', async () => {
      const [entry] = await stack.admin`
        SELECT id FROM ledger_entry WHERE id >= ledger_day_bound(${day}) AND id < ledger_day_bound(${day}::date + 1)
          AND tenant_id = 'globex' AND subject_pseudonym IS NOT NULL LIMIT 1`
      await without(
        'values_held',
        `INSERT INTO pii_value (entry_id, placeholder, entity_type, tenant_id, blind_index, sealed_value)
           VALUES ('${entry?.id}', '[A_1]', 'A', 'globex', '', '');
         INSERT INTO legal_hold (id, tenant_id, sealed_reason, placed_by, placed_at)
           VALUES (gen_random_uuid(), 'globex', '', 'key', now())`,
        `UPDATE legal_hold SET released_at = now(), released_by = 'key'`,
      )
    })

    it('somebody reads for long', async () => {
      const reading = stack.admin.begin(async (transaction) => {
        await transaction`SELECT count(*) FROM ledger_entry`
        await refused('busy')
      })
      await reading
    })

    it('and goes when all of them are met, once, where two drop it at the same time', async () => {
      expect(await catalogue.obstacle(day)).toBeNull()
      const outcomes = await Promise.all([catalogue.drop(day), catalogue.drop(day)])
      expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(1)
      expect(await idsOf(day)).toContain(proof)
    })
  })
})

/** The leaves that a note names, alone or in stretches. */
function leavesOf(said: string): number[] {
  return said.split(', ').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split(' to ').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
