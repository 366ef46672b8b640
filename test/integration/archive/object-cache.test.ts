import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { openOwnObjects } from '../../../src/adapters/archive/files/own-objects.ts'
import { ObjectCache } from '../../../src/adapters/archive/object-cache.ts'
import type { ArchiveFile } from '../../../src/ports/archive-store.ts'
import { ownFolder, workFolder } from '../../support/archive/store-contract.ts'

const work = workFolder()
const HOUR_MS = 3_600_000
let root: string
let store: FileArchiveStore
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'palimpsest-cache-'))
  store = new FileArchiveStore(join(root, 'archive'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

async function stored(bytes: Uint8Array): Promise<ArchiveFile & { name: string }> {
  const file = work.file(bytes)
  const name = `${ownFolder()}/0001.parquet`
  await store.put(name, file, { lockUntil: null })
  return { ...file, name }
}

/** A store that counts what is fetched from it. */
function counting() {
  const counted = {
    fetched: 0,
    fetch: (name: string, path: string, sha256: Uint8Array) => {
      counted.fetched++
      return store.fetch(name, path, sha256)
    },
  }
  return counted
}

function open(mostBytes = 1_000_000, from: Pick<FileArchiveStore, 'fetch'> = store, now: () => number = Date.now) {
  return new ObjectCache({ store: from, folder: join(root, 'cache'), mostBytes, now })
}

const copies = () => readdirSync(join(root, 'cache'))
const age = (path: string, ms: number) => utimesSync(path, (Date.now() - ms) / 1000, (Date.now() - ms) / 1000)

describe('copies of archived objects', () => {
  it('are fetched once, however many ask at once and whichever process asks', async () => {
    const bytes = randomBytes(10_000)
    const { name, sha256 } = await stored(bytes)
    const from = counting()
    const caches = [open(1_000_000, from), open(1_000_000, from)]
    const [first] = caches
    const paths = await Promise.all(Array.from({ length: 10 }, () => first?.local(name, sha256)))
    expect(new Set(paths).size).toBe(1)
    expect(from.fetched).toBe(1)
    expect(await caches[1]?.local(name, sha256)).toBe(paths[0])
    expect(from.fetched).toBe(1)
    expect(readFileSync(paths[0] ?? '').equals(bytes)).toBe(true)
    expect(copies()).toHaveLength(1)
  })

  it('are whole where two processes fetch one object at once', async () => {
    const { name, sha256, bytes } = await stored(randomBytes(200_000))
    const paths = await Promise.all(Array.from({ length: 8 }, () => open().local(name, sha256)))
    for (const path of paths) expect(statSync(path).size).toBe(bytes)
    expect(copies()).toHaveLength(1)
  })

  it('are not there where the store gave other bytes', async () => {
    const { name } = await stored(randomBytes(100))
    await expect(open().local(name, randomBytes(32))).rejects.toMatchObject({ code: 'archive_object_changed' })
    expect(copies()).toEqual([])
  })

  it('are made again where a process finds one that is not what it was', async () => {
    const bytes = randomBytes(100)
    const { name, sha256 } = await stored(bytes)
    writeFileSync(await open().local(name, sha256), 'something else')
    const path = await open().local(name, sha256)
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('go, the longest unused first, where they are too much; those in use stay', async () => {
    const cache = open(2500)
    const objects = await Promise.all([1, 2, 3, 4].map(() => stored(randomBytes(1000))))
    const paths: string[] = []
    for (const { name, sha256 } of objects.slice(0, 3)) paths.push(await cache.local(name, sha256))
    expect(paths.filter(existsSync)).toHaveLength(3)
    paths.forEach((path, i) => {
      age(path, (20 + i) * 60_000)
    })
    const last = objects[3]
    paths.push(await cache.local(last?.name ?? '', last?.sha256 ?? Buffer.alloc(0)))
    // The third was used last but 22 minutes ago, the second 21: both go, so that 2500 bytes are enough.
    expect(paths.map(existsSync)).toEqual([true, false, false, true])
  })

  it('go a day after they were last asked for, and at once where their object is removed', async () => {
    const cache = open()
    const [old, gone, kept] = await Promise.all([1, 2, 3].map(() => stored(randomBytes(100))))
    if (!old || !gone || !kept) throw new Error('three objects')
    const paths = []
    for (const { name, sha256 } of [old, gone, kept]) paths.push(await cache.local(name, sha256))
    writeFileSync(join(root, 'cache', 'left.coming'), 'by a process that died')
    age(join(root, 'cache', 'left.coming'), 25 * HOUR_MS)
    age(paths[0] ?? '', 25 * HOUR_MS)
    await cache.forget(gone.name)
    await cache.sweep()
    expect(paths.map(existsSync)).toEqual([false, false, true])
    expect(copies()).toHaveLength(1)
  })

  it('have names that say nothing of the tenant', async () => {
    const { name, sha256 } = await stored(randomBytes(100))
    const path = await open().local(name, sha256)
    expect(path.slice(root.length)).toMatch(/^\/cache\/[0-9a-f]{32}-[0-9a-f]{64}$/)
  })
})

describe('objects of an archive in files', () => {
  it('are read where they lie, after they were verified', async () => {
    const bytes = randomBytes(1000)
    const { name, sha256 } = await stored(bytes)
    const own = openOwnObjects(store)
    const path = await own.local(name, sha256)
    expect(path.startsWith(join(root, 'archive'))).toBe(true)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    await expect(own.local(name, randomBytes(32))).rejects.toMatchObject({ code: 'archive_object_changed' })
    const absent = own.local(`${ownFolder()}/0001.parquet`, sha256)
    await expect(absent).rejects.toMatchObject({ code: 'archive_object_missing' })
  })

  it('are verified again where somebody changed them', async () => {
    const { name, sha256 } = await stored(randomBytes(1000))
    const own = openOwnObjects(store)
    const path = await own.local(name, sha256)
    rmSync(path)
    writeFileSync(path, randomBytes(1000))
    await expect(own.local(name, sha256)).rejects.toMatchObject({ code: 'archive_object_changed' })
  })
})
