import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import { storeAway } from '../../support/archive/faulty-store.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

describe('an archive run', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  let makes: ArchiveStack['deps']['files']
  beforeAll(async () => {
    stack = await startArchiveStack()
    makes = stack.deps.files
  })
  afterAll(() => stack.close())
  beforeEach(() => {
    stack.store.faults = {}
    stack.deps.files = makes
  })

  let days = 0
  const plant = async (tenant: string, count = 4): Promise<{ day: string; ids: string[] }> => {
    const day = new Date(Date.UTC(2026, 0, 5 + days++)).toISOString().slice(0, 10)
    const ids = await stack.plant(tenant, day, count)
    await stack.seal(day)
    return { day, ids }
  }
  const periodOf = async (tenant: string) =>
    (await stack.admin`SELECT * FROM archive_period WHERE tenant_id = ${tenant}`)[0]
  const entriesOf = async (tenant: string) =>
    (await stack.admin`SELECT id FROM ledger_entry WHERE kind = 'archive' AND tenant_id = ${tenant}`).length
  const objectsOf = async (tenant: string) =>
    (
      await stack.admin`SELECT o.* FROM archive_object o JOIN archive_period p ON p.id = o.period_id
        WHERE p.tenant_id = ${tenant} ORDER BY o.generation, o.part`
    ).map(({ part, generation, state }) => `${part} ${generation} ${state}`)
  const failuresOf = async () => (await stack.run()).failures.map(({ tenant, code }) => `${tenant} ${code}`)

  it('waits for a store that is away for a while, and stores every object once', async () => {
    await plant('away')
    let calls = 0
    stack.store.faults.put = async (really, name, file, options) => {
      if (calls++ < 2) throw storeAway()
      return really.put(name, file, options)
    }
    expect(await failuresOf()).toEqual([])
    expect((await objectsOf('away')).filter((one) => one.endsWith(' stored'))).toHaveLength(3)
    expect(await entriesOf('away')).toBe(1)
  })

  it('leaves a period that cannot be stored, archives the others, and goes on with it in the next run', async () => {
    await plant('bad')
    await plant('good')
    stack.store.faults.put = async (really, name, file, options) => {
      if (name.includes('/bad.')) throw storeAway()
      return really.put(name, file, options)
    }
    expect(await failuresOf()).toEqual(['bad SlowDown:SlowDown'])
    expect(await entriesOf('good')).toBe(1)
    expect([await entriesOf('bad'), (await periodOf('bad'))?.recorded_at]).toEqual([0, null])
    stack.store.faults = {}
    expect(await failuresOf()).toEqual([])
    expect(await entriesOf('bad')).toBe(1)
  })

  it('stores an object again whose upload was torn, under a name that was never used', async () => {
    await plant('torn')
    let torn = false
    stack.store.faults.put = async (really, name, file, options) => {
      if (!torn && name.includes('/content/torn.')) {
        torn = true
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
      }
      return really.put(name, file, options)
    }
    expect(await failuresOf()).toEqual([])
    expect(await objectsOf('torn')).toEqual([
      'content 1 removed',
      'facts 1 removed',
      'content 2 stored',
      'facts 2 stored',
      'manifest 2 stored',
    ])
  })

  it("records nothing where the store gives another's bytes", async () => {
    await plant('mine')
    await plant('theirs')
    const others = await firstBytesOf('good')
    stack.store.faults.fetch = async (really, name, path, sha256) => {
      if (!name.includes('/facts/mine.')) return really.fetch(name, path, sha256)
      await writeFile(path, others)
    }
    expect(await failuresOf()).toEqual(['mine archive_mismatch'])
    expect(await entriesOf('mine')).toBe(0)
    stack.store.faults = {}
    expect(await failuresOf()).toEqual([])
    expect(await entriesOf('mine')).toBe(1)
  })

  it('records nothing where the store refuses the lock of the manifest', async () => {
    await plant('unlocked')
    stack.store.faults.put = async (really, name, file, options) => {
      if (options.lockUntil === null) return really.put(name, file, options)
      throw new PalimpsestError({ code: 'archive_store_unfit', status: 503, message: 'The bucket takes no locks.' })
    }
    expect(await failuresOf()).toEqual(['unlocked archive_store_unfit'])
    expect(await entriesOf('unlocked')).toBe(0)
    stack.store.faults = {}
    expect(await failuresOf()).toEqual([])
    expect((await objectsOf('unlocked')).filter((one) => one.endsWith(' stored'))).toEqual([
      'content 2 stored',
      'facts 2 stored',
      'manifest 2 stored',
    ])
  })

  it('leaves an object with other bytes that lies under its name, says so, and takes the next name later', async () => {
    const { day } = await plant('taken')
    const path = join(stack.test.folder, 'foreign')
    await writeFile(path, 'somebody else put this here')
    const bytes = await readFile(path)
    const { createHash } = await import('node:crypto')
    const { objectName } = await import('../../../src/domain/retention/object-name.ts')
    const name = objectName({ tenantId: 'taken', retentionClass: 'standard', part: 'content', day, generation: 1 })
    const sha256 = createHash('sha256').update(bytes).digest()
    await stack.store.put(name, { path, bytes: bytes.length, sha256 }, { lockUntil: null })
    expect(await failuresOf()).toEqual(['taken archive_conflict'])
    expect(await failuresOf()).toEqual([])
    expect(Buffer.from((await stack.store.stat(name))?.sha256 ?? [])).toEqual(sha256)
    expect(await objectsOf('taken')).toEqual([
      'content 1 removed',
      'facts 1 removed',
      'content 2 stored',
      'facts 2 stored',
      'manifest 2 stored',
    ])
  })

  it('records nothing where the disk is full, and leaves nothing on it', async () => {
    await plant('full')
    stack.deps.files = {
      ...makes,
      make: async (period, folder, signal) => {
        await makes.make(period, folder, signal)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      },
    }
    expect(await failuresOf()).toEqual(['full Error:ENOSPC'])
    expect(await objectsOf('full')).toEqual([])
    stack.deps.files = makes
    expect(await failuresOf()).toEqual([])
    expect(await entriesOf('full')).toBe(1)
  })

  it.each([
    ['ahead', 86_400_000],
    ['behind', -90 * 86_400_000],
  ])(
    'by a clock that is days %s records nothing, drops nothing, and goes on as soon as the clock is right',
    async (which, ms) => {
      await plant(which)
      const { newEntryId, now } = stack.deps
      stack.deps.now = () => now() + ms
      stack.deps.newEntryId = () => uuidv7(stack.deps.now(), randomBytes(10))
      const failures = await failuresOf().finally(() => Object.assign(stack.deps, { newEntryId, now }))
      expect(failures).toEqual([`${which} clock_skew`])
      expect(await entriesOf(which)).toBe(0)
      expect(await periodOf(which)).toMatchObject({ recorded_at: null, anchored_at: null })
      expect(await failuresOf()).toEqual([])
      expect(await entriesOf(which)).toBe(1)
      expect((await objectsOf(which)).filter((one) => one.endsWith('stored'))).toHaveLength(3)
    },
  )

  it('stores what is left where a person is erased while it works', async () => {
    const { ids } = await plant('erased')
    let deleted = false
    stack.store.faults.put = async (really, name, file, options) => {
      if (name.includes('/erased.') && !deleted) {
        deleted = true
        await stack.admin`DELETE FROM content WHERE entry_id = ${ids[0] ?? ''}`
      }
      return really.put(name, file, options)
    }
    expect(await failuresOf()).toEqual([])
    const rows = await stack.admin`SELECT o.part, o.entries::int AS entries FROM archive_object o
      JOIN archive_period p ON p.id = o.period_id WHERE p.tenant_id = 'erased' AND o.state = 'stored' ORDER BY 1`
    expect(rows.map(({ part, entries }) => [part, entries])).toEqual([
      ['content', 3],
      ['facts', 4],
      ['manifest', 4],
    ])
  })

  it('names an entry that stands in a sealed day without a leaf, and archives nothing of its period', async () => {
    const { day, ids } = await plant('inserted')
    const [id] = ids
    const forged = id?.replace(/.{12}$/, '0123456789ab') ?? ''
    const columns = (
      await stack.admin`SELECT column_name AS name FROM information_schema.columns
        WHERE table_name = 'ledger_entry' AND column_name <> 'id' ORDER BY ordinal_position`
    ).map(({ name }) => name)
    await stack.admin.unsafe(
      `INSERT INTO ledger_entry (id, ${columns.join(', ')}) SELECT '${forged}', ${columns.join(', ')} FROM ledger_entry WHERE id = '${id}'`,
    )
    expect(day).toMatch(/^2026-01-/)
    expect(await failuresOf()).toEqual(['inserted archive_leaf_missing'])
    expect(await entriesOf('inserted')).toBe(0)
    const handle = stack.deps.files.make(
      { tenantId: 'inserted', retentionClass: 'standard', fromDay: day, belowDay: '2026-02-28' },
      stack.test.folder,
      new AbortController().signal,
    )
    await expect(handle).rejects.toThrow(forged)
  })

  it('beside another run archives each period once', async () => {
    await Promise.all(['x1', 'x2', 'x3'].map((tenant) => plant(tenant)))
    const results = await Promise.all([stack.run(), stack.run()])
    const others = new Set(['inserted'])
    expect(results.flatMap(({ failures }) => failures).filter(({ tenant }) => !others.has(tenant))).toEqual([])
    for (const tenant of ['x1', 'x2', 'x3']) {
      expect(await entriesOf(tenant)).toBe(1)
      expect((await objectsOf(tenant)).filter((one) => one.endsWith(' stored'))).toHaveLength(3)
    }
  })

  const firstBytesOf = async (tenant: string): Promise<Buffer> => {
    const [row] =
      await stack.admin`SELECT o.name, o.sha256 FROM archive_object o JOIN archive_period p ON p.id = o.period_id
      WHERE p.tenant_id = ${tenant} AND o.part = 'facts' AND o.state = 'stored'`
    const path = join(stack.test.folder, `bytes-${Date.now()}`)
    await stack.store.fetch(String(row?.name), path, row?.sha256 as Uint8Array)
    return readFile(path)
  }
})
