import { describe, expect, it } from 'vitest'
import { namesByCue } from '../../../src/domain/redaction/name-cues.ts'
import { namesOfSpeakers } from '../../../src/domain/redaction/names-of-speakers.ts'
import { found } from './support.ts'

describe('A value is found by what stands around it', () => {
  it.each([
    ['[{"passport":{"no":"QK7305518","country":"SE"}}]', 'QK7305518'],
    ['{"licence": {"state": "CA", "number": "D7730518"}}', 'D7730518'],
    ['"identifier":[{"type":{"text":"MRN"},"value":"MR-7730518"}]', 'MR-7730518'],
    ['<FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId>', 'ABNANL2A'],
    ['[09:05] need the swift\n[09:06] @lina.berg: NDEAFIHH', 'NDEAFIHH'],
    ['Whatsapp: +91-98200-44187 / 98200-44188', '98200-44188'],
    ['tel:+1-416-555-0188;ext=44', '+1-416-555-0188;ext=44'],
    ['app me on 0612345678', '0612345678'],
    ['Call after 16 her time, 41 22 31 40.', '41 22 31 40'],
    ['telem. 912345678', '912345678'],
    ['Konto AT61 1904 3002 3457 3201 bei der GIBAATWWXXX geführt', 'GIBAATWWXXX'],
    ['O passaporte dele (n.º CB730551) ficou', 'CB730551'],
    ['copie du passeport de la cliente (n° 19CV73055)', '19CV73055'],
    ['passport copy received, no. 573055182.', '573055182'],
    ['lp;nazwisko;imie;data_ur;telefon\n1;Lis;Anna;1961-04-02;605 555 011', '1961-04-02'],
    ['compleanno 12/07/1971, porta il dolce', '12/07/1971'],
    [
      'the pair AKIAQ7TZ5RM2XW4KDL3V / 9dKq2+VbX7mTz4RwLp0sYc8HnJe3GfUa5ioWtB1x.',
      '9dKq2+VbX7mTz4RwLp0sYc8HnJe3GfUa5ioWtB1x',
    ],
    ['Ulla Bergqvist, web: https://ullabergqvist.se', 'https://ullabergqvist.se'],
    ['- reset pw for jsmith and close it', 'jsmith'],
    ['13 Nov - back office jsmith: refund released', 'jsmith'],
    ['mi tarjeta la 4 1 1 1  1 1 1 1  1 1 1 1  1 1 1 1, dos veces', '4 1 1 1  1 1 1 1  1 1 1 1  1 1 1 1'],
    ['iban G B 2 9  N W B K  6 0 1 6 1 3  3 1 9 2 6 8 1 9 ok', 'G B 2 9  N W B K  6 0 1 6 1 3  3 1 9 2 6 8 1 9'],
    ['kontakt: ola.lis (malpa) poczta (kropka) pl', 'ola.lis (malpa) poczta (kropka) pl'],
    ['Cognome: Bellandri     Nome: Livia', 'Bellandri'],
  ])('%j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it.each([
    ['{"item":{"no":"QK7305518","country":"SE"}}'],
    ['{"type":{"text":"SKU"},"value":"MR-7730518"}'],
    ['there is no passport control in 2026'],
    ['Northwind Traders, web: https://northwindtraders.com'],
    ['12 Nov - deploy worker: done'],
    ['1 2 3 4 5'],
    ['M.A.Sc., University of Waterloo; P.Eng. since 2011'],
    ['secondo il D.Lgs. 206/2005'],
  ])('and nothing else: %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})

it.each([
  ['See you Monday.\n\nObrigada,\nGraciete', 'Graciete'],
  ['Pls confirm.\nBrgds\nThorleif', 'Thorleif'],
  ['Sincerely,\nColm Dálaigh, MD\n', 'Colm Dálaigh'],
])('Who signs is found: %j', (text, name) => {
  expect(namesByCue(text).map(({ start, end }) => text.slice(start, end))).toContain(name)
})

describe('Who speaks in a talk', () => {
  const said = (text: string) =>
    namesOfSpeakers(text)
      .sort((a, b) => a.start - b.start)
      .map(({ start, end }) => text.slice(start, end))

  it('is found where one of them has a name that is known', () => {
    expect(said('Joke: wie haalt de taart?\nMaria: ik niet hoor\nJoke: dan ga ik wel zelf')).toEqual([
      'Joke',
      'Maria',
      'Joke',
    ])
    expect(
      said('[14:01] Naledi: who can do it?\n[14:02] Rhys: me, after five\n[14:05] Naledi: perfect, thank you'),
    ).toEqual(['Naledi', 'Rhys', 'Naledi'])
  })

  it('is nobody in a form, a log or a talk of roles', () => {
    expect(said('Name: Maria Lopez\nTown: Rome is nice\nTotal: 4 of them')).toEqual([])
    expect(said('Agent: how can I help?\nCustomer: my line is down\nAgent: since when is it so?')).toEqual([])
    expect(said('Warning: disk is full\nWarning: disk is full\nError: it broke off')).toEqual([])
    expect(said('Maria: yes\nTotal: 4\nTotal: 5')).toEqual([])
  })
})
