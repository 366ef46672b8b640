import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPackActivities, type PackDeps } from '../../../activities/reports/expire-packs.ts'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { createReportPacks } from '../../../src/adapters/postgres/reports/packs.ts'
import { createReports } from '../../../src/adapters/postgres/reports/reports.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { reportObject, reportPrefix } from '../../../src/domain/reports/object-names.ts'
import type { ReportFilters } from '../../../src/domain/reports/types.ts'
import { placeHold, releaseHold, runStep, untilDone } from '../../support/archive/ending.ts'
import { storeAway, withFaults } from '../../support/archive/faulty-store.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const NOBODY: ReportFilters = { subject: null, tool: null, model: null, pii: null }
const FROM = Date.parse('2026-01-01')
const TO = Date.parse('2026-02-01')
const DAYS: Readonly<Record<string, number>> = { brief: 30 }
const newId = () => uuidv7(Date.now(), randomBytes(10))

describe('the end of reports’ packs', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  let deps: PackDeps
  beforeAll(async () => {
    stack = await startArchiveStack()
    const { sql } = stack.test.ledger
    deps = {
      ...stack.deps,
      store: new FileArchiveStore(join(stack.test.folder, 'archive')),
      reports: createReports(sql),
      packs: createReportPacks({ sql, databaseUrl: stack.test.databases.app }),
      packDays: (tenantId) => DAYS[tenantId] ?? 400,
      retentionClass: () => '60-90-365',
    }
  }, 120_000)
  afterAll(() => stack.close())

  /** A report that was completed so many days ago, and its pack in the store. */
  const plant = async (tenantId: string, daysAgo: number, filters: ReportFilters = NOBODY) => {
    const { reports, store } = deps
    const [id, entryId, run] = [newId(), newId(), crypto.randomUUID()]
    const officer = { tenantId, keyId: 'auditor', app: 'audit', team: null }
    const asked = { id, officer, requestedAt: Date.now(), kind: 'cost' as const, from: FROM, to: TO, filters }
    await reports.create({ ...asked, seed: randomBytes(8), entryId })
    await reports.begin(id, run)
    const bytes = randomBytes(100)
    const sha256 = createHash('sha256').update(bytes).digest()
    const path = join(stack.test.folder, `pack-${id}`)
    mkdirSync(stack.test.folder, { recursive: true })
    writeFileSync(path, bytes)
    const name = reportObject(tenantId, id, 'pack', run)
    await (store as FileArchiveStore).put(name, { path, bytes: bytes.length, sha256 }, { lockUntil: null })
    await reports.complete(id, { name, sha256, bytes: bytes.length }, Date.now() - daysAgo * 86_400_000)
    return { id, name, entryId, sha256: sha256.toString('hex') }
  }
  const steps = (from: PackDeps = deps) => createPackActivities(from)
  const expire = (reportId: string, from?: PackDeps) => runStep(steps(from).expirePack, { reportId })
  const due = async () => (await runStep(steps().findExpiringPacks, { after: null })).reports
  const objects = async (tenantId: string, id: string) => {
    const names: string[] = []
    for await (const name of deps.store.list(reportPrefix(tenantId, id))) names.push(name)
    return names
  }
  const entriesOn = async (reportId: string) =>
    stack.admin`SELECT id, related_entry, detail FROM ledger_entry
      WHERE kind = 'report' AND status = 'expired' AND detail LIKE ${`%${reportId}%`}`

  it('comes when the tenant’s days are over by the database’s clock, not before: the entry, then the objects', async () => {
    const [old, young] = [await plant('acme', 400.1), await plant('acme', 399.9)]
    const brief = await plant('brief', 30.1)
    expect(await due()).toEqual([old.id, brief.id])
    expect(await expire(old.id)).toBe('expired')
    const [entry, ...more] = await entriesOn(old.id)
    expect(more).toEqual([])
    expect(entry).toMatchObject({ related_entry: old.entryId })
    expect(JSON.parse(entry?.detail)).toEqual({
      id: old.id,
      kind: 'cost',
      pack: { bytes: 100, name: old.name, sha256: old.sha256 },
    })
    expect(await objects('acme', old.id)).toEqual([])
    expect(await deps.reports.open(old.id)).toMatchObject({
      state: 'completed',
      expiryEntry: entry?.id,
      expiredAt: expect.any(Number),
    })
    expect(await due()).toEqual([brief.id])
    expect(await objects('acme', young.id)).toEqual([young.name])
    expect(await deps.reports.open(young.id)).toMatchObject({ expiryEntry: null, expiredAt: null })
    expect(await expire(brief.id)).toBe('expired')
    expect(await due()).toEqual([])
  })

  it.each([
    ['the tenant', {}, NOBODY],
    ['a time that it covers', { from: '2026-01-31T23:59:59Z', to: '2026-03-01' }, NOBODY],
    ['the person whom it is about', { subject: 'sub_asked' }, { ...NOBODY, subject: 'sub_asked' }],
  ])('does not come while a hold on %s is in force, and the store keeps the pack too', async (on, scope, filters) => {
    const tenant = `held-${on.length}`
    const { id, name } = await plant(tenant, 500, filters)
    const beside = [
      await placeHold(stack, tenant, { from: '2026-02-01', to: '2026-03-01' }),
      await placeHold(stack, tenant, { subject: 'sub_other' }),
    ]
    expect(await runStep(steps().reconcilePackHolds)).toEqual({ held: 0, released: 0, failed: 0 })
    const hold = await placeHold(stack, tenant, scope)
    expect(await expire(id)).toBe('held')
    expect(await entriesOn(id)).toHaveLength(0)
    expect(await runStep(steps().reconcilePackHolds)).toEqual({ held: 1, released: 0, failed: 0 })
    expect(await runStep(steps().reconcilePackHolds)).toEqual({ held: 0, released: 0, failed: 0 })
    expect(await deps.store.remove(name)).toBe('locked')
    await releaseHold(stack, hold)
    expect(await runStep(steps().reconcilePackHolds)).toEqual({ held: 0, released: 1, failed: 0 })
    expect(await expire(id)).toBe('expired')
    expect(await objects(tenant, id)).toEqual([])
    for (const one of beside) await releaseHold(stack, one)
  })

  it('comes once wherever the process dies', async () => {
    const { id } = await plant('mortal', 500)
    const died: string[] = []
    const once = <P extends object>(label: string, port: P): P =>
      new Proxy(port, {
        get(target, name) {
          const method = Reflect.get(target, name)
          if (typeof method !== 'function' || name === 'exclusively' || name === 'list') {
            return typeof method === 'function' ? method.bind(target) : method
          }
          return async (...args: unknown[]) => {
            const result = await method.apply(target, args)
            const key = `${label}.${String(name)}`
            if (died.includes(key)) return result
            died.push(key)
            throw new Error('died after its effect')
          }
        },
      })
    const mortal = {
      ...deps,
      packs: once('packs', deps.packs),
      store: once('store', deps.store),
      ledger: once('ledger', deps.ledger),
    }
    expect(await untilDone(() => expire(id, mortal))).toBeGreaterThan(4)
    expect(died).toEqual(
      expect.arrayContaining(['packs.openExpiry', 'packs.expired', 'store.remove', 'packs.removed', 'ledger.append']),
    )
    expect(await entriesOn(id)).toHaveLength(1)
    expect(await objects('mortal', id)).toEqual([])
  })

  it('is stopped by a hold that comes before the entry, also where an earlier run had begun', async () => {
    const { id } = await plant('late', 500)
    const ledger = { append: () => Promise.reject(new Error('the ledger is away')) }
    await expect(expire(id, { ...deps, ledger })).rejects.toThrow()
    const hold = await placeHold(stack, 'late', {})
    expect(await expire(id)).toBe('held')
    expect(await entriesOn(id)).toHaveLength(0)
    await releaseHold(stack, hold)
    // The id that was noted a day ago is of a day that may be sealed.
    const stale = uuidv7(Date.now() - 86_500_000, randomBytes(10))
    await stack.admin`UPDATE report SET expiry_entry = ${stale} WHERE id = ${id}`
    expect(await expire(id)).toBe('expired')
    const [entry] = await entriesOn(id)
    expect(entry?.id).not.toBe(stale)
    expect((await deps.reports.open(id)).expiryEntry).toBe(entry?.id)
  })

  it('says so where the store does not let go, gives nobody the pack meanwhile, and goes on in the next run', async () => {
    const { id, name } = await plant('locked', 500)
    const store = withFaults(deps.store as FileArchiveStore)
    store.faults = { remove: async () => 'locked' }
    await expect(expire(id, { ...deps, store })).rejects.toMatchObject({
      type: 'PalimpsestError:archive_object_locked',
    })
    expect((await deps.reports.open(id)).expiredAt).not.toBeNull()
    store.faults = { remove: () => Promise.reject(storeAway()) }
    await expect(expire(id, { ...deps, store })).rejects.toMatchObject({ type: 'SlowDown:SlowDown' })
    expect(await objects('locked', id)).toEqual([name])
    expect(await due()).toContain(id)
    expect(await expire(id)).toBe('expired')
    expect(await entriesOn(id)).toHaveLength(1)
    expect(await due()).not.toContain(id)
  })
})
