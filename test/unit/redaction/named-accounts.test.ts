import { describe, expect, it } from 'vitest'
import { knownNames, withMentions } from '../../../src/domain/redaction/persons/name-agreement.ts'
import type { RecognizerResult } from '../../../src/domain/redaction/types.ts'

/** What stands in a text besides the names in it that are given. */
function accountsIn(text: string, ...names: string[]): string[] {
  const found = names
    .map((name): RecognizerResult => {
      const start = text.indexOf(name)
      return { entityType: 'PERSON', start, end: start + name.length, score: 0.9, recognizer: 'x' }
    })
    .sort((a, b) => a.start - b.start)
  const known = knownNames([text], [found])
  if (known === null) return []
  return withMentions(text, found, known, () => false)
    .filter((one) => !found.includes(one))
    .map(({ start, end }) => text.slice(start, end))
}

describe('An account that is made of a name in the text is that person’s', () => {
  it.each([
    ['raised by Vikram Subraxan (vsubra4)', 'Vikram Subraxan', 'vsubra4'],
    ['Anna Rosenqvy has it under arosenq.', 'Anna Rosenqvy', 'arosenq'],
    ['Bronwen Pughe;Cardiff;@bronpughe', 'Bronwen Pughe', 'bronpughe'],
    ['Ana Quispez: vpn user ext-aquispez is locked', 'Ana Quispez', 'ext-aquispez'],
    ['TargetUserName=jpelle-adm, that is Jo Pellegrixo', 'Jo Pellegrixo', 'jpelle-adm'],
    ['Lê Hoàng Phúc, proposed id phuc.le', 'Lê Hoàng Phúc', 'phuc.le'],
    ['Jan-Philipp Meisner: user jp.meisner', 'Jan-Philipp Meisner', 'jp.meisner'],
    ['Jane Doxe wrote as j_doxe', 'Jane Doxe', 'j_doxe'],
    ['Jane Doxe posts as janedoxe84', 'Jane Doxe', 'janedoxe84'],
    ['Jane Doxe has doxe.j', 'Jane Doxe', 'doxe.j'],
    ['Jane Doxe, nick jane84', 'Jane Doxe', 'jane84'],
  ])('in %j', (text, name, account) => {
    expect(accountsIn(text, name)).toEqual([account])
  })

  it('also where the name stands in two cells', () => {
    expect(accountsIn('Paweł;Gołąbek;x;pgolabek\nzyx;y', 'Paweł', 'Gołąbek')).toEqual(['pgolabek'])
  })

  it.each([
    ['Mark Etzeling goes to the market', 'Mark Etzeling'],
    ['Ann Dersen is one of others and anders', 'Ann Dersen'],
    ['Rose Parkin wrote prose', 'Rose Parkin'],
    ['Jane Doxe wrote v2.1 of api.doc in utf8', 'Jane Doxe'],
  ])('and other words are not: %j', (text, name) => {
    expect(accountsIn(text, name)).toEqual([])
  })
})
