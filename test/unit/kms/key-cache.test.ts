import { describe, expect, it } from 'vitest'
import { KeyCache } from '../../../src/adapters/postgres/keystore/key-cache.ts'

const MINUTE = 60_000

/** A keystore whose key changes with each reading, a cache over it, and the clock of both. */
function openCache() {
  const clock = { now: 1_000_000 }
  const cache = new KeyCache<{ reading: number }>(() => clock.now)
  let readings = 0
  const read = async () => ({ reading: ++readings })
  return { clock, cache, read, get: () => cache.get('key', read).then(({ reading }) => reading) }
}

describe('a key that was read', () => {
  it('is in memory for a minute, however often it is asked for, and no longer', async () => {
    const { clock, get } = openCache()
    expect(await get()).toBe(1)
    for (let passed = 0; passed < MINUTE; passed += 10_000) {
      expect(await get()).toBe(1)
      clock.now += 10_000
    }
    clock.now += 1
    expect(await get()).toBe(2)
  })

  it('is so old as its reading is, which may have taken long: it was destroyed in between for all that is known', async () => {
    const { clock, cache, get } = openCache()
    await cache.get('key', async () => {
      clock.now += MINUTE - 1_000
      return { reading: 0 }
    })
    expect(await get()).toBe(0)
    clock.now += 1_001
    expect(await get()).toBe(1)
    await cache.get('slow', async () => {
      clock.now += MINUTE
      return { reading: 0 }
    })
    expect(await cache.get('slow', async () => ({ reading: 7 }))).toEqual({ reading: 7 })
  })

  it('is gone at once where it is forgotten, alone or with all others, and a reading under way is done again', async () => {
    const { cache, get } = openCache()
    const heard: (string | null)[] = []
    cache.onForget((id) => heard.push(id))
    expect(await get()).toBe(1)
    cache.forget('key')
    expect(await get()).toBe(2)
    cache.forget(null)
    expect(await get()).toBe(3)
    cache.forget('key')
    const under = get()
    await null
    cache.forget('key')
    expect(await under).toBe(5)
    expect(heard).toEqual(['key', null, 'key', 'key'])
  })

  it('is read once where many ask at once, and not kept where the reading failed', async () => {
    const { cache, get } = openCache()
    const failing = async (): Promise<never> => {
      throw new Error('away')
    }
    await expect(cache.get('key', failing)).rejects.toThrow('away')
    expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1])
  })
})
