import { describe, expect, it } from 'vitest'
import { isThing } from '../../../src/domain/redaction/persons/is-thing.ts'
import { namesByRole, namesInFields } from '../../../src/domain/redaction/persons/names-by-role.ts'
import { firstCases } from '../../../src/domain/redaction/persons/polish-cases.ts'
import { namesInQueries } from '../../../src/domain/redaction/persons/query-names.ts'
import { namesInSmall } from '../../../src/domain/redaction/persons/small-names.ts'
import { cut } from './support.ts'

describe('Whoever stands in a field that is called after persons is one', () => {
  it.each([
    ['Treasurer: Zzyxa', ['Zzyxa']],
    ['- Emergency contact: Qwoll Zzyxen (brother)', ['Qwoll Zzyxen']],
    ['Cc: Qwoll Zzyxen; Or Anneke; Zzyx', ['Qwoll Zzyxen', 'Or Anneke']],
    ['{"driver": "Q. Zzyxen", "seats": 4}', ['Q. Zzyxen']],
    ['Huisarts: mw. dr. Zzyxa van der Qwoll, tel. 1', ['Zzyxa van der Qwoll']],
    ['Zeugin: Frau Zzyxa', ['Zzyxa']],
    ['Médecin traitant : Dr Zzyxel', ['Zzyxel']],
    ['Żona: Zzyxa, syn: Qwoll', ['Zzyxa', 'Qwoll']],
    ['Vizinha: Dona Zzyxa e Qwolla', ['Zzyxa', 'Qwolla']],
    ['Testigos: Zzyx y Qwoll', ['Zzyx', 'Qwoll']],
  ])('%j', (text, names) => {
    expect(cut(text, namesInFields(text))).toEqual(names)
  })
  it.each([
    'Owner: Platform',
    'Client: Zzyxa Retail',
    'Driver: none',
    'Witness: required on page 4',
    'Product: Zzyxa',
    'Customer: Zzyxa Logistics',
    'From: Zzyxa',
  ])('and %j names nobody', (text) => {
    expect(cut(text, namesInFields(text))).toEqual([])
  })
})

describe('Whoever stands behind what somebody is is one', () => {
  it.each([
    ['the widow Zzyxa and a midwife, Zzyxina', ['Zzyxa', 'Zzyxina']],
    ['vedova Zzyxaglio, cabo Zzyxaz', ['Zzyxaglio', 'Zzyxaz']],
    ['medewerker Zzyxal heeft dossier 4', ['Zzyxal']],
  ])('%j', (text, names) => {
    expect(
      cut(
        text,
        namesByRole(text, () => false),
      ),
    ).toEqual(names)
  })
  it.each([
    ['the Patient Portal and the Employee Handbook'],
    ['10046,Office Chair Annika,189.00'],
    ['our client Zzyxa'],
    ['driver API'],
  ])('and nobody in %j', (text) => {
    expect(
      cut(
        text,
        namesByRole(text, () => false),
      ),
    ).toEqual([])
  })
  it('in German, where every noun has a capital, only with a name that is known', () => {
    const text = 'Die Mieterin Anneke und die Mieterin Wohnung'
    expect(
      cut(
        text,
        namesByRole(text, () => true),
      ),
    ).toEqual(['Anneke'])
  })
})

describe('Names in small letters', () => {
  const find = (text: string): string[] =>
    cut(
      text,
      namesInSmall(text, () => false),
    )
  it.each([
    ['monsieur zzyxel en face a le même souci', ['zzyxel']],
    ['ok and ask annika before nine', ['annika']],
    ['Fenna: de nieuwe laptop van sjoerd komt niet', ['sjoerd']],
    ['dzwoniła pani halina zzyxowska, oddzwonić', ['halina zzyxowska']],
    ['mr lateef balogun his plate', ['lateef balogun']],
  ])('are found in %j', (text, names) => {
    expect(find(text)).toEqual(names)
  })
  it.each([
    'Restart the annika service in src/annika/sjoerd.ts.',
    'mr and mrs have left',
    'run annika.js --user=sjoerd @halina',
    'Please ask for the usual thing.',
  ])('and not in %j', (text) => {
    expect(find(text)).toEqual([])
  })
})

describe('Names in parameters', () => {
  it.each([
    ['/subscribe?name=Jos%C3%A9%20Zzyxeto&email=x', ['Jos%C3%A9%20Zzyxeto']],
    ['POST customer_name=Qwoll+Zzyxen&agent=Annika+Zzyxir&plan=Gold', ['Qwoll+Zzyxen', 'Annika+Zzyxir']],
    ['?n=%41%6E%6E%69%6B%61&ph=1', ['%41%6E%6E%69%6B%61']],
    ['?plan=Gold+Plus&city=New%20York&q=how+are+you&name=%E0%A4%A', []],
  ])('%j', (text, names) => {
    expect(cut(text, namesInQueries(text))).toEqual(names)
  })
})

describe('What surrounds a name tells that it is no person', () => {
  it.each([
    ['sailed on the Annika from Leeds', 'Annika'],
    ['MV Annika - crew change', 'Annika'],
    ['invoice of Annika Qwoll Logistics', 'Annika'],
    ['preventivo Annika Impianti S.r.l.', 'Annika'],
    ['Annika & Qwoll by brand value', 'Annika'],
    ['Annika 0.121 and more', 'Annika'],
    ['Theme: Annika', 'Annika'],
    ['the project Annika is late', 'Annika'],
    ['delivered in Annika on Monday', 'Annika'],
    ['the fair of Valencia, hall 4', 'Valencia'],
    ['Annika line: severe delays', 'Annika'],
    ['{"hub": "Annika", "x": 1}', 'Annika'],
    ['he sails a Annika and sells it', 'Annika'],
  ])('%j', (text, name) => {
    const start = text.indexOf(name)
    expect(isThing(text, start, start + name.length)).toBe(true)
  })
  it.each([
    ['Annika & Sjoerd invite you', 'Annika'],
    ['Annika told me', 'Annika'],
    ['ask Annika, please', 'Annika'],
    ['in Annika’s room', 'Annika'],
    ['Driver: Annika', 'Annika'],
    ['my colleague Annika is ill', 'Annika'],
    ['na segunda; a Annika começa só dia 18', 'Annika'],
  ])('and nothing in %j', (text, name) => {
    const start = text.indexOf(name)
    expect(isThing(text, start, start + name.length)).toBe(false)
  })
})

describe('Polish names in other cases', () => {
  it.each([
    ['Zielińskiej', 'Zielińska'],
    ['Dąbrowskim', 'Dąbrowski'],
    ['Tomka', 'Tomek'],
    ['Haliny', 'Halina'],
    ['Kacprem', 'Kacper'],
    ['Basi', 'Basia'],
    ['Kotem', 'Kot'],
    ['Beaty', 'Beata'],
    ['Pawła', 'Paweł'],
  ])('%s is %s', (word, first) => {
    expect(firstCases(word)).toContain(first)
  })
})
