import { describe, expect, it } from 'vitest'
import { findInText } from '../../../src/domain/redaction/redact-chat.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { namesBySoftCue, namesOfKin } from '../../../src/domain/redaction/soft-cues.ts'
import { cut, engine } from './support.ts'

describe('A name that no list has', () => {
  it.each([
    ['my late husband Zzyxa liked it', 'Zzyxa'],
    ['Ask Zzyxa Qwoll whether it works', 'Zzyxa Qwoll'],
    ['chiedi a Zzyxa se viene', 'Zzyxa'],
    ['Zzyxa told me yesterday', 'Zzyxa'],
    ['His pension went to Grace. Grace and I live here', 'Grace'],
    ['t.n.v. Q.J. Zzyxa o.v.v. rent', 'Q.J. Zzyxa'],
    ['1) Zzyxa Qwoll, 6 years of Java', 'Zzyxa Qwoll'],
    ['my surname is zzyxa', 'zzyxa'],
    ['# TODO(zqwoll): ask', 'zqwoll'],
  ])('is known by the words around it: %j', (text, name) => {
    expect(cut(text, [...namesBySoftCue(text), ...namesOfKin(text)])).toEqual([name])
  })
  it.each(['Ask Support whether', 'Tell Jira that', 'my surname is required', 'March and I'])(
    'is none in %j',
    (text) => {
      expect([...namesBySoftCue(text), ...namesOfKin(text)]).toEqual([])
    },
  )
  it.each([
    'Gibbs sampling',
    "Dijkstra's algorithm",
    'Ford Transit',
    'Charles Schwab',
    'Dear Hiring Team,',
    'zaal Rembrandt',
  ])('is no person’s in %j, whatever the model says', (text) => {
    const start = text.search(/Gibbs|Dijkstra|Ford|Charles|Hiring|Rembrandt/)
    const end = start + (/^(?:Gibbs|Dijkstra|Rembrandt|[^,]*)/.exec(text.slice(start))?.[0].length ?? 0)
    const span = { start, end, entityType: 'PERSON', score: 0.99 } as const
    expect(refineNames(text, [span], 'model').filter(({ entityType }) => entityType === 'PERSON')).toEqual([])
  })
  it.each(['Liebe Kolleginnen und Kollegen,', 'fabriqué en France', 'le comité aura lieu'])('is none in %j', (text) => {
    const spans = [...text.matchAll(/Kolleginnen|Kollegen|France|aura/g)].map(({ index, 0: word }) => ({
      ...{ start: index, end: index + word.length, entityType: 'PERSON' as const, score: 0.99 },
    }))
    expect(refineNames(text, spans, 'model')).toEqual([])
  })
  it('ends with the sentence', () => {
    const text = 'seen by Abiodun. Blood was taken by J. Smith'
    expect(cut(text, refineNames(text, [], 'model'))).toContain('Abiodun')
  })
})

describe('A value is found as a whole', () => {
  it.each([
    '9 Harbour View, Whitby YO21 3PU',
    'flat 3b, 61 westbourne grove, london w2 4ua',
    'Rose Cottage, Duck Lane, Stow-on-the-Wold, GL54 1BN',
    'The Gables, 3 Mill Lane, Ely CB7 4AS',
    '18 bis, rue de la Fontaine, 44000 Nantes',
    'Rua do Alecrim, n.º 26, 3.º Esq., 1200-018 Lisboa',
    'Strada Lipscani nr. 31, Sector 3, București 030031',
    '930 Willow Bend Dr, Plano, TX 75023',
    'RR 2 Box 118, Chillicothe, Ohio 45601',
    '3-14-7 Jingumae, Shibuya-ku, Tokyo 150-0001',
    'm a r t a @ g m a i l . c o m',
  ])('%j', async (value) => {
    const text = `it is for ${value}, as agreed`
    expect(cut(text, await findInText({ text, engine, policy: {} }))).toEqual([value])
  })
  it.each([
    ['Casimir Pohl (12.02.1990) was seen', '12.02.1990'],
    ['Agent: What is your date of birth?\nCustomer: sure, 9 jan 1990', '9 jan 1990'],
    ['Name            DOB          Phone\nAoife Brennan   1988-12-01   +353 87 123 4567\n', '1988-12-01'],
    ['ADR;TYPE=HOME:;;Polna 12;Gdynia;;81-740;Poland\n', 'Polna 12;Gdynia;;81-740;Poland'],
  ])('%j', async (text, value) => {
    expect(cut(text, await findInText({ text, engine, policy: {} }))).toContain(value)
  })
  it.each([
    'BP 128/82, HR 71',
    'PNR X7K2QP, coach 5',
    'Is 2147483647 prime?',
    'the digits of 4482917736',
    'please call me","ts":4482917736',
    'the Treaty of Lisbon (13.12.2007)',
  ])('nothing is in %j', async (text) => {
    expect(cut(text, await findInText({ text, engine, policy: {} }))).toEqual([])
  })
})
