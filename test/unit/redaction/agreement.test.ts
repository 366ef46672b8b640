import { describe, expect, it } from 'vitest'
import { compareColumns } from '../../../src/domain/redaction/columns-agree.ts'
import { knownNames, withMentions } from '../../../src/domain/redaction/persons/name-agreement.ts'
import type { NamedCandidate } from '../../../src/domain/redaction/resolve-overlaps.ts'

function findings(text: string, values: readonly string[], entityType = 'PERSON'): NamedCandidate[] {
  let from = 0
  return values.map((value) => {
    const start = text.indexOf(value, from)
    from = start + value.length
    return { entityType, start, end: from, score: 0.8, evidence: 'model', recognizer: 'x' } as const
  })
}

function mentions(text: string, names: readonly string[]): string[] {
  const found = findings(text, names)
  const known = knownNames([text], [found])
  return known === null
    ? []
    : withMentions(text, found, known, () => false)
        .filter(({ recognizer }) => recognizer === 'name-agreement')
        .map(({ start, end }) => text.slice(start, end))
}

describe('A name that was found is found again', () => {
  it.each([
    ['Annika Zzyxen called. Then Zzyxen left, and Annika’s car', 'Annika Zzyxen', ['Zzyxen', 'Annika']],
    ['Annika Zzyxen; greet("Hej Annika!")', 'Annika Zzyxen', ['Annika']],
    ['Annika Zzyxen wrote; login azzyxen, annika.zzyxen2 and azzyxena', 'Annika Zzyxen', ['azzyxen', 'annika.zzyxen2']],
    ['Jannik Zzyxen hat Urlaub. Janniks Führerschein', 'Jannik Zzyxen', ['Janniks']],
    [
      'Kacper Zzyxski był. Rozmowa z Kacprem Zzyxskim, też kacprem ą',
      'Kacper Zzyxski',
      ['Kacprem', 'Zzyxskim', 'kacprem'],
    ],
    ['O Kacprze Zzyxskim mówią. Zzyxskiego nie ma, był Zzyxski, ą', 'Kacprze Zzyxskim', ['Zzyxskiego', 'Zzyxski']],
    ['Jan Zzyxenko pisze. Od Zzyxenki list, Zzyxence odpisano ą', 'Jan Zzyxenko', ['Zzyxenki', 'Zzyxence']],
    ['Ann Zzyxen wrote. Zzyxen is away.', 'Ann Zzyxen', ['Zzyxen']],
    ['saw Ann Zzyxen today. zzyxen says no. Zzyxen will call', 'Ann Zzyxen', ['zzyxen', 'Zzyxen']],
    ['Ann Zzyxen; see Zzyxen_Ann_2025.pdf and ann-zzyxen-cv.docx', 'Ann Zzyxen', ['Zzyxen_Ann', 'ann-zzyxen']],
    ['Tyra Zzosco signs as Туrа here.', 'Tyra Zzosco', ['Туrа']],
    ['Ann Zzyxen and Tom Berg.\n1. Rent: AZ to ask. TB will pay.\n\n– A.Z.', 'Ann Zzyxen', ['AZ', 'A.Z.']],
  ])('%j', (text, name, again) => {
    expect(mentions(text, [name])).toEqual(again)
  })
  it.each([
    ['Mark Brown pays. the envelope is brown. Brown paper is fine', 'Mark Brown'],
    ['Iris Trent pays. IT will fix it', 'Iris Trent'],
    ['Mme Zzyxen pays. Mme is French', 'Mme Zzyxen'],
    ['Grant Zzyxen pays. the grant is small, src/Zzyxen/a, Zzyxen Timber Ltd', 'Grant Zzyxen'],
    ['DOC D is here, DOC E there', 'DOC D'],
    ['Maria do Nascimento; nascimento: 1989', 'Maria do Nascimento'],
  ])('and nothing else in %j', (text, name) => {
    expect(mentions(text, [name])).toEqual([])
  })
})

describe('An address of mail names who has it', () => {
  const named = (text: string, address: string): string[] => {
    const found = findings(text, [address], 'EMAIL_ADDRESS')
    const known = knownNames([text], [found])
    return known === null
      ? []
      : withMentions(text, found, known, () => false)
          .filter(({ recognizer }) => recognizer === 'name-agreement')
          .map(({ start, end }) => text.slice(start, end))
  }
  it.each([
    ['Ask Zzyxen. a.zzyxen@acme.test', 'a.zzyxen@acme.test', ['Zzyxen']],
    ['Żźyxen says no. anna_zzyxen2@acme.test', 'anna_zzyxen2@acme.test', ['Żźyxen']],
  ])('%j', (text, address, names) => {
    expect(named(text, address)).toEqual(names)
  })
  it.each([
    ['Ask Support in Sales. m.support@acme.test', 'm.support@acme.test'],
    ['The zzyxen is small. a.zzyxen@acme.test', 'a.zzyxen@acme.test'],
    ['Ask Zzyxen Office. zzyxen.office@acme.test', 'zzyxen.office@acme.test'],
  ])('but for %j', (text, address) => {
    expect(named(text, address)).toEqual([])
  })
})

describe('Cells of a column are of one kind', () => {
  const cells = (text: string, values: readonly string[], type?: string): string[] =>
    compareColumns(text, findings(text, values, type)).more.map(({ start, end }) => text.slice(start, end))

  it.each([
    ['id;who;town\n1;Ann Lee;York\n2;Zzyxa;Leeds\n3;Tom Berg;Hull', ['Ann Lee', 'Tom Berg'], ['Zzyxa']],
    [
      '| Early | Nia | Zzy |\n|---|---|---|\n| Late | Emeka | D. Qwoll |\n| Night | Bo | Ann |',
      ['Nia', 'Emeka'],
      ['Bo'],
    ],
    [
      "VALUES (1, 'Ann Lee', 5), (2, 'D''Zzyx O''Qwoll', 6), (3, 'Tom Berg', 7)",
      ['Ann Lee', 'Tom Berg'],
      ["D''Zzyx O''Qwoll"],
    ],
  ])('%j', (text, names, more) => {
    expect(cells(text, names)).toEqual(more)
  })
  it('numbers by their length and letters', () => {
    const text = 'plate\tvisitor\nAB12 CDE\tx\nB-LS 4417\ty\nGH 281 TK\tz\nnone\tq'
    expect(cells(text, ['AB12 CDE', 'GH 281 TK'], 'LICENSE_PLATE')).toEqual(['B-LS 4417'])
  })
  it.each([
    ['Ann Lee, one, two\nLeeds, three, four\nHull, five, six\nYork, seven, eight', ['Ann Lee']],
    ['a;Ann Lee;1\nb;Leeds;2\nc;York;3\nd;Hull;4\ne;Tom Berg;5', ['Ann Lee', 'Tom Berg']],
    ['Ann Lee\nTom Berg\nLeeds', ['Ann Lee', 'Tom Berg']],
  ])('and no few say what the others are: %j', (text, names) => {
    expect(cells(text, names)).toEqual([])
  })
  it('and a head that names no persons says that none of them is one', () => {
    const text = 'who;project\nAnn Lee;Apollo\nTom Berg;Victoria\nZzyxa;Apollo'
    const found = findings(text, ['Ann Lee', 'Apollo', 'Tom Berg', 'Victoria'])
    const { more, less } = compareColumns(text, found)
    expect(more.map(({ start, end }) => text.slice(start, end))).toEqual(['Zzyxa'])
    expect([...less].map(({ start, end }) => text.slice(start, end))).toEqual(['Apollo', 'Victoria'])
  })
})
