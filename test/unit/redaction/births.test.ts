import { describe, expect, it } from 'vitest'
import { birthsBesideNames } from '../../../src/domain/redaction/persons/births-beside.ts'
import { found } from './support.ts'

/** What stands beside somebody, given where the persons and the numbers are: `<Ann Lee>, 3/4/1971`. */
function births(marked: string): string[] {
  let text = ''
  const spans: { start: number; end: number; entityType: string }[] = []
  for (const part of marked.split(/(<[^<>]+>|\[\[[^[\]]+\]\])/)) {
    const value = /^(?:<|\[\[)([^<>[\]]+)/.exec(part)?.[1]
    const start = text.length
    text += value ?? part
    if (value !== undefined)
      spans.push({ start, end: text.length, entityType: part.startsWith('<') ? 'PERSON' : 'US_SSN' })
  }
  const known = spans.map((span) => ({ ...span, score: 0.9, evidence: 'model' as const, recognizer: 'test' }))
  return birthsBesideNames(text, known).map(({ start, end }) => text.slice(start, end))
}

describe('A date so old that somebody was born then is a birth', () => {
  it.each([
    ['Mr <Alan Pryor>, 14/06/1957, lives alone', '14/06/1957'],
    ['pt is <Gloria Owusu>, 7.11.48, admitted', '7.11.48'],
    ['<Ann Lee> F 12/05/1991 ward 4', '12/05/1991'],
    ['| <Ann Lee> | 12.05.1991 | Ward 4 |', '12.05.1991'],
    ['{"n":"<Ann Lee>","d":"1962-10-30"}', '1962-10-30'],
    ['<Ann Lee>, [[536-22-8726]], 3 May 1962', '3 May 1962'],
    ['Children: <Mia Torres>  2/14/2015', '2/14/2015'],
  ])('right behind the name in %j', (text, date) => {
    expect(births(text)).toEqual([date])
  })
  it.each([
    'signed <Ann Lee>, 12/03/2024',
    'by <Ann Lee> on 12/03/1999',
    'seen <Ann Lee> 2001-03-04 12:33 in the log',
    '<Ann Lee>\n12/03/1957',
    'no name, [[536-22-8726]], 3 May 1962',
  ])('and no other one: %j', (text) => {
    expect(births(text)).toEqual([])
  })
  it('behind an age', async () => {
    expect(await found('34F, 12 May 1991, headache since Monday')).toEqual(['12 May 1991'])
    expect(await found('release 34, 12 May 1991, of the archive')).toEqual([])
  })
})

describe('A birth is told in the words of eight languages', () => {
  it.each([
    ['nació 8 de abril de 2011', '8 de abril de 2011'],
    ['ela nasceu 12/03/80 em casa', '12/03/80'],
    ['née 12/03/1980', '12/03/1980'],
    ['Né(e) : 1 2 / 0 3 / 1 9 8 0', '1 2 / 0 3 / 1 9 8 0'],
    ['ma fille est née un 3 juin 2012', 'un 3 juin 2012'],
    ['wurde am 04.05.2015 geboren', '04.05.2015'],
    ['n. a Roma il 12.03.1980', '12.03.1980'],
    ['3e leerjaar, ° 12.03.2017', '12.03.2017'],
    ['F/N 12/03/80', '12/03/80'],
    ['DOB2017-05-02 class 2B', '2017-05-02'],
    ['{"memberDob":"1962-10-30"}', '1962-10-30'],
    ['4 May 1985 is my birthday', '4 May 1985'],
    ['its the third of may nineteen eighty one before you ask', 'the third of may nineteen eighty one'],
    ['DOB please\nCALLER nineteenth of july fifty eight', 'nineteenth of july fifty eight'],
    ['13.8.77 is the birthdate on file', '13.8.77'],
    ["She'll be 48 on 13 August", '13 August'],
    ['DOB 13081977', '13081977'],
    ['dob 1-3-0-8-1-9-7-7', '1-3-0-8-1-9-7-7'],
    ['Ava turned 7 on 14 March', '14 March'],
    ['ist am vierzehnten Februar sechsundsechzig geboren', 'am vierzehnten Februar sechsundsechzig'],
    ['am zwölften März neunzehnhundertachtzig', 'am zwölften März neunzehnhundertachtzig'],
    ['date de naissance\nclient le douze mars quatre-vingts', 'le douze mars quatre-vingts'],
    ['data urodzenia? dwunasty marca osiemdziesiąty', 'dwunasty marca osiemdziesiąty'],
  ])('%j', async (text, birth) => {
    expect(await found(text)).toEqual([birth])
  })
  it('also of a second one', async () => {
    expect(await found('nées les 13 août 1977 et 2 février 1979')).toEqual(['13 août 1977', '2 février 1979'])
  })
  it('and what stands before the label of a birth is another day', async () => {
    expect(await found('d.o.d. 9 Jan 2024, d.o.b. 1 May 1931')).toEqual(['1 May 1931'])
    expect(await found('the first of may two thousand and one nights')).toEqual([])
  })
})
