import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileAnchorStore } from '../../../src/adapters/archive/files/file-anchor-store.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'palimpsest-files-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const UNTIL = Date.UTC(2033, 0, 1)

describe('anchors in files', () => {
  it('are written once: of many that write one name one wins, and its bytes stay', async () => {
    const stores = [openFileAnchorStore(join(root, 'a')), openFileAnchorStore(join(root, 'a'))]
    const puts = Array.from({ length: 20 }, async (_, i) => {
      const stored = await stores[i % 2]?.put('anchors/x/1.json', Buffer.from(`writer ${i}`), UNTIL)
      return stored === 'stored' ? `writer ${i}` : null
    })
    const winners = (await Promise.all(puts)).filter((one) => one !== null)
    expect(winners).toHaveLength(1)
    const [store] = stores
    expect(await store?.put('anchors/x/1.json', Buffer.from('later'), UNTIL)).toBe('exists')
    expect(Buffer.from((await store?.get('anchors/x/1.json')) ?? []).toString()).toBe(winners[0])
    expect(readdirSync(join(root, 'a/anchors/x')).sort()).toEqual(['1.json', '1.json.retain-until'])
  })

  it('are read only, with the time they are kept until beside them', async () => {
    await openFileAnchorStore(root).put('anchors/1.json', Buffer.from('one'), UNTIL)
    expect(statSync(join(root, 'anchors/1.json')).mode & 0o777).toBe(0o400)
    expect(readFileSync(join(root, 'anchors/1.json.retain-until'), 'utf8')).toBe('2033-01-01T00:00:00.000Z\n')
  })

  it('have no name that leaves the folder', async () => {
    const store = openFileAnchorStore(root)
    for (const name of ['../out.json', 'a/../../out.json', '/etc/out', 'A.json', '']) {
      await expect(store.put(name, Buffer.from('x'), UNTIL)).rejects.toThrow(RangeError)
      await expect(store.get(name)).rejects.toThrow(RangeError)
    }
  })

  it('are refused before anything is written where their folder cannot be made', async () => {
    writeFileSync(join(root, 'file'), '')
    await expect(openFileAnchorStore(join(root, 'file', 'below')).check()).rejects.toMatchObject({
      code: 'anchor_store_unfit',
    })
    await expect(openFileAnchorStore(join(root, 'new')).check()).resolves.toBeUndefined()
  })
})
