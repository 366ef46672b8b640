import { describe, expect, it } from 'vitest'
import { look } from '../../../src/adapters/mentions/look.ts'
import { openMentionSearch } from '../../../src/adapters/mentions/mention-search.ts'
import { createSearch, MARKER } from '../../../src/domain/erasure/find-mentions.ts'
import { needlesOf } from '../../../src/domain/erasure/needles.ts'

const needles = needlesOf({ user: null, identifiers: [{ type: 'PERSON', value: 'Greta Honeycombe' }] })
const search = openMentionSearch(needles)
const filler = 'the quick brown fox jumps over it. '.repeat(6000)
const short = JSON.stringify({ content: 'ask Greta Honeycombe' })
const long = JSON.stringify({ content: `${filler}ask Greta Honeycombe ${filler}` })

describe('a search for mentions', () => {
  it('says of a long text, beside the event loop, what it says of it here', async () => {
    expect(await search.cut(long)).toEqual(look({ ask: 'cut', text: long }, createSearch(needles)))
    expect((await search.cut(long))?.text).toBe(long.replace('Greta Honeycombe', MARKER))
    expect(await search.cut(JSON.stringify({ content: filler }))).toBeNull()
    expect(await search.isIn(long, 'json')).toBe(true)
    expect(await search.isIn(filler, 'text')).toBe(false)
    expect(await search.isInBytes(Buffer.from(long))).toBe(true)
    expect(await search.isInBytes(new Uint8Array(Buffer.from(filler)))).toBe(false)
  })

  it('says the same of short ones', async () => {
    expect((await search.cut(short))?.text).toBe(JSON.stringify({ content: `ask ${MARKER}` }))
    expect(await search.isIn(short, 'json')).toBe(true)
    expect(await search.isIn('nobody', 'text')).toBe(false)
    expect(await search.isInBytes(Buffer.from('Greta Honeycombe', 'utf16le'))).toBe(true)
  })

  it('lets the event loop go on while it looks through a long text', async () => {
    const huge = JSON.stringify({ content: `${filler.repeat(10)}ask Greta Honeycombe` })
    let turns = 0
    const beat = setInterval(() => {
      turns += 1
    }, 1)
    const left = await search.cut(huge)
    clearInterval(beat)
    expect(left?.mentions).toBe(1)
    // In one go there would be none.
    expect(turns).toBeGreaterThan(5)
  })

  it('of nothing finds nothing', async () => {
    const nothing = openMentionSearch([])
    expect(nothing.isEmpty).toBe(true)
    expect(await nothing.cut(short)).toBeNull()
  })
})
