import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import type { LifecycleRule } from '../../../src/domain/retention/lifecycle.ts'
import { lifecycleRules } from '../../../src/domain/retention/lifecycle-rules.ts'
import type { ArchiveFile, ArchiveStore } from '../../../src/ports/archive-store.ts'

const HOUR_MS = 3_600_000
const KEPT = { lockUntil: null }

/** A folder of files to store and of copies that came back. */
export function workFolder() {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-store-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    path: () => folder,
    file(bytes: Uint8Array | string): ArchiveFile {
      const path = join(folder, randomUUID())
      writeFileSync(path, bytes)
      return { path, bytes: Buffer.byteLength(bytes), sha256: createHash('sha256').update(bytes).digest() }
    },
    fresh: () => join(folder, randomUUID()),
  }
}

/** Names that begin with a folder of their own. */
export function ownFolder(): string {
  return `archive/test/${randomUUID()}`
}

export async function all(names: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const name of names) found.push(name)
  return found
}

/**
 * What every archive store has to do. @param open the same store, as another process would open it; skips where it cannot be had.
 * @param large bytes of an object that goes up in several parts.
 */
export function describeArchiveStore(what: string, open: (context: TestContext) => ArchiveStore, large: number): void {
  const work = workFolder()

  const read = async (store: ArchiveStore, name: string, sha256: Uint8Array) => {
    const path = work.fresh()
    await store.fetch(name, path, sha256)
    return readFileSync(path)
  }

  describe(`an archive ${what}: what is put`, () => {
    it('comes back byte for byte, whatever its length, and is described as it is', async (context) => {
      const store = open(context)
      for (const length of [0, 1, 70_000, large]) {
        const bytes = randomBytes(length)
        const file = work.file(bytes)
        const name = `${ownFolder()}/0001.parquet`
        expect(await store.put(name, file, KEPT)).toBe('stored')
        expect((await read(store, name, file.sha256)).equals(bytes)).toBe(true)
        expect(await open(context).stat(name)).toMatchObject({
          bytes: length,
          sha256: file.sha256,
          readable: 'now',
          lockedUntil: null,
          onHold: false,
        })
      }
    })

    it('is put once: the same again is there, other bytes are refused and change nothing', async (context) => {
      const name = `${ownFolder()}/0001.parquet`
      for (const length of [1000, large]) {
        const one = `${name}.${length}`
        const first = work.file(randomBytes(length))
        expect(await open(context).put(one, first, KEPT)).toBe('stored')
        expect(await open(context).put(one, first, KEPT)).toBe('exists')
        for (const other of [randomBytes(length), randomBytes(10)]) {
          const put = open(context).put(one, work.file(other), KEPT)
          await expect(put).rejects.toMatchObject({ code: 'archive_conflict' })
        }
        expect((await read(open(context), one, first.sha256)).length).toBe(length)
      }
    })

    it('has one winner where many write one name at once, and the others are told', async (context) => {
      const name = `${ownFolder()}/0001.parquet`
      const files = Array.from({ length: 6 }, (_, i) => work.file(`writer ${i}`))
      const outcomes = await Promise.allSettled(files.map((file) => open(context).put(name, file, KEPT)))
      const refused = outcomes.filter((one) => one.status === 'rejected')
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'archive_conflict' })
      expect(refused).toHaveLength(5)
      const winner = outcomes.findIndex((one) => one.status === 'fulfilled')
      const sha256 = files[winner]?.sha256 ?? Buffer.alloc(0)
      expect((await read(open(context), name, sha256)).toString()).toBe(`writer ${winner}`)
    })

    it('is there for all who write the same bytes at once', async (context) => {
      const name = `${ownFolder()}/0001.parquet`
      const file = work.file('the same')
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => open(context).put(name, file, KEPT)))
      for (const outcome of outcomes) expect(['stored', 'exists']).toContain(outcome)
      expect((await read(open(context), name, file.sha256)).toString()).toBe('the same')
    })

    it('leaves nothing of its name where the file is not what it is said to be', async (context) => {
      const store = open(context)
      const folder = ownFolder()
      for (const length of [1000, large]) {
        const name = `${folder}/${length}.parquet`
        const file = work.file(randomBytes(length))
        const lies = [
          { ...file, sha256: Buffer.alloc(32) },
          { ...file, bytes: length - 1 },
          { ...file, bytes: length + 1 },
        ]
        for (const lie of [...lies, { ...file, path: work.fresh() }]) {
          await expect(store.put(name, lie, KEPT)).rejects.toMatchObject({ code: 'archive_file_changed' })
        }
        expect(await store.stat(name)).toBeUndefined()
        expect(await all(store.list(folder))).toEqual([])
        expect(await store.put(name, file, KEPT)).toBe('stored')
        expect(await store.remove(name)).toBe('removed')
      }
    })

    it('has a name of letters, digits and folders, and none that leads out', async (context) => {
      const store = open(context)
      const names = ['../out', 'a/../out', '/etc/out', 'a//b', 'a/./b', '', '.a', 'a@', 'a b', 'é', 'a/']
      for (const name of names) {
        await expect(store.put(name, work.file('x'), KEPT)).rejects.toThrow(RangeError)
        await expect(store.stat(name)).rejects.toThrow(RangeError)
        await expect(store.fetch(name, work.fresh(), Buffer.alloc(32))).rejects.toThrow(RangeError)
        await expect(store.remove(name)).rejects.toThrow(RangeError)
        await expect(store.hold(name, true)).rejects.toThrow(RangeError)
      }
    })
  })

  describe(`an archive ${what}: what is fetched`, () => {
    it('never appears with other bytes than those that were asked for', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/0001.parquet`
      await store.put(name, work.file('these'), KEPT)
      const path = work.fresh()
      const fetched = store.fetch(name, path, createHash('sha256').update('those').digest())
      await expect(fetched).rejects.toMatchObject({ code: 'archive_object_changed' })
      expect(existsSync(path)).toBe(false)
      expect(readdirSync(work.path()).filter((one) => one.endsWith('.part'))).toEqual([])
    })

    it('writes over nothing', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/0001.parquet`
      const file = work.file('these')
      await store.put(name, file, KEPT)
      const path = work.fresh()
      writeFileSync(path, 'mine')
      await expect(store.fetch(name, path, file.sha256)).rejects.toMatchObject({ code: 'EEXIST' })
      expect(readFileSync(path, 'utf8')).toBe('mine')
    })

    it('is missing where it was never put', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/0001.parquet`
      const path = work.fresh()
      await expect(store.fetch(name, path, Buffer.alloc(32))).rejects.toMatchObject({ code: 'archive_object_missing' })
      expect(await store.stat(name)).toBeUndefined()
      expect(existsSync(path)).toBe(false)
    })
  })

  describe(`an archive ${what}: what is removed`, () => {
    it('is gone, and its name is free; what is not there is absent', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/0001.parquet`
      await store.put(name, work.file('first'), KEPT)
      expect(await store.remove(name)).toBe('removed')
      expect(await store.stat(name)).toBeUndefined()
      expect(await store.remove(name)).toBe('absent')
      const second = work.file('second')
      expect(await store.put(name, second, KEPT)).toBe('stored')
      expect((await read(store, name, second.sha256)).toString()).toBe('second')
    })

    it('is not what is locked, until its time is over', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/manifest.json`
      const file = work.file('{}')
      const until = Date.now() + 4_000
      expect(await store.put(name, file, { lockUntil: until })).toBe('stored')
      expect(await store.remove(name)).toBe('locked')
      const described = await store.stat(name)
      expect(Math.abs((described?.lockedUntil ?? 0) - until)).toBeLessThan(1000)
      expect((await read(store, name, file.sha256)).toString()).toBe('{}')
      await expect.poll(() => store.remove(name), { timeout: 15_000, interval: 500 }).toBe('removed')
    })

    it('stays longer where it is put again with a longer lock, and never shorter', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/manifest.json`
      const file = work.file('{}')
      const until = Date.now() + HOUR_MS
      await store.put(name, file, { lockUntil: until })
      expect(await store.put(name, file, { lockUntil: until + HOUR_MS })).toBe('exists')
      expect(await store.put(name, file, { lockUntil: until })).toBe('exists')
      expect((await store.stat(name))?.lockedUntil ?? 0).toBeGreaterThan(until + HOUR_MS / 2)
    })

    it('is not what is on hold, until the hold is over; to hold twice is to hold', async (context) => {
      const store = open(context)
      const name = `${ownFolder()}/0001.parquet`
      await store.put(name, work.file('held'), KEPT)
      for (const _ of [1, 2]) await store.hold(name, true)
      expect(await open(context).stat(name)).toMatchObject({ onHold: true })
      expect(await store.remove(name)).toBe('locked')
      for (const _ of [1, 2]) await store.hold(name, false)
      expect(await store.stat(name)).toMatchObject({ onHold: false })
      expect(await store.remove(name)).toBe('removed')
      await expect(store.hold(name, true)).rejects.toMatchObject({ code: 'archive_object_missing' })
    })
  })

  describe(`an archive ${what}: what is listed`, () => {
    it('is every name below a prefix, in order, and nothing that a put or a removal left', async (context) => {
      const store = open(context)
      const folder = ownFolder()
      const names = ['a/2', 'a/10', 'a-1', 'a', 'b/c/d', 'ab'].map((name) => `${folder}/${name}`)
      for (const name of names) await store.put(name, work.file(name), KEPT)
      await store.put(`${folder}/a/gone`, work.file('gone'), KEPT)
      await store.remove(`${folder}/a/gone`)
      expect(await all(store.list(`${folder}/`))).toEqual([...names].sort())
      expect(await all(store.list(`${folder}/a`))).toEqual(names.filter((name) => !name.endsWith('b/c/d')).sort())
      expect(await all(store.list(`${folder}/a/`))).toEqual([`${folder}/a/10`, `${folder}/a/2`])
      expect(await all(store.list(`${folder}/nothing/`))).toEqual([])
    })
  })

  describe(`an archive ${what}: its lifecycle rules`, () => {
    const rule = (id: string, days: number): LifecycleRule => ({
      id,
      prefix: `rules/${id}/`,
      toColder: { afterDays: days, storageClass: 'GLACIER_IR' },
      removeAfterDays: days * 4,
      removeOldVersionsAfterDays: 7,
    })

    it('are in force as they were asked for, and take the place of those before', async (context) => {
      const store = open(context)
      const kept: LifecycleRule = { ...rule('proof', 90), toColder: null, removeAfterDays: null }
      expect(await store.compareLifecycle([rule('a', 90)])).not.toEqual([])
      expect(await store.applyLifecycle([rule('a', 90), rule('b', 60), kept])).toEqual([])
      expect(await open(context).compareLifecycle([kept, rule('b', 60), rule('a', 90)])).toEqual([])
      expect(await store.applyLifecycle([rule('a', 30)])).toEqual([])
      expect(await store.compareLifecycle([rule('a', 30)])).toEqual([])
      expect(await store.applyLifecycle([])).toEqual([])
      expect(await store.compareLifecycle([])).toEqual([])
    })

    it('are in force as the policies of all classes ask for them', async (context) => {
      const store = open(context)
      const standard = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }
      const rules = lifecycleRules(['proof', 'standard', '60-60-60', '30-90-2190'], standard, 'GLACIER_IR')
      expect(rules).toHaveLength(9)
      expect(await store.applyLifecycle(rules)).toEqual([])
      const staying = lifecycleRules(['standard', '30-90-2190'], standard, null)
      expect((await store.compareLifecycle(staying)).length).toBeGreaterThan(0)
      expect(await store.applyLifecycle(staying)).toEqual([])
      await store.applyLifecycle([])
    })

    it('are told from others, field by field', async (context) => {
      const store = open(context)
      await store.applyLifecycle([rule('a', 90), rule('b', 60)])
      const asked = rule('a', 90)
      const others: LifecycleRule[] = [
        { ...asked, prefix: 'elsewhere/' },
        { ...asked, toColder: { afterDays: 91, storageClass: 'GLACIER_IR' } },
        { ...asked, toColder: { afterDays: 90, storageClass: 'STANDARD_IA' } },
        { ...asked, toColder: null },
        { ...asked, removeAfterDays: 361 },
        { ...asked, removeAfterDays: null },
        { ...asked, removeOldVersionsAfterDays: 8 },
      ]
      for (const other of others) {
        const said = await store.compareLifecycle([other, rule('b', 60)])
        expect(said.length, JSON.stringify(other)).toBeGreaterThan(0)
        for (const sentence of said) expect(sentence).toMatch(/^The rule .*a.*\.$/)
      }
      expect((await store.compareLifecycle([asked])).length).toBeGreaterThan(0)
      expect((await store.compareLifecycle([asked, rule('b', 60), rule('c', 1)])).length).toBeGreaterThan(0)
      await store.applyLifecycle([])
    })
  })
}
