import { describe, expect, it } from 'vitest'
import { cachedEngine } from '../../../src/adapters/pii/cached/engine.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { engine } from './support.ts'

function counting(): { engine: PiiEngine; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    engine: {
      version: 'counting/1',
      analyze: (texts, options) => {
        asked.push(...texts)
        return engine.analyze(texts, options)
      },
    },
  }
}
const secret = new Uint8Array(32).fill(7)

describe('the cached engine', () => {
  it('asks for what is new only, and answers as the engine does', async () => {
    const inner = counting()
    const cached = cachedEngine(inner.engine, secret, 100)
    expect(cached.version).toBe('counting/1')
    await cached.analyze(['ann@x.com', 'hello'])
    const results = await cached.analyze(['hello', 'bob@x.com', 'ann@x.com'])
    expect(inner.asked).toEqual(['ann@x.com', 'hello', 'bob@x.com'])
    expect(results).toEqual(await engine.analyze(['hello', 'bob@x.com', 'ann@x.com']))
  })

  it('keeps answers under different options apart', async () => {
    const cached = cachedEngine(engine, secret, 100)
    expect((await cached.analyze(['ann@x.com']))[0]).toHaveLength(1)
    expect((await cached.analyze(['ann@x.com'], { entities: ['URL'] }))[0]).toHaveLength(0)
    expect((await cached.analyze(['ann@x.com'], { scoreThreshold: 1.1 }))[0]).toHaveLength(0)
    expect((await cached.analyze(['601 234 567'], { language: 'pl' }))[0]).toHaveLength(1)
    expect((await cached.analyze(['601 234 567'], { language: 'en' }))[0]).toHaveLength(0)
  })

  it('holds no more entries than it may', async () => {
    const inner = counting()
    const cached = cachedEngine(inner.engine, secret, 2)
    for (const text of ['a', 'b', 'c', 'a']) await cached.analyze([text])
    expect(inner.asked).toEqual(['a', 'b', 'c', 'a'])
  })

  it('holds no more bytes than it may, and gives up what was used longest ago', async () => {
    const inner = counting()
    const cached = cachedEngine(inner.engine, secret, 1000, 32_000)
    const texts = Array.from({ length: 60 }, (_, i) => `ann${i}@x.com`)
    for (const text of texts) await cached.analyze([text])
    const asked = inner.asked.length
    await cached.analyze([...texts].reverse())
    const again = inner.asked.slice(asked)
    expect(again).toContain(texts[0])
    expect(again).not.toContain(texts[59])
    // 640 bytes a text of one finding.
    expect(60 - again.length).toBe(50)
  })

  it('gives an answer that is too large whole, does not keep it and keeps the others', async () => {
    const inner = counting()
    const cached = cachedEngine(inner.engine, secret, 1000, 32_000)
    const large = Array.from({ length: 30 }, (_, i) => `ann${i}@x.com`).join(' ')
    await cached.analyze(['hello'])
    for (let i = 0; i < 2; i += 1) expect((await cached.analyze([large, 'hello']))[0]).toHaveLength(30)
    expect(inner.asked).toEqual(['hello', large, large])
  })

  it('tells texts apart that differ in half a character only', async () => {
    const inner = counting()
    const cached = cachedEngine(inner.engine, secret, 10)
    await cached.analyze(['\ud800', '\ud801'])
    expect(inner.asked).toHaveLength(2)
  })

  it('remembers no failure', async () => {
    let isBroken = true
    const flaky: PiiEngine = {
      version: 'flaky/1',
      analyze: async (texts) => {
        if (isBroken) throw new Error('down')
        return texts.map(() => [])
      },
    }
    const cached = cachedEngine(flaky, secret, 10)
    await expect(cached.analyze(['x'])).rejects.toThrow('down')
    isBroken = false
    expect(await cached.analyze(['x'])).toEqual([[]])
    await expect(cached.analyze(['x'], { signal: AbortSignal.abort() })).rejects.toThrow()
  })

  it('refuses an answer with too few results', async () => {
    const short: PiiEngine = { version: 'short/1', analyze: async () => [] }
    await expect(cachedEngine(short, secret, 10).analyze(['x'])).rejects.toThrow('fewer results')
  })
})
