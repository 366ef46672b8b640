import { describe, expect, it } from 'vitest'
import { initialsIn } from '../../../src/domain/redaction/persons/known-initials.ts'
import { isNameOfThing } from '../../../src/domain/redaction/persons/thing-labels.ts'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { namesByPlace, wholeName } from '../../../src/domain/redaction/whole-names.ts'
import { expectLinear } from '../../support/growth.ts'
import { typedIn } from './finds.ts'
import { cut, found } from './support.ts'

describe('A column says what is in it', () => {
  it('in rows that PostgreSQL copies', async () => {
    const text =
      'COPY public.players (id, handle, birth_date) FROM stdin;\n88121\tzzyxwyrm\t1990-02-03\n88122\tzzyx_giant\t1991-02-03\n\\.'
    expect(await found(text)).toEqual(['zzyxwyrm', '1990-02-03', 'zzyx_giant', '1991-02-03'])
  })

  it('of banks by their codes, which are words elsewhere', async () => {
    const text = "INSERT INTO supplier (id, iban, bic) VALUES (1, 'BE71096123456769', 'KREDBEBB')"
    expect(await typedIn(text)).toEqual(['IBAN_CODE<BE71096123456769>', 'BIC_CODE<KREDBEBB>'])
    expect(await found("INSERT INTO supplier (id, word) VALUES (1, 'KREDBEBB')")).toEqual([])
  })

  it('of the keys of SIM cards', async () => {
    const key = '8001451F81AEEFF6393BCCE7AD872CAC'
    expect(await typedIn(`ki;opc;mobile phone\n${key};${key};+44 7700 900613`)).toEqual([
      `SECRET<${key}>`,
      `SECRET<${key}>`,
      'PHONE_NUMBER<+44 7700 900613>',
    ])
  })

  it('of accounts, whatever they are made of, where another one is of persons', async () => {
    const text = 'Staff | Login | Email\n1 | zzy | a@example.com\n2 | cpvr | b@example.com\n3 | admin | c@example.com'
    expect(await found(text)).toEqual(['zzy', 'a@example.com', 'cpvr', 'b@example.com', 'c@example.com'])
  })

  it('of persons beside what they are paid, and of their initials', async () => {
    const pay =
      'EMP    NAME           GROSS     NET\n00417  ZZYXBERG W     3100.00   2388.12\n00502  ZYX MI-RAN     4020.00   4200.00'
    expect(await found(pay)).toEqual(['ZZYXBERG W', 'ZYX MI-RAN'])
    expect(await found('Surname;Initials;Base\nZzyxa;T.A.;Leith\nZzyxi;R.;Leith')).toEqual([
      'Zzyxa',
      'T.A.',
      'Zzyxi',
      'R.',
    ])
  })

  it('in JSON also where a name is one sign', async () => {
    expect(await found('{"familyName":"김","givenNames":"x"}')).toEqual(['김'])
  })
})

describe('The family name first', () => {
  it('is taken with the names that no list has, in a column or a list of at least two that are known', () => {
    const text = '• Zzyxa, Maria – stamp\n• van der Zzyxi, Thomas – claim\n• al-Zzyxo, Qwolla Umm – fresh'
    expect(cut(text, namesByPlace(text))).toEqual(['Zzyxa, Maria', 'van der Zzyxi, Thomas', 'al-Zzyxo, Qwolla Umm'])
  })
  it('is taken from lists on one line and with numbers as well', () => {
    const row = 'Badges:\nYılmaz, Maria (Bronze) · von Zzyxwaldt, Thomas (–) · Zzyxtny, Mia-Zzyx (Silver)'
    expect(cut(row, namesByPlace(row))).toEqual(['Yılmaz, Maria', 'von Zzyxwaldt, Thomas', 'Zzyxtny, Mia-Zzyx'])
    const table = '  01  Zzyxa, Celestina   3\n  02  Zzyxi, Maria   7\n  03  Zzyxo, Zzyxata   7'
    expect(cut(table, namesByPlace(table))).toEqual(['Zzyxa, Celestina', 'Zzyxi, Maria', 'Zzyxo, Zzyxata'])
  })
  it('is one alone where a word of it is known', () => {
    expect(cut('Patient: Zzyxa, Maria (ward 3)', namesByPlace('Patient: Zzyxa, Maria (ward 3)'))).toEqual([
      'Zzyxa, Maria',
    ])
    expect(namesByPlace('Zzyxa, Qwolla\nand more')).toEqual([])
  })
  it('of long columns takes a time that grows with them alone', { timeout: 60_000 }, async () => {
    await expectLinear(240_000, (count) => {
      expect(namesByPlace('Zzyxa, Maria\nQwolla, Thomas\nZzyxi, Qwolli\n'.repeat(count / 3))).not.toHaveLength(0)
    })
  })
  it.each([
    'Lyon, France\nBoston, Massachusetts\nParis, Texas',
    '9 Porto: São Bento, Dom Luís I (upper deck)',
    'Bestandsliste Keller II, Inventur Zzyxtag — L = Liter',
  ])('and no place or list is: %j', (text) => {
    expect(namesByPlace(text)).toEqual([])
  })
})

describe('A name is taken with', () => {
  it.each([
    ['  Zzyxandran, S. – stamp', 'Zzyxandran', 'Zzyxandran, S.'],
    ['- Zzyxkir, S. lidnr. 44', 'Zzyxkir', 'Zzyxkir, S.'],
    ['a;b\nde la zzyxa arizmendi;rocio', 'zzyxa arizmendi', 'de la zzyxa arizmendi'],
    ['9h20 DE LA ZZYXE Enguerrand', 'ZZYXE Enguerrand', 'DE LA ZZYXE Enguerrand'],
    ['(sig. Zzyxa, Ma. F.)', 'Zzyxa', 'Zzyxa, Ma. F.'],
    ['done.\n\nW. Zzyxniuk', 'Zzyxniuk', 'W. Zzyxniuk'],
    ['the Estate of MARIA CONCEPTA ZZYXNAILL, late', 'ZZYXNAILL', 'MARIA CONCEPTA ZZYXNAILL'],
  ])('its initials and what stands in capitals before it: %j', (text, seen, whole) => {
    const start = text.indexOf(seen)
    expect(cut(text, [wholeName(text, { start, end: start + seen.length })])).toEqual([whole])
  })
  it.each([
    ['Zzyxa, M. Brown', 'Zzyxa'],
    ['Zzyxa, S.L., Madrid', 'Zzyxa'],
    ['Zzyxa, Bj. 1974', 'Zzyxa'],
    ['Zzyxa, S. 12', 'Zzyxa'],
    ['Zzyxie, Z. n. Zzyxtomie', 'Zzyxie'],
    ['come from de Zzyxa', 'Zzyxa'],
    ['Anlage A. Zzyxa', 'Zzyxa'],
    ['to the POLICE ZZYX', 'ZZYX'],
  ])('and not with those of others: %j', (text, name) => {
    const start = text.indexOf(name)
    expect(cut(text, [wholeName(text, { start, end: start + name.length })])).toEqual([name])
  })
})

describe('Who goes to law', () => {
  it('is somebody in the lists of a court', () => {
    const text = 'Court 3\n10:00 Zzyxberg & Zzyxby -v- Loxdale Trust\n10:30 Zzyxiewicz v Home Office – IAC'
    expect(cut(text, namesByPlace(text))).toEqual(['Zzyxberg', 'Zzyxby', 'Zzyxiewicz'])
  })
  it.each([
    'the court held in Zzyxa v Hart that',
    'Cf. Zzyxa v Zzyx Stores Ltd [1976] 1 WLR, court of appeal',
    'Tickets for Zzyxa v Chelsea on Sunday',
    'In court: Claimant v Defendant',
    'Court [2015] UKSC 67, Zzyx Operator Ltd v Motorist',
    'Court of appeal [2022] HCA 1, Zzyxa v Zzyx',
  ])('and nobody in what was decided, nor in sports: %j', (text) => {
    expect(namesByPlace(text)).toEqual([])
  })
})

describe('Initials', () => {
  const places = (text: string, known: string[]): string[] =>
    initialsIn(text, new Set(known)).map(([, letters]) => letters)
  it('are somebody where the text calls them so, and of who is known where somebody signs', () => {
    expect(places('Officer, initials RTB', [])).toEqual(['RTB'])
    expect(places('two entries signed "JW" were his', ['JW'])).toEqual(['JW'])
    expect(places('Mine is long, his are LMB.', ['LMB'])).toEqual(['LMB'])
    expect(places('Present: AB (Anoushka Zzyx, chair)', ['AB'])).toEqual(['AB'])
    expect(places('Minutes agreed: TA / VPR', ['TA', 'VPR'])).toEqual(['TA', 'VPR'])
  })
  it('and nobody elsewhere', () => {
    expect(places('two entries signed "JW" were his', [])).toEqual([])
    expect(places('signed by HR', ['HR'])).toEqual([])
  })
})

describe('Somebody is named', () => {
  const names = (text: string): string[] => cut(text, refineNames(text, [], 'model'))
  it.each([
    ['in the papers of East Asia', '姓名 欧阳晓彤 性别 女', '欧阳晓彤'],
    ['and in those of Korea', '성명: 서혜린 (여)', '서혜린'],
    ['with who belongs to them', 'a letter for the Zzyx-Ibáñez family?', 'Zzyx-Ibáñez'],
    ['between commas behind what they are', 'Der Bruder, Zzyxusch, in Wien', 'Zzyxusch'],
    ['behind what they do', 'gemeld door teamleider Zzyxingen.', 'Zzyxingen'],
    ['in records of names in parts', '<Sur>zzyxant</Sur><Fore>Bronwen</Fore>', 'zzyxant'],
  ])('%s', (_, text, name) => {
    expect(names(text)).toContain(name)
  })
  it.each(['the Windows family of products', 'the brother, however, said', 'Nachname, Vorname | geb.'])(
    'and nobody in %j',
    (text) => {
      expect(names(text)).toEqual([])
    },
  )
})

describe('What firms, houses and code are called', () => {
  it.each(['Stichting Zzyx', 'Seguros Zzyxa', 'Hausverwaltung Zzyx', 'c.k.ZzyxService'])('is no person: %s', (name) => {
    expect(isNameOfThing(name)).toBe(true)
    const text = `Sent by ${name} today`
    const span = { start: 8, end: 8 + name.length, entityType: 'PERSON', score: 0.9 } as const
    expect(refineNames(text, [span], 'model')).toEqual([])
  })
  it.each(['Stichting', 'Hall Zzyx', 'Salle Zzyx', 'Maria Zzyx', 'k.Müller'])('and nothing else is: %s', (name) => {
    expect(isNameOfThing(name)).toBe(false)
  })
})

describe('What is no secret', () => {
  const secretsIn = (text: string): string[] => cut(text, secret.find(text, 'en'))
  it.each([
    '17:41:08 Tor=O3 Code=F014 Beleg=TK-77190',
    'Cache saved with key: Linux-node-22-eeb84551a233ab7d0896590558bd6fa3b8dad154',
    'mot_de_passe = "env:PG_MOT_DE_PASSE"',
    "COMMENT ON COLUMN credential.secret IS 'never log; see ADR-0031';",
    'The release secret is sh.helm.release.v1.florence.v118.',
  ])('is none in %j', (text) => {
    expect(secretsIn(text)).toEqual([])
  })
  it.each([
    ['gate code=F0142', 'F0142'],
    ['- Cage padlock 0917', '0917'],
    ['main door 2580* then the flat', '2580*'],
    ['A senha da rede passou a ser zzyx77natas e pronto', 'zzyx77natas'],
  ])('and one is in %j', (text, value) => {
    expect(secretsIn(text)).toEqual([value])
  })
})
