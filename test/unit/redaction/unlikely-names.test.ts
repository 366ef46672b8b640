import { describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { personWords } from '../../../src/domain/redaction/names/decode-identifiers.ts'
import type { PersonWord, Reading } from '../../../src/ports/name-source.ts'

const TEXT = 'Sail plan: Xqedvik Zzyx leaves berth nine, Annika follows at noon. Ask Mrs Qqorva for the pilot.'

/** What the engine finds where the net names Xqedvik Zzyx, and says of words that they are of persons as likely as given. */
async function persons(shares: Readonly<Record<string, number>> | undefined, text = TEXT): Promise<string[]> {
  const placed = (word: string) => ({ start: TEXT.indexOf(word), end: TEXT.indexOf(word) + word.length })
  const reading: Reading = {
    names: [{ ...placed('Xqedvik Zzyx'), entityType: 'PERSON', score: 0.97 }],
    identifiers: [],
  }
  if (shares !== undefined)
    reading.persons = Object.entries(shares)
      .map(([word, share]): PersonWord => ({ ...placed(word), share }))
      .sort((a, b) => a.start - b.start)
  const engine = createBuiltinEngine({ names: { version: 'test', read: async (texts) => texts.map(() => reading) } })
  const [found = []] = await engine.analyze([text])
  return found.filter(({ entityType }) => entityType === 'PERSON').map(({ start, end }) => text.slice(start, end))
}

describe('A name that the part of the model denies which learnt whose values are', () => {
  it('is none, whether the net or a list found it; one behind a title is', async () => {
    expect(await persons({})).toEqual(['Qqorva'])
  })
  it('stays where one of its words is likely enough, the less the surer it is by itself', async () => {
    expect(await persons({ Zzyx: 0.1 })).toEqual(['Xqedvik Zzyx', 'Qqorva'])
    expect(await persons({ Zzyx: 0.09 })).toEqual(['Qqorva'])
    expect(await persons({ Annika: 0.01 })).toEqual(['Annika', 'Qqorva'])
    expect(await persons({ Annika: 0.009 })).toEqual(['Qqorva'])
  })
  it('needs more where it has no capital', async () => {
    expect(await persons({ Zzyx: 0.59 }, TEXT.toLowerCase())).not.toContain('xqedvik zzyx')
    expect(await persons({ Zzyx: 0.6 }, TEXT.toLowerCase())).toContain('xqedvik zzyx')
  })
  it('stays where the source of names does not say', async () => {
    expect(await persons(undefined)).toEqual(['Xqedvik Zzyx', 'Annika', 'Qqorva'])
  })
})

describe('How likely a word is of a person', () => {
  it('counts names and accounts, and leaves out what hardly can be', () => {
    // O, then begin and inside of each kind: of persons they are the 15th and 16th, of accounts the 9th and 10th.
    const rows = new Float32Array(3 * 21)
    rows.set([0.25, 0.125], 15)
    rows.set([0.5], 21 + 10)
    rows.set([0.005], 42 + 15)
    const words = ['ann', 'lee_7', 'noon'].map((text, i) => ({ start: 8 * i, end: 8 * i + text.length, gap: 0 }))
    expect(personWords(words, rows)).toEqual([
      { start: 0, end: 3, share: 0.375 },
      { start: 8, end: 13, share: 0.5 },
    ])
  })
})
