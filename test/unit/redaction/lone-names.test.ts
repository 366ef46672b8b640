import { describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import type { NameSpan } from '../../../src/ports/name-source.ts'

/** What the engine finds where the net says that these are persons, with these scores. */
async function persons(text: string, net: Readonly<Record<string, number>>): Promise<string[]> {
  const spans = Object.entries(net)
    .map(([name, score]): NameSpan => {
      const start = text.indexOf(name)
      return { start, end: start + name.length, entityType: 'PERSON', score }
    })
    .sort((a, b) => a.start - b.start)
  const engine = createBuiltinEngine({
    names: {
      version: 'test',
      read: async (texts) => texts.map((one) => ({ names: one === text ? spans : [], identifiers: [] })),
    },
  })
  const [found = []] = await engine.analyze([text])
  return found.filter(({ entityType }) => entityType === 'PERSON').map(({ start, end }) => text.slice(start, end))
}

const BRANDS =
  'Summer promotion: the coats of Vera Bradley are 20 % off, curtains of Laura Ashley stay at full price, and Hedda is sold out. Shorten this text for the shop window, please.'

describe('Where nothing in a text speaks of anybody', () => {
  it('names that a list knows or the net is unsure of are what things are called', async () => {
    expect(await persons(BRANDS, { 'Vera Bradley': 0.84, 'Laura Ashley': 0.5 })).toEqual([])
  })
  it.each([
    ['a name that the net is sure of', BRANDS, { 'Vera Bradley': 0.93 }, ['Vera Bradley', 'Laura Ashley', 'Hedda']],
    [
      'two that it is nearly sure of',
      BRANDS,
      { 'Vera Bradley': 0.83, 'Laura Ashley': 0.82 },
      ['Vera Bradley', 'Laura Ashley', 'Hedda'],
    ],
    [
      'a name behind a title',
      `${BRANDS} Thanks, Mrs Zzyxen`,
      { 'Vera Bradley': 0.6 },
      ['Vera Bradley', 'Laura Ashley', 'Hedda', 'Zzyxen'],
    ],
    ['a number of somebody', `${BRANDS} Call +44 20 7946 0958.`, {}, ['Vera Bradley', 'Laura Ashley', 'Hedda']],
    ['a pronoun', `${BRANDS} Ask if she agrees.`, {}, ['Vera Bradley', 'Laura Ashley', 'Hedda']],
    ['what somebody is', `${BRANDS} Another driver comes.`, {}, ['Vera Bradley', 'Laura Ashley', 'Hedda']],
    ['an account', `${BRANDS} ping @ann.lee`, {}, ['Vera Bradley', 'Laura Ashley', 'Hedda', 'ann.lee']],
    [
      'a name in small letters',
      `${BRANDS} ask annika too, she knows`,
      {},
      ['Vera Bradley', 'Laura Ashley', 'Hedda', 'annika'],
    ],
  ] as const)('but for %s', async (_, text, net, expected) => {
    expect(await persons(text, net)).toEqual(expected)
  })
  it('nor in a list of brands, however sure the net is', async () => {
    const list = 'Sold: Jack & Jones, Hedda Zzyxen, Marc O’Polo, Gudrun Berg\nTo: Annika'
    expect(await persons(list, { 'Hedda Zzyxen': 0.99 })).toEqual(['Annika'])
    expect(await persons(`${list}, ann@acme.test`, { 'Hedda Zzyxen': 0.99 })).toContain('Hedda Zzyxen')
  })
  it('but for a text too short to say', async () => {
    expect(await persons('Shorten what Hedda wrote.', {})).toEqual(['Hedda'])
  })
  it('whatever types are asked for', async () => {
    const engine = createBuiltinEngine({
      names: { version: 'test', read: async (texts) => texts.map(() => ({ names: [], identifiers: [] })) },
    })
    const text = `${BRANDS} Call +44 20 7946 0958.`
    const [found = []] = await engine.analyze([text], { entities: ['PERSON'] })
    expect(found.map(({ start, end }) => text.slice(start, end))).toContain('Hedda')
  })
})
