import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { createExpireActivities } from '../../../activities/archive/expire.ts'
import { withArchive } from '../../../src/adapters/archive/read-through.ts'
import { createArchiveReader } from '../../../src/adapters/postgres/archive/reader.ts'
import type { LedgerReader } from '../../../src/ports/ledger-reader.ts'
import { endDepsOf, mortal, namesIn, placeHold, releaseHold, runStep, untilDone } from '../../support/archive/ending.ts'
import { storeAway, withFaults } from '../../support/archive/faulty-store.ts'
import { dropDay, objectsOf } from '../../support/archive/past-objects.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const SHORT = { retention_class: '1-1-2' }

describe('the end of archived periods', { timeout: 240_000 }, () => {
  let stack: ArchiveStack
  let deps: EndDeps
  let reader: LedgerReader
  let folders = 0
  beforeAll(async () => {
    stack = await startArchiveStack()
    deps = endDepsOf(stack)
  }, 300_000)
  afterAll(() => stack.close())

  /** Ten entries of a day that left the database long ago, a third of them of one person. */
  const plantOld = async (tenant: string, day: string, change: object = SHORT) => {
    const ids = await stack.plant(tenant, day, 9, (index) => ({
      subject_pseudonym: index % 3 === 0 ? `sub_held_${tenant}` : `sub_${tenant}_${index % 4}`,
      ...change,
    }))
    await stack.seal(day)
    expect((await stack.run()).failures).toEqual([])
    await dropDay(stack.admin, day)
    const [period] = await stack.admin`SELECT id FROM archive_period WHERE tenant_id = ${tenant}`
    const objects = objectsOf(deps.store, `${stack.test.folder}/copies-${++folders}`)
    reader = withArchive(deps.entries, createArchiveReader({ sql: stack.test.ledger.sql, objects }))
    return { ids, period: String(period?.id) }
  }
  const steps = (from: EndDeps = deps) => createExpireActivities(from)
  const expire = (period: string, from?: EndDeps) => runStep(steps(from).expirePeriod, { period })
  const settle = (period: string, from?: EndDeps) => runStep(steps(from).settleHeldPeriod, { period })
  const endedBy = async (period: string) =>
    (
      await stack.admin`
      SELECT id, detail FROM ledger_entry WHERE kind = 'archive' AND status = 'expired' AND related_entry = ${period} ORDER BY id`
    ).map(({ id, detail }) => ({ id: String(id), detail: JSON.parse(detail) }))
  const left = async (tenant: string) => (await namesIn(deps, `/${tenant}.`)).map((name) => name.split('/')[2])

  it('comes when the class says so, not before; the entry, then the objects with all versions; manifests stay', async () => {
    const { ids, period } = await plantOld('short', '2026-01-05')
    const { period: longer } = await plantOld('long', '2026-01-06', { retention_class: '1-1-20000' })
    const { periods } = await runStep(steps().findExpiring, { after: null })
    expect(periods).toEqual([period])
    expect(periods).not.toContain(longer)
    expect(await reader.entry('short', ids[0] ?? '')).toBeDefined()
    expect(await expire(period)).toBe('expired')
    const [entry] = await endedBy(period)
    expect(entry?.detail).toMatchObject({
      period: { from_day: '2026-01-05', below_day: '2026-01-06', retention_class: '1-1-2', generation: 1 },
      entries: 9,
      held: null,
    })
    expect(entry?.detail.objects.map((one: { rows: number }) => one.rows)).toEqual([9, 9])
    expect(await left('short')).toEqual(['manifest'])
    const objects = objectsOf(deps.store, `${stack.test.folder}/copies-fresh`)
    const fresh = withArchive(deps.entries, createArchiveReader({ sql: stack.test.ledger.sql, objects }))
    await expect(fresh.entry('short', ids[0] ?? '')).rejects.toMatchObject({ code: 'entry_expired', status: 410 })
    await expect(fresh.entry('short', ids[0] ?? '')).rejects.toThrow(entry?.id ?? 'none')
    expect((await runStep(steps().findExpiring, { after: null })).periods).toEqual([])
    expect(await expire(period)).toBe('expired')
    expect(await endedBy(period)).toHaveLength(1)
  })

  it('does not come for what is still in the database', async () => {
    await stack.plant('hot', '2026-01-07', 3, () => SHORT)
    await stack.seal('2026-01-07')
    expect((await stack.run()).failures).toEqual([])
    expect((await runStep(steps().findExpiring, { after: null })).periods).toEqual([])
  })

  it.each(['tenant', 'period'] as const)('waits while a hold on a %s is in force', async (scope) => {
    const day = scope === 'tenant' ? '2026-01-08' : '2026-01-09'
    const { period } = await plantOld(`by-${scope}`, day)
    const beside = await placeHold(stack, `by-${scope}`, { from: '2026-01-01', to: day })
    const within = scope === 'tenant' ? {} : { from: `${day}T23:00:00Z`, to: `${day}T23:00:01Z` }
    const hold = await placeHold(stack, `by-${scope}`, within)
    expect(await expire(period)).toBe('held')
    expect(await endedBy(period)).toEqual([])
    expect(await runStep(steps().reconcileHolds)).toEqual({ held: 2, released: 0, failed: 0 })
    const [name = ''] = await namesIn(deps, `content/by-${scope}.`)
    expect((await deps.store.stat(name))?.onHold).toBe(true)
    expect(await deps.store.remove(name)).toBe('locked')
    expect(await runStep(steps().reconcileHolds)).toEqual({ held: 0, released: 0, failed: 0 })
    await releaseHold(stack, hold)
    expect(await runStep(steps().reconcileHolds)).toEqual({ held: 0, released: 2, failed: 0 })
    expect((await deps.store.stat(name))?.onHold).toBe(false)
    expect(await expire(period)).toBe('expired')
    expect(await left(`by-${scope}`)).toEqual(['manifest'])
    await releaseHold(stack, beside)
  })

  it('keeps a person’s rows under a hold, facts and text, in an object of their own, and the rest goes', async () => {
    const { ids, period } = await plantOld('person', '2026-01-10')
    const held = ids.filter((_, index) => index % 3 === 0)
    const before = await Promise.all(held.map((id) => reader.content('person', id)))
    const hold = await placeHold(stack, 'person', { subject: 'sub_held_person' })
    expect(await runStep(steps().reconcileHolds)).toMatchObject({ held: 2 })
    expect(await expire(period)).toBe('expired')
    expect(await left('person')).toEqual(['held', 'manifest'])
    const [entry] = await endedBy(period)
    expect(entry?.detail.held).toMatchObject({ entries: 3, name: expect.stringContaining('/held/person.') })
    const [name = ''] = await namesIn(deps, 'held/person.')
    expect((await deps.store.stat(name))?.onHold).toBe(true)

    const objects = objectsOf(deps.store, `${stack.test.folder}/copies-held`)
    const archive = createArchiveReader({ sql: stack.test.ledger.sql, objects })
    const through = withArchive(deps.entries, archive)
    for (const [index, id] of held.entries()) {
      expect((await through.entry('person', id))?.envelope.subject_pseudonym).toBe('sub_held_person')
      expect(hexOf(await through.content('person', id))).toEqual(hexOf(before[index]))
    }
    const other = ids[1] ?? ''
    await expect(through.entry('person', other)).rejects.toMatchObject({ code: 'entry_expired' })
    const range = { tenantId: 'person', after: null, kinds: ['interaction'], from: null, to: null, limit: 10 }
    expect(await archive.ofPerson({ ...range, pseudonym: 'sub_held_person' })).toHaveLength(3)

    expect(await settle(period)).toBe('kept')
    await releaseHold(stack, hold)
    expect((await runStep(steps().findHeld)).periods).toEqual([period])
    expect(await settle(period)).toBe('removed')
    expect(await left('person')).toEqual(['manifest'])
    expect((await runStep(steps().findHeld)).periods).toEqual([])
    const ended = await endedBy(period)
    expect(ended).toHaveLength(2)
    expect(ended[1]?.detail).toMatchObject({ object: name, entries: 3, kept: null })
  })

  it('keeps, of two people under holds, the one whose hold goes on', async () => {
    const { period } = await plantOld('two', '2026-01-11')
    const first = await placeHold(stack, 'two', { subject: 'sub_held_two' })
    await placeHold(stack, 'two', { subject: 'sub_two_1' })
    expect(await expire(period)).toBe('expired')
    const [before = ''] = await namesIn(deps, 'held/two.')
    await releaseHold(stack, first)
    expect(await settle(period)).toBe('kept')
    const names = await namesIn(deps, 'held/two.')
    expect(names).toHaveLength(1)
    expect(names).not.toContain(before)
    const [row] = await stack.admin`SELECT entries FROM archive_object WHERE name = ${names[0] ?? ''}`
    const [, ended] = await endedBy(period)
    expect(ended?.detail).toMatchObject({ object: before, kept: { name: names[0], entries: Number(row?.entries) } })
  })

  it('comes once wherever the process dies, and loses nothing that is held', async () => {
    const { ids, period } = await plantOld('mortal', '2026-01-12')
    const hold = await placeHold(stack, 'mortal', { subject: 'sub_held_mortal' })
    const died: string[] = []
    const runs = await untilDone(() => expire(period, mortal(deps, died)))
    expect(runs).toBe(died.length + 1)
    expect(died).toEqual(
      expect.arrayContaining([
        'rows.copyHeld',
        'store.put held',
        'rows.verifyHeld',
        'ending.supersede',
        'ledger.append',
        'ending.noteEnded',
        'store.remove first facts',
        'ending.expired',
      ]),
    )
    expect(await left('mortal')).toEqual(['held', 'manifest'])
    expect(await endedBy(period)).toHaveLength(1)
    const objects = objectsOf(deps.store, `${stack.test.folder}/copies-mortal`)
    const through = withArchive(deps.entries, createArchiveReader({ sql: stack.test.ledger.sql, objects }))
    expect((await through.content('mortal', ids[3] ?? ''))?.sealedPrompt).toBeInstanceOf(Uint8Array)

    await releaseHold(stack, hold)
    const again: string[] = []
    await untilDone(() => settle(period, mortal(deps, again)))
    expect(again).toEqual(expect.arrayContaining(['ledger.append', 'ending.supersede', 'store.remove held']))
    expect(await left('mortal')).toEqual(['manifest'])
    expect(await endedBy(period)).toHaveLength(2)
    expect(existsSync(deps.folder) ? readdirSync(deps.folder) : []).toEqual([])
  })

  it('does not stop at an object that the store cannot hold: the others are held, and it is tried again', async () => {
    await plantOld('refused', '2026-01-14')
    await placeHold(stack, 'refused', {})
    let refused = ''
    const store = withFaults(deps.store)
    store.hold = async (name, on) => {
      if (refused === '' || refused === name) {
        refused = name
        throw storeAway()
      }
      await deps.store.hold(name, on)
    }
    expect(await runStep(steps({ ...deps, store }).reconcileHolds)).toEqual({ held: 1, released: 0, failed: 1 })
    expect((await deps.store.stat(refused))?.onHold).toBe(false)
    expect(await runStep(steps().reconcileHolds)).toEqual({ held: 1, released: 0, failed: 0 })
    expect((await deps.store.stat(refused))?.onHold).toBe(true)
  })

  it('is stopped by a hold that comes before the entry, also where an earlier run had begun', async () => {
    const { period } = await plantOld('late', '2026-01-13')
    const broken = {
      ...deps,
      ledger: { ...deps.ledger, append: () => Promise.reject(new Error('the ledger is away')) },
    }
    await expect(expire(period, broken)).rejects.toThrow()
    await placeHold(stack, 'late', {})
    expect(await expire(period)).toBe('held')
    expect((await left('late')).sort()).toEqual(['content', 'facts', 'manifest'])
  })
})

function hexOf(content: { sealedPrompt: Uint8Array | null } | undefined): string {
  return Buffer.from(content?.sealedPrompt ?? []).toString('hex')
}
